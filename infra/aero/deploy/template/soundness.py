"""The check that a template can be deployed here and on AWS. LocalStack accepts mistakes that AWS refuses.

It takes some seconds, so it runs in parallel to the build, at a low priority, and only for a changed template.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aero.deploy.template.document import LONG_FORMS, load_template
from aero.platform.digests import digest
from aero.platform.environment import child_environment
from aero.platform.errors import AeroError
from aero.platform.naming import API_OUTPUT, PARAMETERS

if TYPE_CHECKING:
    from aero.platform.paths import Paths

PROGRAM: Final = "aero.deploy.template.check"
CHECK_SECONDS: Final = 120.0
NICENESS: Final = 10
FUNCTION: Final = "AWS::Serverless::Function"
METHODS: Final = ("get", "post", "put", "patch", "delete", "head", "options", "any")
MOST: Final = 8  # the reported problems; more are only counted

log = logging.getLogger(__name__)


class UnsoundTemplateError(AeroError):
    """The template has mistakes that AWS would refuse."""

    def __init__(self, problems: list[str]) -> None:
        more = [f"And {len(problems) - MOST} more."] if len(problems) > MOST else []
        super().__init__(
            "\n".join([*(f"{problem.rstrip('.')}." for problem in problems[:MOST]), *more]),
            cure="Fix infra/template.yaml and try again.",
        )


async def require_sound(paths: Paths) -> None:
    """Raise UnsoundTemplateError with all problems. A sound template is not checked again until it changes."""
    if problems := list(_missing(load_template(paths.template))):
        raise UnsoundTemplateError(problems)
    marker = paths.cache / "template.sound"
    inputs = await asyncio.to_thread(digest, [paths.template, *_checkers()], version("cfn-lint"))
    if marker.exists() and marker.read_text() == inputs:
        return
    if problems := await _refused(paths.template):
        raise UnsoundTemplateError(problems)
    paths.cache.mkdir(parents=True, exist_ok=True)
    marker.write_text(inputs)


def _checkers() -> list[Path]:
    return [Path(__file__), Path(__file__).with_name("check.py")]


def _missing(template: dict[str, Any]) -> Iterator[str]:
    """Yield problems with the parts that `aero` itself needs."""
    for name, parameter in (template.get("Parameters") or {}).items():
        if name not in PARAMETERS and "Default" not in (parameter or {}):
            yield f"Parameters.{name}: it has no Default, and aero does not set it"
    if API_OUTPUT not in (template.get("Outputs") or {}):
        yield f"Outputs.{API_OUTPUT}: it is missing, but aero finds the APIs by it"
    for name, resource in template["Resources"].items():
        if resource["Type"] == FUNCTION:
            yield from (f"{name}: {problem}" for problem in _unchecked(resource.get("Properties") or {}))


def _unchecked(function: dict[str, Any]) -> Iterator[str]:
    """Yield mistakes that neither SAM nor cfn-lint checks."""
    for name, event in _mapping(function.get("Events")).items():
        method = _mapping(_mapping(event).get("Properties")).get("Method")
        if isinstance(method, str) and method.lower() not in METHODS:
            yield f"Events.{name}.Method: {method} is not one of {', '.join(METHODS)}"
    for name, value in _mapping(_mapping(function.get("Environment")).get("Variables")).items():
        if isinstance(value, list) or (isinstance(value, dict) and not all(key in LONG_FORMS for key in value)):
            yield f"Environment.Variables.{name}: {value} is not a text"


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


async def _refused(template: Path) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        *("nice", "-n", str(NICENESS), sys.executable, "-m", PROGRAM, str(template)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=child_environment(),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            answer, errors = await process.communicate()
    except TimeoutError:
        log.warning(
            "The check of the template was stopped after %.0f s: the template is deployed unchecked.", CHECK_SECONDS
        )
        return []
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode:  # a failure of the checker is not a mistake in the template: the deploy will show one
        log.warning("The check of the template failed: it is deployed unchecked.\n%s", errors.decode(errors="replace"))
        return []
    return list(json.loads(answer))
