"""The declaration topics.toml: its validation, and its application to a broker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aero.broker.admin import PulsarAdmin
from aero.broker.topics import DeclaredTopics, Retention, declare_topics
from aero.platform.errors import AeroError
from aero.platform.progress.events import Kind
from support.aero.admin_api import AdminApi, serving
from support.lambda_events import PROJECT

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Event

FILE = PROJECT / "infra" / "pulsar" / "topics.toml"


@pytest.fixture
def api() -> Iterator[AdminApi]:
    """Serve the admin API of an empty broker."""
    with serving(AdminApi()) as api:
        yield api


def declared(**topics: int) -> DeclaredTopics:
    """Return a declaration of these topics with a retention."""
    return DeclaredTopics(retention=Retention(minutes=10, megabytes=20), topics=topics)


def test_dead_letters_are_not_partitioned() -> None:
    """Topics of events have three partitions."""
    for topic, partitions in DeclaredTopics.read(FILE).topics.items():
        assert partitions == (0 if topic.endswith(".DLQ") else 3)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[retention]\nminutes = 1\nmegabytes = 1\n[topics]\na = -1", "topics.a: "),
        ("[retention]\nminutes = 1\nmegabytes = 1\n[topics]\na = true", "topics.a: "),
        ("[retention]\nminutes = 1\nmegabytes = 1\n[topics]\n'a/b' = 1", "topics.a/b"),
        ("[retention]\nminutes = 1\nmegabytes = 1\n[topics]", "topics: "),
        ("[retention]\nminutes = '1'\nmegabytes = 1\n[topics]\na = 1", "retention.minutes: "),
        ("[retention]\nminutes = 1\n[topics]\na = 1", "retention.megabytes: "),
        ("[retention]\nminutes = 1\nmegabytes = 1\n[topics]\na = 1\n[other]", "other: "),
        ("[topics", "at end of document|line 1"),
    ],
)
def test_an_invalid_field_is_named(tmp_path: Path, text: str, field: str) -> None:
    """The error names the file and the field."""
    file = tmp_path / "topics.toml"
    file.write_text(text)
    with pytest.raises(AeroError, match=field) as failed:
        DeclaredTopics.read(file)
    assert str(file) in failed.value.message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """It is an expected failure."""
    with pytest.raises(AeroError, match=r"missing\.toml"):
        DeclaredTopics.read(tmp_path / "missing.toml")


def test_an_empty_broker_gets_all_topics_once(api: AdminApi) -> None:
    """A second application writes nothing."""
    assert declared(a=3, b=0).apply(PulsarAdmin(url=api.url)) == []
    assert api.topics == {"a": 3, "b": 0}
    assert api.retention == {"retentionTimeInMinutes": 10, "retentionSizeInMB": 20}
    api.writes.clear()
    assert declared(a=3, b=0).apply(PulsarAdmin(url=api.url)) == []
    assert api.writes == []


def test_a_topic_deleted_while_in_use_is_recreated(api: AdminApi) -> None:
    """Its clients have recreated its partitions only, so it is not listed and cannot be created."""
    api.topics, api.orphans = {"b": 0}, {"a"}
    assert declared(a=3, b=0).apply(PulsarAdmin(url=api.url)) == []
    assert api.topics == {"a": 3, "b": 0}


def test_a_topic_created_by_its_first_use_has_partitions(api: AdminApi) -> None:
    """It gets the highest declared number, so that a deleted topic recreated by clients is like the original."""
    declared(a=3, b=5, c=0).apply(PulsarAdmin(url=api.url))
    assert api.new_topics == {"allowAutoTopicCreation": True, "topicType": "partitioned", "defaultNumPartitions": 5}


def test_missing_partitions_are_added_to_declared_topics_only(api: AdminApi) -> None:
    """Undeclared topics are left alone."""
    api.retention = {"retentionTimeInMinutes": 10, "retentionSizeInMB": 20}
    api.new_topics = {"allowAutoTopicCreation": True, "topicType": "partitioned", "defaultNumPartitions": 3}
    api.topics = {"a": 1, "b": 2, "other": 7}
    assert declared(a=3, b=2).apply(PulsarAdmin(url=api.url)) == []
    assert api.topics == {"a": 3, "b": 2, "other": 7}
    assert api.writes == ["POST persistent/public/default/a/partitions 3"]


@pytest.mark.parametrize(
    ("existing", "wanted", "expected"),
    [(5, 3, "has 5 partitions"), (0, 3, "has no partitions"), (3, 0, "has 3 partitions")],
)
def test_a_topic_that_cannot_be_changed_is_kept_with_a_warning(
    api: AdminApi, existing: int, wanted: int, expected: str
) -> None:
    """The warning has the cure."""
    api.topics = {"a": existing}
    [warning] = declared(a=wanted).apply(PulsarAdmin(url=api.url))
    assert f"a {expected}, not the {wanted}" in warning
    assert "--reset" in warning
    assert api.topics == {"a": existing}


def test_a_topic_created_concurrently_is_no_failure(api: AdminApi) -> None:
    """Two platforms may start on one broker at the same time."""
    api.topics, api.hidden = {"a": 3}, {"a"}
    assert declared(a=3).apply(PulsarAdmin(url=api.url)) == []
    api.topics = {"a": 0}
    assert len(declared(a=3).apply(PulsarAdmin(url=api.url))) == 1


def test_a_different_retention_is_replaced(api: AdminApi) -> None:
    """The declaration decides."""
    api.retention = {"retentionTimeInMinutes": 10, "retentionSizeInMB": 21}
    declared(a=0).apply(PulsarAdmin(url=api.url))
    assert api.retention == {"retentionTimeInMinutes": 10, "retentionSizeInMB": 20}


def test_the_start_reports_the_number_of_topics_and_the_warnings(api: AdminApi, paths: Paths) -> None:
    """It applies the project's own declaration."""
    api.topics = {"payments.evt.pending": 0}
    events: list[Event] = []
    result = asyncio.run(declare_topics(paths, PulsarAdmin(url=api.url), events.append))
    assert result == f"{len(api.topics)} topics"
    assert [event.kind for event in events] == [Kind.warning]
    assert events[0].text.startswith("payments.evt.pending has no partitions")
