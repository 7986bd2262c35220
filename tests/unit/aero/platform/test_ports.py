"""The table of ports, and what is said about a busy one."""

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
    """As Linux has it by default (ip_local_port_range in the kernel's ip-sysctl)."""
    monkeypatch.setattr(ports, "client_ports", lambda: range(32768, 61000))


def test_the_ports_are_those_of_the_original_system() -> None:
    """URLs that clients of the original know work as they were."""
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


def test_the_campaigns_ports_lead_where_the_originals_led() -> None:
    """To the proxy, to the primary, to the replica; nothing else is there."""
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
    """Reports and the health of that way in; nothing else is there."""
    routes = PortTable()[name].routes
    assert rewrite("/api/reports/payments?moneda=USD", routes) == f"/instances/{name}/api/reports/payments?moneda=USD"
    assert rewrite("/api/reports/payments.csv", routes) == f"/instances/{name}/api/reports/payments.csv"
    assert rewrite("/health", routes) == f"/instances/{name}/health"
    assert rewrite("/pagos", routes) is None


def test_the_event_collectors_port_leads_to_it_alone() -> None:
    """Its API, and the health of that way in; nothing else is there."""
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
    """And nothing below it is led there, but on the port where everything is."""
    routes = PortTable()[name].routes
    assert rewrite("/", routes) == root
    assert rewrite("/?a=1", routes) == f"{root}?a=1"
    assert rewrite("/nothing", routes) == ("/nothing" if name == "api" else None)


def test_an_offset_moves_every_port() -> None:
    """No port stays where a second platform would meet the first."""
    base, moved = list(PortTable()), list(PortTable(20_000))
    assert [port.number for port in moved] == [port.number + 20_000 for port in base]
    assert moved[0].routes == base[0].routes


@pytest.mark.parametrize("offset", [70_000, 53_425, -1])
def test_an_offset_out_of_range_is_refused(offset: int) -> None:
    """The message says which offsets there are: a port is 65535 at most (RFC 6335), and ours end with 12111."""
    with pytest.raises(AeroError) as refused:
        PortTable(offset)
    assert str(offset) in refused.value.message
    assert "between 0 and 53424" in refused.value.cure


def test_a_busy_port_is_named_with_its_program_and_the_way_out() -> None:
    """Whoever reads it can stop that program or move the platform."""
    # Given a program, ourselves, that listens on a port
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = Port(name="api", title="API", number=listener.getsockname()[1])
        # When the port is needed
        with pytest.raises(AeroError) as refused:
            require_free([port])
    # Then the message has all that is needed
    assert f"Port {port.number} (API) is taken by" in refused.value.message
    assert f"(pid {os.getpid()})" in refused.value.message
    assert "--port-offset" in refused.value.cure


@pytest.mark.usefixtures("clients")
def test_the_way_out_of_a_busy_port_leads_to_free_ones() -> None:
    """Whatever runs already, such as a second platform on the offset that was named to it."""
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


def test_no_move_is_offered_from_a_port_that_does_not_move() -> None:
    """The bookie's port stays with its data, a debugger's is as it was asked for."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = Port(name="pulsar-store", title="Pulsar's storage", number=listener.getsockname()[1], fixed=True)
        with pytest.raises(AeroError, match="No --port-offset moves it") as refused:
            require_free([port])
    assert refused.value.cure == "Stop that program."


def test_a_listener_on_every_interface_counts() -> None:
    """It would get the requests that are meant for us, or we those meant for it."""
    with socket.create_server(("0.0.0.0", 0)) as listener:  # noqa: S104 - the point of the test
        port = Port(name="api", title="API", number=listener.getsockname()[1])
        assert busy([port]) == [port]


def test_a_port_whose_listener_has_gone_is_free_at_once() -> None:
    """Connections that linger after a stop do not keep the next start from its port."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        number = listener.getsockname()[1]
        with socket.create_connection((LOOPBACK, number)):
            accepted, _ = listener.accept()
            accepted.close()  # this side closes first, so it is the one that lingers
    require_free([Port(name="api", title="API", number=number)])


def test_a_free_offset_has_every_port_free() -> None:
    """It is for tests and second platforms."""
    assert busy(PortTable(free_offset())) == []


def test_test_processes_beside_each_other_never_share_a_port() -> None:
    """Each takes its ports one after the other, so what is free now may be another's soon."""
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
def test_an_offset_into_the_ports_of_clients_is_warned_of() -> None:
    """An outgoing connection may have one of them just when it is needed; the highest offset without is said."""
    risk = PortTable(40_000).risk
    assert risk.startswith("Ports from 43181 on lie where this system gives programs the ports of their outgoing")
    assert "(32768 to 60999)" in risk
    assert "Offsets up to 20656 keep out of it." in risk
    assert PortTable(20_657).risk
    assert PortTable(20_656).risk == PortTable().risk == ""


@pytest.mark.usefixtures("clients")
def test_a_free_offset_keeps_out_of_them() -> None:
    """Else a test would fail now and then."""
    assert 10_000 <= free_offset() <= 20_656


def test_a_port_that_an_outgoing_connection_has_is_named_so() -> None:
    """Nobody listens there, and the program to wait for is said."""
    # Below the ports that systems give to clients, which other programs may share with us.
    port = PortTable(an_offset())["api"]
    with socket.create_server((LOOPBACK, 0)) as listener, socket.socket() as client:
        client.bind((LOOPBACK, port.number))
        client.connect(listener.getsockname())
        with pytest.raises(AeroError, match=rf"taken by an outgoing connection of .* \(pid {os.getpid()}\)"):
            require_free([port])
