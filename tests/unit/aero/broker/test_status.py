"""The broker's part of `aero status`, from the answers of the admin API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from aero.broker.admin import AdminApiError, PulsarAdmin
from aero.broker.status import BrokerStatus, SubscriptionStatus, TopicStatus, broker_status, show, topic_status, topics
from aero.operate.status.platform_status import PlatformStatus, platform_status
from aero.platform.settings import PulsarKind
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, RunRecord
from support.aero.admin_api import AdminApi, serving

if TYPE_CHECKING:
    from aero.platform.paths import Paths


@pytest.fixture
def api() -> Iterator[AdminApi]:
    """Serve the admin API of an empty broker."""
    with serving(AdminApi()) as api:
        yield api


def stats(*, partitions: int = 0, rate_in: float = 0, **subscriptions: int) -> dict[str, Any]:
    """Return the statistics of a topic whose subscriptions have these backlogs and two consumers each."""
    return {
        "msgRateIn": rate_in,
        "msgRateOut": 1.5,
        "subscriptions": {
            name.replace("_", "-"): {
                "msgBacklog": backlog,
                "unackedMessages": 1,
                "msgRateOut": 0.5,
                "consumers": [{}, {}],
            }
            for name, backlog in subscriptions.items()
        },
    } | ({"metadata": {"partitions": partitions}} if partitions else {})


def shown(status: BrokerStatus) -> str:
    """Return the output for a terminal of 80 columns."""
    text = StringIO()
    show(status, Console(file=text, width=80))
    return text.getvalue()


def test_a_topic_has_its_subscriptions_in_order() -> None:
    """They are sorted by name."""
    assert topic_status("a", stats(partitions=3, rate_in=2, b=7, a=0)) == TopicStatus(
        topic="a",
        partitions=3,
        rate_in=2,
        rate_out=1.5,
        subscriptions=[
            SubscriptionStatus(name="a", backlog=0, unacked=1, consumers=2, rate_out=0.5),
            SubscriptionStatus(name="b", backlog=7, unacked=1, consumers=2, rate_out=0.5),
        ],
    )


def test_statistics_are_read_for_partitioned_and_other_topics(api: AdminApi) -> None:
    """Dead letters are counted on their own subscription; a dead letter topic without it counts 0."""
    api.topics = {"a.evt.b": 3, "a.DLQ": 0, "b.DLQ": 0}
    api.stats = {"a.evt.b": stats(partitions=3, c=1), "a.DLQ": stats(aeropartners_dlq=2, other=9), "b.DLQ": stats()}
    status = BrokerStatus(topics=topics(PulsarAdmin(url=api.url)))
    assert [(found.topic, found.partitions) for found in status.topics] == [("a.DLQ", 0), ("a.evt.b", 3), ("b.DLQ", 0)]
    assert status.unstored_letters == {"a.DLQ": 2, "b.DLQ": 0}


def test_a_topic_deleted_in_the_meantime_is_left_out(api: AdminApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was in the list of topics, but has no statistics any longer."""
    api.topics, api.stats = {"a": 0}, {"a": stats()}
    monkeypatch.setattr(PulsarAdmin, "topics", lambda _: {"a": False, "gone": False})
    assert [found.topic for found in topics(PulsarAdmin(url=api.url))] == ["a"]


def test_an_empty_broker_has_no_topics(api: AdminApi) -> None:
    """An empty list is not a failure, but an error status is."""
    assert topics(PulsarAdmin(url=api.url)) == []
    api.answer = (500, "no")
    with pytest.raises(AdminApiError):
        topics(PulsarAdmin(url=api.url))


def test_the_table_has_one_line_for_each_subscription_in_use() -> None:
    """Topics without subscription and traffic are left out."""
    text = shown(
        BrokerStatus(
            topics=[
                topic_status("payments.evt.completed", stats(partitions=3, rate_in=2.25)),
                topic_status("payments.evt.failed", stats(partitions=3)),
                topic_status("payments.evt.pending", stats(partitions=3, rate_in=2, procesar_pagos=12345)),
                topic_status("payments.DLQ", stats(aeropartners_dlq=4)),
                topic_status("campaigns.DLQ", stats()),
            ]
        )
    )
    rows = [line.split() for line in text.splitlines()]
    assert ["payments.evt.completed", "2.2"] in rows
    assert ["payments.evt.pending", "procesar-pagos", "12345", "1", "2.0", "0.5", "2"] in rows
    assert ["payments.DLQ", "aeropartners-dlq", "4", "1", "0.0", "0.5", "2"] in rows
    assert "payments.evt.failed" not in text


@pytest.mark.parametrize(
    ("kind", "own", "expected"),
    [("lite", True, "pulsar-lite has no admin API"), ("apache", False, "AERO_PULSAR_ADMIN_URL")],
)
def test_a_missing_admin_api_is_reported(monkeypatch: pytest.MonkeyPatch, kind: str, own: bool, expected: str) -> None:
    """The output is one line instead of an empty table."""
    monkeypatch.delenv("AERO_PULSAR_ADMIN_URL", raising=False)
    assert expected in shown(broker_status(un_registro(kind, own=own)))


def un_registro(pulsar: str, *, own: bool) -> RunRecord:
    """Return the record of a running platform with this broker, its own or one elsewhere."""
    here = ProcessId(pid=1, created=0)
    component = ComponentRecord(name="pulsar", title="Pulsar", address="", program=here if own else None)
    return RunRecord(aero=here, status="running", pulsar=pulsar, components=(component,))


@pytest.fixture
def platform_of(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function for the status of a platform with an admin API elsewhere and no running parts."""

    def status(admin_url: str) -> PlatformStatus:
        monkeypatch.setenv("AERO_PULSAR_ADMIN_URL", admin_url)
        monkeypatch.setenv("AERO_DATABASE_URL", "nonsense")
        monkeypatch.setattr("aero.operate.status.platform_status._deployed", lambda _: ([], None, []))
        monkeypatch.setattr("aero.operate.status.platform_status.api_statuses", lambda *_: [])
        record = un_registro(PulsarKind.apache, own=False)
        return platform_status(paths, record)

    return status


def test_the_json_document_has_stable_names(api: AdminApi, platform_of: Any) -> None:
    """Scripts read the document."""
    api.topics, api.stats = {"a.DLQ": 0}, {"a.DLQ": stats(aeropartners_dlq=2)}
    document = json.loads(json.dumps(platform_of(api.url).to_dict()))
    assert document["topics"] == [
        {
            "topic": "a.DLQ",
            "partitions": 0,
            "rate_in": 0,
            "rate_out": 1.5,
            "subscriptions": [
                {"name": "aeropartners-dlq", "backlog": 2, "unacked": 1, "consumers": 2, "rate_out": 0.5}
            ],
        }
    ]
    assert document["dead_letters"] == {"a.DLQ": 2}
    assert document["broker_note"] == ""


def test_an_admin_api_that_does_not_answer_is_a_problem_not_an_error(platform_of: Any) -> None:
    """It appears beside the problems of the other parts."""
    status = platform_of("http://127.0.0.1:1")
    assert any("http://127.0.0.1:1 does not answer" in problem for problem in status.problems)
    assert len(status.problems) == 2
    assert not status.is_healthy
    assert platform_of("nonsense").problems[-1].startswith("'nonsense' is not the address")
