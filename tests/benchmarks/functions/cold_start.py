"""The time of a function's cold start to its first answer, beside AWS's runtime client with an empty function.

    python tests/benchmarks/functions/cold_start.py

It measures three times for each function of the template: the import of its handler in a fresh interpreter; its start
until it asks for an event; and its start until it has answered the first sample in events/, with a warm PostgreSQL and
LocalStack. relay and bridge have no sample, since their invocations last for minutes. As on Lambda, no process writes
bytecode, so the only bytecode is in the layers.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from aero.deploy.template.document import load_template
from benchmarks.functions.api_parts import api_parts
from support.lambda_events import EVENTS, PROJECT

if TYPE_CHECKING:
    from benchmarks.functions.api_parts import ApiParts

# Functions with several samples use one that reads from the database; the proxy's needs no instance.
SAMPLES: Final = {"pagos-api": "get-pago", "campanas-proxy": "get-status"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function and its first event, if it has a sample."""

    name: str
    package: str
    handler: str
    sample: bytes | None

    def import_seconds(self, parts: ApiParts) -> float:
        """Return the time to import the runtime client and then the handler."""
        module = self.handler.rpartition(".")[0]
        program = f"import awslambdaric.bootstrap, {module}"
        began = time.perf_counter()
        subprocess.run(
            [parts.runtime.python, "-s", "-c", program], env=parts.runtime.variables(self.package), check=True
        )
        return time.perf_counter() - began

    def start_seconds(self, parts: ApiParts) -> tuple[float, float]:
        """Return the times until it asks for an event, and until it has answered the sample."""
        began = time.perf_counter()
        with parts.function(self.handler, package=self.package) as process:
            ready = time.perf_counter() - began
            if self.sample is None:
                return ready, float("nan")
            process.invoke(self.sample)
            return ready, time.perf_counter() - began


def main() -> None:
    """Measure and print all functions."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--turns", type=int, default=7)
    options = arguments.parse_args()
    functions = [
        Function(name="empty function", package="PagosApi", handler="empty_function.handler", sample=b"{}"),
        *_functions(),
    ]
    with (
        tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True) as home,
        api_parts(Path(home)) as parts,
    ):
        turns = [_turn(functions, parts) for _ in range(options.turns + 1)][1:]  # the first warms the disk's cache
    print(f"{'':16}{'import':>8}{'start':>8}{'answer':>8}  ms; multiples of the empty function:")
    bare, *_ = functions
    for function in functions:
        figures = [statistics.median(turn[function.name][place] for turn in turns) for place in range(3)]
        ratios = [
            statistics.median(turn[function.name][place] / turn[bare.name][place] for turn in turns)
            for place in range(3)
        ]
        print(f"{function.name:16}" + "".join(f"{figure * 1e3:8.0f}" for figure in figures), end="")
        print("" if function is bare else "  " + "".join(f"{ratio:7.1f}" for ratio in ratios))


def _turn(functions: list[Function], parts: ApiParts) -> dict[str, tuple[float, float, float]]:
    return {
        function.name: (function.import_seconds(parts), *function.start_seconds(parts))
        for function in random.sample(functions, len(functions))
    }


def _functions() -> list[Function]:
    found = []
    for logical_id, resource in load_template(PROJECT / "infra/template.yaml")["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            name = resource["Properties"]["FunctionName"]["Fn::Sub"].removeprefix("aeropartners-${Stage}-")
            samples = sorted((EVENTS / name).glob(f"{SAMPLES.get(name, '*')}.json"))
            sample = json.dumps(json.loads(samples[0].read_text())).encode() if samples else None
            handler = resource["Properties"]["Handler"]
            found.append(Function(name=name, package=logical_id, handler=handler, sample=sample))
    return found


if __name__ == "__main__":
    main()
