"""Finding the error message in SAM's output. The examples are outputs of SAM CLI 1.170."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import pytest

from aero.deploy.sam import SamRefusedError, last_words, run_sam
from aero.process.supervisor import ProgramFailedError

if TYPE_CHECKING:
    from support.aero.commands import MakeCommand

REASON: Final = "property Timeoutt not defined for resource of type AWS::Serverless::Function"
UNKNOWN_PROPERTY: Final = f"""
Error: [InvalidResourceException('PagosApi', '{REASON}')] ('PagosApi', '{REASON}')
Traceback:
  File "click/core.py", line 1082, in main
    rv = self.invoke(ctx)
         ^^^^^^^^^^^^^^^^
  File "samcli/lib/samlib/wrapper.py", line 78, in run_plugins
    raise InvalidSamDocumentException(

An unexpected error was encountered while executing "sam build".
Search for an existing issue:
https://github.com/aws/aws-sam-cli/issues?q=is%3Aissue+is%3Aopen+Bug%3A%20sam%20build%20-%20InvalidSamDocumentException
"""
BROKEN_YAML: Final = """Error: Failed to parse template: while parsing a flow sequence
  in "<unicode string>", line 151, column 16:
          Timeout: [20
                   ^
expected ',' or ']', but got ':'
"""
TWO: Final = """Error: [InvalidResourceException('A', "no property 'X'"), InvalidEventException('B', 'no \\'Path\\'')] x
Traceback:
"""


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (UNKNOWN_PROPERTY, f"PagosApi: {REASON}"),
        (BROKEN_YAML, BROKEN_YAML.removeprefix("Error: ").strip()),
        (TWO, "A: no property 'X'\nB: no 'Path'"),
        ("Build Failed\nError: PagosApi: makefile failed\n", "PagosApi: makefile failed"),
        ("Error: an earlier one\nError: the last one\n", "the last one"),
        ("Building\nKilled\n", ""),
    ],
)
def test_sams_own_message_is_found(output: str, expected: str) -> None:
    """Traceback, bug report link and repetitions are left out."""
    assert last_words(output) == expected


def test_a_failed_run_reports_its_own_message_only(python: MakeCommand) -> None:
    """Messages of earlier runs in the same log do not count. A run without a message has its last lines quoted."""
    asyncio.run(run_sam(python("print('Error: of yesterday')")))
    with pytest.raises(ProgramFailedError, match="ended with exit code 1"):
        asyncio.run(run_sam(python("print('Building'); raise SystemExit(1)")))
    with pytest.raises(SamRefusedError) as refused:
        asyncio.run(run_sam(python(f"print({UNKNOWN_PROPERTY!r}); raise SystemExit(1)")))
    assert refused.value.message == f"The program: PagosApi: {REASON}"
    assert refused.value.detail == ""
    assert "program.log" in refused.value.cure
