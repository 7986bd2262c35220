"""`aero gateway` refuses impossible values."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from aero.cli.app import app


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--decline", "1.5"),
        ("--decline", "nan"),
        ("--error", "-0.1"),
        ("--timeout", "inf"),
        ("--lost-answer", "often"),
        ("--latency", "-1"),
        ("--jitter", "1.5"),
        ("--timeout-cap", "600001"),
        ("--seed", "seven"),
    ],
)
def test_the_refusal_of_an_impossible_value_names_its_option(option: str, value: str) -> None:
    """It is refused before the simulator is asked."""
    refused = CliRunner().invoke(app, ["gateway", option, value])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"Invalid value for '{option}'" in refused.stderr
