"""Mistakes that AWS would refuse are reported before a deploy, with resource, property and line.

The limits are AWS's own: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aero.deploy.template import soundness
from aero.deploy.template.soundness import UnsoundTemplateError, require_sound
from aero.platform.paths import PROJECT, Paths

TEXT = (PROJECT / "infra/template.yaml").read_text(encoding="utf-8")
SMALL = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: python3.13, Handler: a.b, CodeUri: . }
Resources:
  Tabla: { Type: AWS::SQS::Queue }
"""


def changed(before: str, after: str) -> str:
    """Return the project's template with one mistake."""
    assert before in TEXT
    return TEXT.replace(before, after, 1)


def small(*properties: str) -> str:
    """Return a template with a function for each property, called A, B, … Each property has a line of its own."""
    functions = "".join(
        f"  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      {line}\n"
        for name, line in zip("ABCDEFGH", properties, strict=False)
    )
    return SMALL + functions


def problems(text: str, folder: Path) -> list[str]:
    """Return the problems found by the program. In this process SAM's reader would change PyYAML's for later tests."""
    file = folder / "template.yaml"
    file.write_text(text)
    command = [sys.executable, "-m", "aero.deploy.template.check", str(file)]
    answer: list[str] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return answer


def test_each_mistake_is_one_sentence(tmp_path: Path) -> None:
    """It has the resource, the property, the mistake and the line, and no list of a hundred values."""
    text = small(
        "Timeout: 99999",
        "MemorySize: 64",
        "EphemeralStorage: { Size: 100 }",
        "ReservedConcurrentExecutions: -1",
        "Runtime: python9.9",
        "Environment: { Variables: { TABLA: !Ref Table } }",
        "Events: { Tick: { Type: Schedule, Properties: { Schedule: rate(1 minutes) } } }",
    )
    expected = [
        (r"A: Timeout: 99999 is greater than the maximum of 900\b.*\(line 9\)"),
        (r"B: MemorySize: 64 is less than the minimum of 128 \(line 13\)"),
        (r"C: EphemeralStorage.Size: 100 is less than the minimum of 512 \(line 17\)"),
        (r"D: ReservedConcurrentExecutions: -1 is less than the minimum of 0 \(line 21\)"),
        (r"E: Runtime: python9.9 is not one of .* AWS knows.* \(line 25\)"),
        (r"F: Environment.Variables.TABLA: Table does not exist in the template.*Tabla\? \(line 29\)"),
        (r"GTick, made of G: ScheduleExpression: .*minute, hour, day.* \(line 30\)"),
    ]
    found = problems(text, tmp_path)
    assert len(found) == len(expected), found
    for problem, pattern in zip(found, expected, strict=True):
        assert re.fullmatch(pattern, problem)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Tiemout: 20", "A: Tiemout: there is no such property; did you mean Timeout? (line 9)"),
        ("Events: { P: { Type: Apy, Properties: { Path: /, Method: get } } }", "A: Event with id [P] is invalid."),
    ],
)
def test_a_refusal_of_sam_is_one_sentence(tmp_path: Path, line: str, expected: str) -> None:
    """It is cfn-lint's sentence if there is one, else SAM's."""
    [problem] = problems(small(line), tmp_path)
    assert problem.startswith(expected)


def test_a_mistake_in_globals_is_reported_once(tmp_path: Path) -> None:
    """The line is that in Globals."""
    text = small("Timeout: 1", "Timeout: 2").replace("CodeUri: .", "CodeUri: ., MemorySize: 1")
    assert problems(text, tmp_path) == ["Globals: MemorySize: 1 is less than the minimum of 128 (line 3)"]


@pytest.fixture
def project(tmp_path: Path) -> Paths:
    """Make a project that consists of the template's folder."""
    (tmp_path / "infra").mkdir()
    return Paths(home=tmp_path / "home", cache=tmp_path / "cache", project=tmp_path)


def test_the_projects_template_is_sound_and_not_checked_twice(project: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second start takes no time for the check."""
    project.template.write_text(TEXT)
    asyncio.run(require_sound(project))

    async def never(_template: Path) -> list[str]:
        pytest.fail("it has not changed")

    monkeypatch.setattr(soundness, "_refused", never)
    asyncio.run(require_sound(project))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (changed("Parameters:\n", "Parameters:\n  Fresh: { Type: String }\n"), "Parameters.Fresh: it has no Default"),
        (changed("  ApiId:", "  ApiIdd:"), "Outputs.ApiId: it is missing"),
        (changed("Method: post, Path: /pagos }", "Method: psot, Path: /pagos }"), "PagosApi: .*Method: psot is not"),
        (
            changed("POWERTOOLS_SERVICE_NAME: pagos-api", "POWERTOOLS_SERVICE_NAME: [pagos-api]"),
            "PagosApi: Environment.Variables.POWERTOOLS_SERVICE_NAME: .* is not a text",
        ),
    ],
)
def test_mistakes_that_neither_tool_knows_are_reported(project: Paths, text: str, expected: str) -> None:
    """They are found before the tools run."""
    project.template.write_text(text)
    with pytest.raises(UnsoundTemplateError, match=expected):
        asyncio.run(require_sound(project))


def test_only_the_first_mistakes_are_listed() -> None:
    """The others are counted."""
    assert UnsoundTemplateError([f"A{number}: x" for number in range(30)]).message.endswith("A7: x.\nAnd 22 more.")
