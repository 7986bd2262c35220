"""The services in compose.yaml are containers that only this machine can reach."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from support.lambda_events import PROJECT


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Return the content of compose.yaml."""
    content: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))
    return content


def test_every_service_listens_on_loopback(compose: dict[str, Any]) -> None:
    """Each service on the host's network has a setting to listen on loopback, and no service publishes a port."""
    services = compose["services"]
    assert {service["network_mode"] for service in services.values()} == {"host"}
    assert not any("ports" in service for service in services.values())
    assert "listen_addresses=127.0.0.1" in services["postgres"]["command"]
    assert services["localstack"]["environment"]["GATEWAY_LISTEN"].startswith("127.0.0.1:")
    pulsar = (PROJECT / "infra" / "pulsar" / "standalone.conf").read_text(encoding="utf-8")
    assert "bindAddress=127.0.0.1\n" in pulsar
    assert "./infra/pulsar/standalone.conf:/pulsar/conf/standalone.conf:ro" in services["pulsar"]["volumes"]


def test_no_container_is_given_the_docker_socket(compose: dict[str, Any]) -> None:
    """LocalStack itself runs functions, with our plugin in the image."""
    assert "docker.sock" not in str(compose)
    dockerfile = (PROJECT / compose["services"]["localstack"]["build"]["dockerfile"]).read_text(encoding="utf-8")
    copied = [line.split()[1] for line in dockerfile.splitlines() if line.startswith("COPY")]
    assert copied == ["infra/localstack/plugin.lock", "infra/localstack-process-executor"]
    assert all((PROJECT / path).exists() for path in copied)
    assert "LAMBDA_RUNTIME_EXECUTOR=process" in dockerfile


def test_the_image_has_the_tested_packages() -> None:
    """The image's packages for our plugin have the versions of LocalStack's own lock."""

    def pins(name: str) -> set[str]:
        lines = (PROJECT / "infra" / "localstack" / name).read_text(encoding="utf-8").splitlines()
        return {line.split()[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}

    assert pins("plugin.lock") <= pins("requirements.lock")
