"""The client of Pulsar's admin API: what it sends, and how it fails."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aero.broker.admin import AdminApiError, PulsarAdmin
from aero.platform.errors import AeroError
from aero.process.run_record import ComponentRecord, ProcessId, RunRecord
from support.aero.admin_api import AdminApi, serving
from support.certificates import CertificateAuthority


@pytest.fixture
def api() -> Iterator[AdminApi]:
    """Of an empty broker."""
    with serving(AdminApi()) as api:
        yield api


def test_topics_are_told_from_partitions(api: AdminApi) -> None:
    """A partition is no topic of its own, whatever else is called so."""
    api.topics = {"a": 3, "b": 0, "c-partition-7": 0}
    assert PulsarAdmin(url=api.url).topics() == {"a": True, "b": False, "c-partition-7": False}


def test_a_token_is_sent_and_never_shown(api: AdminApi) -> None:
    """Without the right one the message says what to look at."""
    api.token = "s3cret"
    admin = PulsarAdmin(url=api.url, token="s3cret")
    assert admin.topics() == {}
    assert "s3cret" not in repr(admin)
    with pytest.raises(AdminApiError) as failed:
        PulsarAdmin(url=api.url).topics()
    assert failed.value.status == 401
    assert "AERO_PULSAR_TOKEN" in failed.value.cure


def test_a_broker_that_sends_us_on_is_followed_with_what_we_wanted(api: AdminApi) -> None:
    """A cluster's broker answers 307 for what another one has, for writes too."""
    other = AdminApi()
    other.moved_to = api.url
    with serving(other):
        assert PulsarAdmin(url=other.url).create("a", 3)
    assert api.topics == {"a": 3}


def test_circles_end(api: AdminApi) -> None:
    """With a failure, not never."""
    api.moved_to = api.url
    with pytest.raises(AdminApiError, match="in circles"):
        PulsarAdmin(url=api.url).topics()


def test_a_token_is_never_sent_unencrypted_to_another_machine(api: AdminApi) -> None:
    """Neither where we are told to ask, nor where that sends us on."""
    with pytest.raises(AeroError, match="unencrypted"):
        PulsarAdmin(url="http://broker:8080", token="word")
    api.moved_to = "http://broker:8080"
    with pytest.raises(AdminApiError, match=r"it leads to http://broker:8080/.* unencrypted"):
        PulsarAdmin(url=api.url, token="word").topics()


def test_https_is_verified_by_the_ca_that_we_are_given(tmp_path: Path) -> None:
    """And by the system's without one, which do not know it."""
    authority = CertificateAuthority("Ours")
    file = tmp_path / "both.pem"
    file.write_text("".join(authority.issue("127.0.0.1")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with serving(AdminApi(), context) as api:
        assert PulsarAdmin(url=api.url, ca=authority.pem, token="word").topics() == {}
        with pytest.raises(AdminApiError, match="CERTIFICATE_VERIFY_FAILED"):
            PulsarAdmin(url=api.url).topics()


def test_what_is_not_pulsar_is_said_so(api: AdminApi) -> None:
    """Something else may listen there."""
    api.answer = (200, "<html>")
    with pytest.raises(AdminApiError, match="is not Pulsar's admin API"):
        PulsarAdmin(url=api.url).topics()


def test_a_refusal_is_quoted(api: AdminApi) -> None:
    """With what was asked."""
    api.answer = (500, "no bookie")
    with pytest.raises(AdminApiError, match=r"GET http://.*/partitioned with 500: no bookie"):
        PulsarAdmin(url=api.url).topics()


def test_nobody_is_waited_for_longer_than_said() -> None:
    """Something that accepts and is silent, and a port where nothing is."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        with pytest.raises(AdminApiError, match="does not answer: timed out"):
            PulsarAdmin(url=f"http://127.0.0.1:{port}", seconds=0.1).topics()
        assert time.monotonic() - began < 5
    with pytest.raises(AdminApiError, match="does not answer"):
        PulsarAdmin(url=f"http://127.0.0.1:{port}").topics()


@pytest.mark.parametrize("url", ["nonsense", "pulsar://127.0.0.1:6650", "http://"])
def test_what_is_no_address_is_an_expected_failure(url: str) -> None:
    """The message shows how it reads."""
    with pytest.raises(AeroError) as failed:
        PulsarAdmin(url=url)
    assert "AERO_PULSAR_ADMIN_URL reads https://host:8443" in failed.value.cure


def un_registro(pulsar: str, *, own: bool) -> RunRecord:
    """Of a platform with that broker."""
    here = ProcessId(pid=1, created=0)
    component = ComponentRecord(
        name="pulsar", title="Pulsar", address="pulsar+ssl://broker", program=here if own else None
    )
    return RunRecord(aero=here, pulsar=pulsar, port_offset=1000, components=(component,))


def test_whose_admin_api_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own broker's, or that of one elsewhere where we are told; pulsar-lite has none."""
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
