"""The table of ports, and the report of a busy port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack

import pytest

from aero.platform import ports
from aero.platform.errors import AeroError
from aero.platform.ports import LOOPBACK, Port, PortTable, busy, free_offset, require_free
from aero.run.router.configuration import rewrite
from support.lambda_events import PROJECT
from support.ports import STEP, an_offset, distinct_digits


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """The range of client ports that Linux has by default (ip_local_port_range in the kernel's ip-sysctl)."""
    monkeypatch.setattr(ports, "client_ports", lambda: range(32768, 61000))


def test_the_ports_are_those_of_the_original_system() -> None:
    """URLs of the original system work unchanged."""
    table = PortTable()
    numbers = {port.name: port.number for port in table}
    assert numbers["api"] == 8000
    assert (numbers["campaigns"], numbers["primary"], numbers["replica"]) == (8080, 8001, 8002)
    assert numbers["event-collector"] == 8090
    assert (numbers["reports-v1"], numbers["reports-v2"]) == (9001, 9002)
    assert numbers["postgres"] == 5433
    assert (numbers["pulsar"], numbers["pulsar-admin"]) == (6650, 8081)
    assert numbers["localstack"] == 4566
    assert numbers["stripe"] == 12111


def test_the_campaigns_ports_lead_to_proxy_primary_and_replica() -> None:
    """Other paths do not exist on these ports."""
    routes = {name: PortTable()[name].routes for name in ("campaigns", "primary", "replica")}
    assert rewrite("/api/campaigns/?limit=1", routes["campaigns"]) == "/api/campaigns/?limit=1"
    assert rewrite("/campaigns/7", routes["campaigns"]) == "/campaigns/7"
    assert rewrite("/status", routes["campaigns"]) == "/status"
    assert rewrite("/health", routes["campaigns"]) == "/instances/proxy/health"
    assert rewrite("/pagos", routes["campaigns"]) is None
    for name in ("primary", "replica"):
        assert rewrite("/campaigns/7", routes[name]) == f"/instances/{name}/campaigns/7"
        assert rewrite("/health", routes[name]) == f"/instances/{name}/health"


@pytest.mark.parametrize("name", ["reports-v1", "reports-v2"])
def test_a_reports_port_leads_to_one_version(name: str) -> None:
    """It has the reports and the health of that version, and no other paths."""
    routes = PortTable()[name].routes
    assert rewrite("/api/reports/payments?moneda=USD", routes) == f"/instances/{name}/api/reports/payments?moneda=USD"
    assert rewrite("/api/reports/payments.csv", routes) == f"/instances/{name}/api/reports/payments.csv"
    assert rewrite("/health", routes) == f"/instances/{name}/health"
    assert rewrite("/pagos", routes) is None


def test_the_event_collectors_port_leads_to_its_api_only() -> None:
    """It has the API and the health of the collector, and no other paths."""
    routes = PortTable()["event-collector"].routes
    assert rewrite("/event-collector/events/7/status?a=1", routes) == "/event-collector/events/7/status?a=1"
    assert rewrite("/health", routes) == "/instances/event-collector/health"
    for path in ("/pagos", "/event-collectors", "/instances/event-collector/health"):
        assert rewrite(path, routes) is None


@pytest.mark.parametrize(
    ("name", "root"),
    [
        ("api", "/"),
        ("campaigns", "/instances/proxy/welcome"),
        ("primary", "/instances/primary/welcome"),
        ("replica", "/instances/replica/welcome"),
        ("event-collector", "/instances/event-collector/welcome"),
        ("reports-v1", "/instances/reports-v1/welcome"),
        ("reports-v2", "/instances/reports-v2/welcome"),
    ],
)
def test_each_ports_root_is_its_services_welcome(name: str, root: str) -> None:
    """Unknown paths below the root lead nowhere, except on the port of the whole API."""
    routes = PortTable()[name].routes
    assert rewrite("/", routes) == root
    assert rewrite("/?a=1", routes) == f"{root}?a=1"
    assert rewrite("/nothing", routes) == ("/nothing" if name == "api" else None)


def test_an_offset_moves_every_port() -> None:
    """A second platform shares no port with the first."""
    base, moved = list(PortTable()), list(PortTable(20_000))
    assert [port.number for port in moved] == [port.number + 20_000 for port in base]
    assert moved[0].routes == base[0].routes


@pytest.mark.parametrize("offset", [70_000, 53_425, -1])
def test_an_offset_out_of_range_is_refused(offset: int) -> None:
    """The cure names the valid offsets: the highest port is 65535 (RFC 6335), and our highest is 12111."""
    with pytest.raises(AeroError) as refused:
        PortTable(offset)
    assert str(offset) in refused.value.message
    assert "between 0 and 53424" in refused.value.cure


def test_a_busy_port_is_named_with_its_program_and_the_cure() -> None:
    """The user can stop that program or move the platform."""
    # Given a program, ourselves, that listens on a port
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = Port(name="api", title="API", number=listener.getsockname()[1])
        # When the port is needed
        with pytest.raises(AeroError) as refused:
            require_free([port])
    # Then the error names the port, its program and the cure
    assert f"Port {port.number} (API) is taken by" in refused.value.message
    assert f"(pid {os.getpid()})" in refused.value.message
    assert "--port-offset" in refused.value.cure


@pytest.mark.usefixtures("clients")
def test_the_cure_for_a_busy_port_names_a_free_offset() -> None:
    """A second platform may already run on the offset named to it earlier."""
    table = PortTable(an_offset())
    with ExitStack() as others:
        others.enter_context(socket.create_server((LOOPBACK, table["api"].number)))
        named = free_offset()
        others.enter_context(socket.create_server((LOOPBACK, PortTable(named)["api"].number)))
        free = {free_offset()}
        with pytest.raises(AeroError) as refused:
            require_free(table)
        free.add(free_offset())  # another one, if a program has taken one of the first's ports meanwhile
        offset = int(refused.value.cure.rpartition("--port-offset ")[2])
        assert offset in free - {named, table.offset}
        assert not PortTable(offset).risk


def test_no_offset_is_offered_for_a_fixed_port() -> None:
    """The bookie's port is stored in its data, and a debugger's port is the requested one."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = Port(name="pulsar-store", title="Pulsar's storage", number=listener.getsockname()[1], fixed=True)
        with pytest.raises(AeroError, match="No --port-offset moves it") as refused:
            require_free([port])
    assert refused.value.cure == "Stop that program."


def test_a_listener_on_every_interface_counts() -> None:
    """It would get our requests, or we would get its requests."""
    with socket.create_server(("0.0.0.0", 0)) as listener:  # noqa: S104 - the point of the test
        port = Port(name="api", title="API", number=listener.getsockname()[1])
        assert busy([port]) == [port]


def test_a_port_is_free_as_soon_as_its_listener_has_ended() -> None:
    """Connections that linger after a stop do not block the port for the next start."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        number = listener.getsockname()[1]
        with socket.create_connection((LOOPBACK, number)):
            accepted, _ = listener.accept()
            accepted.close()  # this side closes first, so it is the one that lingers
    require_free([Port(name="api", title="API", number=number)])


def test_a_free_offset_has_every_port_free() -> None:
    """Tests and second platforms use such an offset."""
    assert busy(PortTable(free_offset())) == []


def test_concurrent_test_processes_never_share_a_port() -> None:
    """A process takes its ports one by one, so another process may take a free one in the meantime."""
    # Given the digits that this process and others may have
    ports_of = {
        digits: {
            port.number + offset for offset in range(10_000 + digits, 20_500, STEP) for port in PortTable(offset=0)
        }
        for digits in distinct_digits({port.number for port in PortTable()})
    }
    # Then there are enough for many processes, and no port belongs to two
    assert len(ports_of) >= 8
    assert sum(len(numbers) for numbers in ports_of.values()) == len(set.union(*ports_of.values()))
    # And another process has other digits than this one
    own = an_offset()
    another = subprocess.run(
        [sys.executable, "-c", "from support.ports import an_offset; print(an_offset())"],
        cwd=PROJECT / "tests",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(another.stdout) % STEP != own % STEP


@pytest.mark.usefixtures("clients")
def test_an_offset_into_the_client_ports_is_warned_of() -> None:
    """An outgoing connection may hold a port at the start. The warning names the highest offset without that risk."""
    risk = PortTable(40_000).risk
    assert risk.startswith("Ports from 43181 on are among those that this system assigns to outgoing connections")
    assert "(32768 to 60999)" in risk
    assert "Offsets up to 20656 avoid that." in risk
    assert PortTable(20_657).risk
    assert PortTable(20_656).risk == PortTable().risk == ""


@pytest.mark.usefixtures("clients")
def test_a_free_offset_avoids_the_client_ports() -> None:
    """Otherwise tests would fail now and then."""
    assert 10_000 <= free_offset() <= 20_656


def bind_below_the_client_ports(client: socket.socket) -> Port:
    """Bind a client to the first such port without lingering connections, which an earlier test may have left."""
    for _ in range(20):
        port = PortTable(an_offset())["api"]
        try:
            client.bind((LOOPBACK, port.number))
        except OSError:
            continue
        return port
    pytest.fail("connections linger on every port that was tried")


def test_a_port_held_by_an_outgoing_connection_is_reported_as_such() -> None:
    """No program listens there; the message names the program to wait for."""
    with socket.create_server((LOOPBACK, 0)) as listener, socket.socket() as client:
        port = bind_below_the_client_ports(client)
        client.connect(listener.getsockname())
        with pytest.raises(AeroError, match=rf"taken by an outgoing connection of .* \(pid {os.getpid()}\)"):
            require_free([port])
