"""Access to a Pulsar broker that runs elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import certifi
import pytest

from aero.deploy.stack import platform_secrets
from aero.platform.broker_access import PulsarAccess
from aero.platform.errors import AeroError

if TYPE_CHECKING:
    Environment = Callable[..., None]

URL = "pulsar+ssl://broker.example:6651"
TOKEN = "a-secret-word"
PUBLIC_CAS = certifi.where()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Return a function that sets AERO_PULSAR_… variables; all others of them are unset."""
    for name in ("TOKEN", "TOKEN_FILE", "CA"):
        monkeypatch.delenv(f"AERO_PULSAR_{name}", raising=False)

    def set_variables(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"AERO_PULSAR_{name}", str(value))

    return set_variables


@pytest.mark.parametrize(
    "url",
    [
        "",
        URL,
        "pulsar://127.0.0.1:6650",
        "pulsar://broker",
        "pulsar+ssl://a.example,b.example:7000/",
        "pulsar://[::1]:1",
    ],
)
@pytest.mark.usefixtures("environment")
def test_a_broker_without_authentication_has_no_secret(url: str) -> None:
    """The functions get no name of a broker's secret either."""
    assert PulsarAccess.from_env(url).secret == {}
    assert list(platform_secrets({}, "sk_test_x", pulsar={})) == ["aeropartners/local/stripe"]


def test_token_and_ca_are_kept_as_a_secret(environment: Environment, tmp_path: Path) -> None:
    """Only the certificates of the CA file are kept, and the token loses its line end."""
    key = "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n"
    (tmp_path / "ca.pem").write_text(key + Path(PUBLIC_CAS).read_text(), encoding="utf-8")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    environment(TOKEN_FILE=tmp_path / "token", CA=tmp_path / "ca.pem")
    secret = PulsarAccess.from_env(URL).secret
    assert secret["token"] == TOKEN
    assert secret["ca"].startswith("-----BEGIN CERTIFICATE-----")
    assert secret["ca"].count("BEGIN") == Path(PUBLIC_CAS).read_text().count("BEGIN")
    assert platform_secrets({}, "sk_test_x", pulsar=secret)["aeropartners/local/pulsar"] == secret


def test_no_repr_shows_the_token(environment: Environment) -> None:
    """Reprs of settings end up in tracebacks."""
    environment(TOKEN=TOKEN)
    assert TOKEN not in repr(PulsarAccess.from_env(URL))


@pytest.mark.parametrize(
    "url",
    ["broker.example:6651", "http://broker.example", "pulsar://", "pulsar://a b", "pulsar://me:word@a", f"{URL}x"],
)
@pytest.mark.usefixtures("environment")
def test_an_invalid_url_is_refused(url: str) -> None:
    """The cure shows the form of a valid URL."""
    with pytest.raises(AeroError, match="AERO_PULSAR_URL is not the address of a broker") as error:
        PulsarAccess.from_env(url)
    assert "pulsar+ssl://host:6651" in error.value.cure


@pytest.mark.parametrize(
    ("url", "variables", "message"),
    [
        ("", {"TOKEN": TOKEN}, "are for a broker that runs elsewhere"),
        ("", {"CA": PUBLIC_CAS}, "are for a broker that runs elsewhere"),
        ("pulsar://broker.example", {"TOKEN": TOKEN}, "would be sent to the broker unencrypted"),
        ("pulsar://127.0.0.1,broker.example", {"TOKEN": TOKEN}, "would be sent to the broker unencrypted"),
        (URL, {"TOKEN": TOKEN, "TOKEN_FILE": "/token"}, "are both set"),
        (URL, {"TOKEN": "two words"}, "AERO_PULSAR_TOKEN does not hold a token"),
        (URL, {"TOKEN_FILE": "/dev/null"}, "AERO_PULSAR_TOKEN_FILE does not hold a token"),
        (URL, {"TOKEN_FILE": "/not/there"}, "AERO_PULSAR_TOKEN_FILE: /not/there cannot be read: No such file"),
        (URL, {"CA": "/not/there"}, "AERO_PULSAR_CA: /not/there cannot be read: No such file"),
        (URL, {"CA": "/"}, "AERO_PULSAR_CA: / cannot be read: Is a directory"),
        (URL, {"CA": __file__}, "AERO_PULSAR_CA: there is no certificate in "),
    ],
)
def test_unusable_settings_are_explained(
    environment: Environment, url: str, variables: dict[str, str], message: str
) -> None:
    """The message names the variable and does not contain the token."""
    environment(**variables)
    with pytest.raises(AeroError, match=message) as error:
        PulsarAccess.from_env(url)
    assert TOKEN not in f"{error.value.message} {error.value.cure}"


def test_a_token_may_be_sent_unencrypted_to_this_machine(environment: Environment) -> None:
    """The token does not leave the machine."""
    environment(TOKEN=TOKEN)
    assert PulsarAccess.from_env("pulsar://localhost:6650").secret == {"token": TOKEN}
