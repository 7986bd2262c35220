"""The client of Pulsar's admin API: its requests and its failures."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aero.broker.admin import AdminApiError, PulsarAdmin
from aero.platform.errors import AeroError
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, RunRecord
from support.aero.admin_api import AdminApi, serving
from support.aero.certificates import CertificateAuthority


@pytest.fixture
def api() -> Iterator[AdminApi]:
    """Serve the admin API of an empty broker."""
    with serving(AdminApi()) as api:
        yield api


def test_topics_and_partitions_are_told_apart(api: AdminApi) -> None:
    """A partition is not listed as a topic, but a topic with a similar name is."""
    api.topics = {"a": 3, "b": 0, "c-partition-7": 0}
    assert PulsarAdmin(url=api.url).topics() == {"a": True, "b": False, "c-partition-7": False}


def test_a_token_is_sent_and_does_not_appear_in_a_repr(api: AdminApi) -> None:
    """The error for a missing token names the setting."""
    api.token = "s3cret"
    admin = PulsarAdmin(url=api.url, token="s3cret")
    assert admin.topics() == {}
    assert "s3cret" not in repr(admin)
    with pytest.raises(AdminApiError) as failed:
        PulsarAdmin(url=api.url).topics()
    assert failed.value.status == 401
    assert "AERO_PULSAR_TOKEN" in failed.value.cure


def test_a_redirect_is_followed_with_the_same_request(api: AdminApi) -> None:
    """A broker of a cluster answers 307 for topics of another broker, for writes too."""
    other = AdminApi()
    other.moved_to = api.url
    with serving(other):
        assert PulsarAdmin(url=other.url).create("a", 3)
    assert api.topics == {"a": 3}


def test_a_circle_of_redirects_is_a_failure(api: AdminApi) -> None:
    """The client gives up after a few redirects."""
    api.moved_to = api.url
    with pytest.raises(AdminApiError, match="in circles"):
        PulsarAdmin(url=api.url).topics()


def test_a_token_is_never_sent_unencrypted_to_another_machine(api: AdminApi) -> None:
    """This holds for the configured address and for the target of a redirect."""
    with pytest.raises(AeroError, match="unencrypted"):
        PulsarAdmin(url="http://broker:8080", token="word")
    api.moved_to = "http://broker:8080"
    with pytest.raises(AdminApiError, match=r"it redirects to http://broker:8080/.* unencrypted"):
        PulsarAdmin(url=api.url, token="word").topics()


def test_https_is_verified_by_the_given_ca(tmp_path: Path) -> None:
    """Without a given CA the system's certificates apply, which do not include this one."""
    authority = CertificateAuthority("Ours")
    file = tmp_path / "both.pem"
    file.write_text("".join(authority.issue("127.0.0.1")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with serving(AdminApi(), context) as api:
        assert PulsarAdmin(url=api.url, ca=authority.pem, token="word").topics() == {}
        with pytest.raises(AdminApiError, match="CERTIFICATE_VERIFY_FAILED"):
            PulsarAdmin(url=api.url).topics()


def test_a_server_other_than_pulsar_is_reported(api: AdminApi) -> None:
    """Another program may listen on the address."""
    api.answer = (200, "<html>")
    with pytest.raises(AdminApiError, match="is not Pulsar's admin API"):
        PulsarAdmin(url=api.url).topics()


def test_a_refusal_is_quoted(api: AdminApi) -> None:
    """The error has the request, the status and the answer."""
    api.answer = (500, "no bookie")
    with pytest.raises(AdminApiError, match=r"GET http://.*/partitioned with 500: no bookie"):
        PulsarAdmin(url=api.url).topics()


def test_requests_have_a_time_limit() -> None:
    """A silent server and an unused port both fail in time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        with pytest.raises(AdminApiError, match="does not answer: timed out"):
            PulsarAdmin(url=f"http://127.0.0.1:{port}", seconds=0.1).topics()
        assert time.monotonic() - began < 5
    with pytest.raises(AdminApiError, match="does not answer"):
        PulsarAdmin(url=f"http://127.0.0.1:{port}").topics()


@pytest.mark.parametrize("url", ["nonsense", "pulsar://127.0.0.1:6650", "http://"])
def test_an_invalid_url_is_an_expected_failure(url: str) -> None:
    """The cure shows the form of a valid URL."""
    with pytest.raises(AeroError) as failed:
        PulsarAdmin(url=url)
    assert "AERO_PULSAR_ADMIN_URL has the form https://host:8443" in failed.value.cure


def un_registro(pulsar: str, *, own: bool) -> RunRecord:
    """Return the record of a platform with this broker, its own or one elsewhere."""
    here = ProcessId(pid=1, created=0)
    component = ComponentRecord(
        name="pulsar", title="Pulsar", address="pulsar+ssl://broker", program=here if own else None
    )
    return RunRecord(aero=here, pulsar=pulsar, port_offset=1000, components=(component,))


def test_the_admin_api_is_that_of_our_broker_or_the_configured_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """AERO_PULSAR_ADMIN_URL names that of a broker elsewhere. pulsar-lite has none."""
    monkeypatch.delenv("AERO_PULSAR_ADMIN_URL", raising=False)
    assert PulsarAdmin.running(un_registro("lite", own=True)) is None
    assert PulsarAdmin.running(un_registro("apache", own=False)) is None
    monkeypatch.setenv("AERO_PULSAR_ADMIN_URL", "https://broker:8443/")
    monkeypatch.setenv("AERO_PULSAR_TOKEN", "word")
    assert PulsarAdmin.running(un_registro("lite", own=True)) is None
    own = PulsarAdmin.running(un_registro("apache", own=True))
    assert own == PulsarAdmin(url="http://127.0.0.1:9081")
    elsewhere = PulsarAdmin.running(un_registro("apache", own=False))
    assert elsewhere == PulsarAdmin(url="https://broker:8443", token="word")
