"""The broker's secret is validated, and never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import certifi
import pytest
from aws_lambda_powertools.utilities import parameters

from pulsar_connector.broker.pulsar_client import pulsar_client
from pulsar_connector.broker.secret import BrokerSecret, BrokerSecretError
from pulsar_connector.broker.service_url import ServiceUrl
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError

CERTIFICATE = Path(certifi.where()).read_text().split("-----BEGIN CERTIFICATE-----")[1]
CA = f"-----BEGIN CERTIFICATE-----{CERTIFICATE.partition('-----END')[0]}-----END CERTIFICATE-----\n"


def test_both_fields_are_optional() -> None:
    """A token copied with its line end is used without it."""
    assert BrokerSecret.from_json({}) == BrokerSecret()
    assert BrokerSecret.from_json({"token": "abc\n", "ca": None}) == BrokerSecret(token="abc")
    assert BrokerSecret.from_json({"ca": f"# Título\n{CA}\n{CA}"}) == BrokerSecret(ca=CA + CA)


@pytest.mark.parametrize("ca", ["ca.pem", CA.replace("M", "?"), CA[:200], "-----BEGIN CERTIFICATE-----"])
def test_an_invalid_ca_is_refused(ca: str) -> None:
    """The client would only say that the authentication failed."""
    with pytest.raises(BrokerSecretError, match="`ca` in the broker's secret is not a certificate in PEM"):
        BrokerSecret.from_json({"ca": ca})


def test_no_repr_shows_it() -> None:
    """A repr with the token would end up in a log."""
    assert repr(BrokerSecret(token="tell-nobody", ca=CA)) == "BrokerSecret()"


def test_the_ca_is_in_a_private_file_while_it_is_needed() -> None:
    """The file is readable by its owner alone and does not stay."""
    with BrokerSecret(ca=CA).ca_file() as name:
        assert name is not None
        file = Path(name)
        assert (file.read_text(), file.stat().st_mode & 0o777) == (CA, 0o600)
    assert not file.exists()
    with BrokerSecret().ca_file() as name:
        assert name is None


def test_it_is_read_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warm environment reads the current token."""
    asked: list[dict[str, Any]] = []

    def get_secret(name: str, **options: Any) -> dict[str, str]:
        asked.append({"name": name} | options)
        return {"token": f"token-{len(asked)}"}

    monkeypatch.setattr(parameters, "get_secret", get_secret)
    assert [BrokerSecret.read("s").token for _ in range(2)] == ["token-1", "token-2"]
    assert all(call["force_fetch"] for call in asked)


def test_without_a_name_no_secret_is_read() -> None:
    """The broker on this machine needs neither a secret nor AWS."""
    assert BrokerSecret.read("") == BrokerSecret()


def test_a_secret_that_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the secret, the broker would refuse the connection anyway."""

    def get_secret(_name: str, **_options: Any) -> None:
        raise parameters.GetParameterError("no such secret")

    monkeypatch.setattr(parameters, "get_secret", get_secret)
    with pytest.raises(DependencyUnavailableError, match="secrets is unavailable"):
        BrokerSecret.read("s")


@pytest.mark.parametrize(
    ("url", "keeps"),
    [
        ("pulsar+ssl://broker.example:6651", True),
        ("pulsar://127.0.0.1:6650", True),
        ("pulsar://localhost", True),
        ("pulsar://[::1]:6650", True),
        ("pulsar://broker.example:6650", False),
        ("pulsar://localhost.example:6650", False),
        ("pulsar://127.0.0.1:6650,10.0.0.1:6650", False),
        ("pulsar://0.0.0.0:6650", False),
    ],
)
def test_a_token_is_not_sent_where_others_can_read_it(url: str, keeps: bool) -> None:
    """The client sends the token before encryption begins, so the URL must be encrypted."""
    assert ServiceUrl.parse(url).keeps_secrets is keeps
    if not keeps:
        with (
            pytest.raises(BrokerSecretError, match=r"must begin with pulsar\+ssl://"),
            pulsar_client(url, BrokerSecret(token="tell-nobody")),
        ):
            pass


def test_a_url_may_name_several_brokers() -> None:
    """The default port is Pulsar's own."""
    assert ServiceUrl.parse("pulsar://a,b:1,[::1]/").addresses == (("a", 6650), ("b", 1), ("::1", 6650))
    assert ServiceUrl.parse("pulsar+ssl://a").addresses == (("a", 6651),)
