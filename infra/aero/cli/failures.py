"""Ends a failed command with a message for the operator and an exit code."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from aero.platform.errors import AeroError
from aero.platform.terminal.lost_output import give_up_lost_output, output_may_be_lost
from aero.process.log_files import log_to

if TYPE_CHECKING:
    from aero.platform.paths import Paths

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

log = logging.getLogger(__name__)


@contextmanager
def failures_explained(paths: Paths, *, quietly: bool = False) -> Iterator[None]:
    """End with a message and an exit code; an unexpected error goes to aero's own log, with its traceback."""
    try:
        _require_folder(paths.home)
        yield
    except (typer.Exit, typer.Abort):
        raise
    except AeroError as error:
        _say(error.message, cure=error.cure, detail=error.detail, quietly=quietly)
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        raise typer.Exit(BROKEN_PIPE) from None  # the reader, such as head, has enough
    except Exception as error:  # noqa: BLE001 - the outermost edge
        details = _keep(error, paths)
        if type(error).__module__.startswith("botocore"):  # not imported for this alone
            _say(f"LocalStack: {error}", cure="See aero status, and aero logs localstack.", quietly=quietly)
        else:
            _say(f"Unexpected {type(error).__name__}: {error}", cure=details, quietly=quietly)
        raise typer.Exit(1) from None
    finally:
        give_up_lost_output()


def _require_folder(home: Path) -> None:
    if home.exists() and not home.is_dir():
        raise AeroError(f"{home} is not a folder.", cure="AERO_HOME must name a folder, or one that can be made.")


def _keep(error: Exception, paths: Paths) -> str:
    """Write the traceback to aero's own log and return where it is; return the traceback if the log is not writable."""
    try:
        log_to(paths)
    except OSError:
        return "".join(traceback.format_exception(error)).rstrip()
    log.error("unexpected", exc_info=error)
    return f"The details are in {paths.log('aero')}"


def _say(message: str, *, cure: str, detail: str = "", quietly: bool) -> None:
    from aero.platform.terminal import console  # noqa: PLC0415 - only a failure prints

    if not quietly:
        with output_may_be_lost():
            console.error(message, cure=cure, detail=detail)
