"""The environment of the platform's programs: no misleading variables, and nothing that leads off this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aero.platform.environment import aws_environment, child_environment

if TYPE_CHECKING:
    import pytest


def test_settings_of_another_python_or_account_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell with a profile of a real AWS account must not reach the account by accident."""
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


def test_programs_of_the_locked_environment_come_first_on_the_path() -> None:
    """The `sam` and `uv` of the machine are not used."""
    assert child_environment()["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_a_proxy_does_not_see_requests_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exceptions that are already set stay."""
    monkeypatch.setenv("no_proxy", "internal.example")
    environment = child_environment()
    assert environment["no_proxy"] == environment["NO_PROXY"] == "internal.example,127.0.0.1,localhost"


def test_aws_tools_know_only_the_emulator() -> None:
    """They get dummy credentials, no configuration file and no metadata service."""
    environment = aws_environment("http://127.0.0.1:4566")
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
