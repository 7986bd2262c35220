"""Invalid options are refused before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from stripe_simulator.cli import app


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--decline-rate", "0.6", "--error-rate", "0.6"], "the rates add up to more than 1"),
        (["--decline-rate", "2"], "--decline-rate"),
        (["--decline-rate", "nan"], "--decline-rate"),
        (["--latency-ms", "-1"], "--latency-ms"),
        (["--latency-ms", "700000"], "latency_ms"),
        (["--keep-keys-hours", "1"], "--keep-keys-hours"),
        (["--port", "70000"], "--port"),
        (["--seed", "x"], "--seed"),
    ],
)
def test_wrong_options_are_named(tmp_path: Path, options: list[str], message: str) -> None:
    """The exit status is 2, and no ledger was made."""
    ledger = tmp_path / "ledger.sqlite3"
    done = CliRunner().invoke(app, ["--port", "0", "--ledger", str(ledger), *options])
    assert (done.exit_code, message in done.stderr) == (2, True), done.stderr
    assert not ledger.exists()


def test_the_environment_is_checked_as_well(tmp_path: Path) -> None:
    """A wrong variable is named by its option."""
    done = CliRunner(env={"STRIPE_SIMULATOR_ERROR_RATE": "often"}).invoke(app, ["--ledger", str(tmp_path / "l")])
    assert done.exit_code == 2
    assert "--error-rate" in done.stderr
