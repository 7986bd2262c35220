"""The environment of our programs: nothing that leads them astray, nothing that reaches beyond this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aero.platform.environment import aws_environment, child_environment

if TYPE_CHECKING:
    import pytest


def test_settings_of_another_python_or_account_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell with a profile of a real account must not reach it by accident."""
    for name in (
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "PYTHONPATH",
        "PYTHONHOME",
        "SAM_CLI_X",
        "VIRTUAL_ENV",
        "AERO_PULSAR_TOKEN",
    ):
        monkeypatch.setenv(name, "astray")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/etc/ca.pem")
    monkeypatch.setenv("STRIPE_SIMULATOR_LATENCY_MS", "100")
    environment = child_environment(EXTRA="1")
    assert "astray" not in environment.values()
    assert environment["AWS_CA_BUNDLE"] == "/etc/ca.pem"
    assert environment["STRIPE_SIMULATOR_LATENCY_MS"] == "100"
    assert environment["EXTRA"] == "1"


def test_our_own_programs_come_first() -> None:
    """`sam` and `uv` are those of the locked environment."""
    assert child_environment()["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_a_proxy_does_not_see_what_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was excepted before stays so."""
    monkeypatch.setenv("no_proxy", "internal.example")
    environment = child_environment()
    assert environment["no_proxy"] == environment["NO_PROXY"] == "internal.example,127.0.0.1,localhost"


def test_aws_tools_know_only_the_emulator() -> None:
    """No configuration file, no metadata service, dummy credentials."""
    environment = aws_environment("http://127.0.0.1:4566")
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
