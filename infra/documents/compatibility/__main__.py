"""`python -m documents.compatibility check` fails for a breaking change, and `renew` renews the baseline."""

from __future__ import annotations

import argparse
import sys

from aero.platform.errors import AeroError
from aero.platform.paths import PROJECT
from documents.compatibility.baseline import CURE, Baseline
from documents.compatibility.check import compare


def main() -> int:
    """Run a command, and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m documents.compatibility")
    parser.add_argument("command", choices=("check", "renew"))
    try:
        return {"check": _check, "renew": _renew}[parser.parse_args().command](Baseline(PROJECT))
    except AeroError as error:
        print("\n".join(filter(None, (error.message, error.detail, error.cure))), file=sys.stderr)  # noqa: T201
        return error.exit_code


def _check(baseline: Baseline) -> int:
    is_breaking = False
    for name, changes in compare(baseline).items():
        breaking = sum(change.is_breaking for change in changes)
        print(f"{name}: {breaking} breaking changes, {len(changes) - breaking} others")  # noqa: T201
        for change in changes:
            print(f"  {'BREAKING ' if change.is_breaking else ''}{change}")  # noqa: T201
        is_breaking = is_breaking or breaking > 0
    if is_breaking:
        print(f"A consumer may rely on what these changes take away. If they are intended: {CURE}")  # noqa: T201
    return int(is_breaking)


def _renew(baseline: Baseline) -> int:
    for line in baseline.renew():
        print(f"renewed for: {line}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
