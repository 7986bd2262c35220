"""The last line and the health of `aero status`."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from aero.broker.status import BrokerStatus, SubscriptionStatus, TopicStatus
from aero.deploy.apis import ApiStatus
from aero.operate.functions import FunctionStatus
from aero.operate.outboxes import STUCK_SECONDS, OutboxStatus, problems
from aero.operate.status.components import ComponentStatus
from aero.operate.status.dead_letters import all_letters
from aero.operate.status.dead_letters import problems as letter_problems
from aero.operate.status.open_payments import OpenPayments
from aero.operate.status.platform_status import PlatformStatus, show


def a_status(*said: str, status: str = "running", state: str = "running") -> PlatformStatus:
    """Build the status of a platform with one component, one API and these problems."""
    postgres = ComponentStatus(
        name="postgres", title="PostgreSQL", address="", state=state, pid=7, memory=2**20, restarts=0, past=""
    )
    return PlatformStatus(
        status=status, aero_pid=1, port_offset=0, pulsar="apache", endpoint="", api="", api_id="", watch=False,
        debug={}, components=[postgres], functions=[], outboxes={}, payments=OpenPayments(), breaker=None, reports=None,
        broker=BrokerStatus(), dead_letters={}, problems=list(said),
        apis=[ApiStatus(title="API", url="u", function="pagos-api", status=200)],
    )  # fmt: skip


def last_line(status: PlatformStatus) -> str:
    """Return the last line with its colour codes."""
    text = StringIO()
    show(status, Console(file=text, width=120, force_terminal=True, color_system="standard"))
    return text.getvalue().splitlines()[-1]


def test_all_is_well_only_without_problems() -> None:
    """The line is green and says so."""
    good = a_status()
    assert good.is_healthy
    assert last_line(good).startswith("\x1b[1;32mAll is well: \x1b[0m1 APIs answer, ")
    assert last_line(good).endswith("; aero is running (pid 1), 1 MB in all")


def test_events_may_wait_for_seconds_while_all_is_well() -> None:
    """An outbox is a problem once it has not moved for a minute; the line promises no shorter wait."""
    assert "no event has waited for its publication for over a minute" in last_line(a_status())
    assert "stuck" not in last_line(a_status())
    assert STUCK_SECONDS == 60


def test_problems_are_counted_in_red() -> None:
    """Singular and plural are right; a starting platform is neither well nor has problems."""
    for status, said in [(a_status("one"), "1 problem, see above: "), (a_status("a", "b"), "2 problems, see")]:
        assert not status.is_healthy
        assert last_line(status).startswith(f"\x1b[1;31m{said}")
    assert last_line(a_status(status="starting")).startswith("\x1b[1;33maero is starting")
    assert not a_status(status="starting").is_healthy
    assert not a_status(state="not answering").is_healthy


def test_stuck_outboxes_and_parked_events_are_problems() -> None:
    """A busy outbox is no problem."""
    busy = OutboxStatus(waiting=10_000, oldest_seconds=STUCK_SECONDS, parked=0)
    stuck = OutboxStatus(waiting=38, oldest_seconds=166, parked=0)
    parked = OutboxStatus(waiting=0, oldest_seconds=0, parked=1)
    assert list(problems({"campanas": busy, "pagos": stuck, "event_collector": parked})) == [
        "Outbox of pagos does not move: 38 events are waiting, the oldest for 166 s. See aero logs relay.",
        "Outbox of event_collector: 1 event is parked. See aero outbox parked.",
    ]


def a_topic(name: str, subscription: str, *, backlog: int, consumers: int) -> TopicStatus:
    """Build a topic with one subscription."""
    part = SubscriptionStatus(name=subscription, backlog=backlog, unacked=0, consumers=consumers, rate_out=0)
    return TopicStatus(topic=name, partitions=0, rate_in=0, rate_out=0, subscriptions=[part])


def test_dead_letters_and_unread_messages_are_problems() -> None:
    """A backlog with consumers is no problem. Letters count where they are stored, and before that on their topic."""
    broker = BrokerStatus(
        topics=[
            a_topic("payments.DLQ", "aeropartners-dlq", backlog=3, consumers=0),
            a_topic("campaigns.DLQ", "aeropartners-dlq", backlog=0, consumers=0),
            a_topic("payments.evt.pending", "procesar-pagos", backlog=5, consumers=0),
            a_topic("payments.evt.completed", "metricas-campanas", backlog=9, consumers=2),
        ]
    )
    letters = all_letters(broker, {"payments.DLQ": 2, "tracking.DLQ": 1})
    assert letters == {"campaigns.DLQ": 0, "payments.DLQ": 5, "tracking.DLQ": 1}
    assert letter_problems(letters) == ["Dead letters: 5 in payments.DLQ, 1 in tracking.DLQ. See aero dlq list."]
    assert letter_problems({"payments.DLQ": 0}) == []
    assert broker.problems == [
        "payments.evt.pending: 5 messages wait for procesar-pagos, but no consumer is connected. See aero logs bridge.",
    ]
    assert BrokerStatus().problems == []


def test_an_inactive_function_is_a_problem() -> None:
    """Lambda gives its state."""
    values = {"name": "relay", "runtime": "python3.13", "timeout": 1}
    assert FunctionStatus(state="Active", **values).problem == ""  # type: ignore[arg-type]
    assert FunctionStatus(state="Failed", **values).problem == "The function relay is Failed."  # type: ignore[arg-type]
