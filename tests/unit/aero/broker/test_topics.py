"""topics.toml: what may be in it, and how a broker comes to have it."""

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
    """Of an empty broker."""
    with serving(AdminApi()) as api:
        yield api


def declared(**topics: int) -> DeclaredTopics:
    """With a retention."""
    return DeclaredTopics(retention=Retention(minutes=10, megabytes=20), topics=topics)


def test_dead_letters_are_not_partitioned() -> None:
    """Events are."""
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
def test_what_is_wrong_is_named(tmp_path: Path, text: str, field: str) -> None:
    """File and field."""
    file = tmp_path / "topics.toml"
    file.write_text(text)
    with pytest.raises(AeroError, match=field) as failed:
        DeclaredTopics.read(file)
    assert str(file) in failed.value.message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """As an expected failure."""
    with pytest.raises(AeroError, match=r"missing\.toml"):
        DeclaredTopics.read(tmp_path / "missing.toml")


def test_an_empty_broker_gets_everything_once(api: AdminApi) -> None:
    """Applied again, nothing is written."""
    assert declared(a=3, b=0).apply(PulsarAdmin(url=api.url)) == []
    assert api.topics == {"a": 3, "b": 0}
    assert api.retention == {"retentionTimeInMinutes": 10, "retentionSizeInMB": 20}
    api.writes.clear()
    assert declared(a=3, b=0).apply(PulsarAdmin(url=api.url)) == []
    assert api.writes == []


def test_a_topic_that_was_deleted_in_use_is_made_again(api: AdminApi) -> None:
    """Its clients have brought back its partitions, not it: it is neither listed nor can it be created."""
    api.topics, api.orphans = {"b": 0}, {"a"}
    assert declared(a=3, b=0).apply(PulsarAdmin(url=api.url)) == []
    assert api.topics == {"a": 3, "b": 0}


def test_a_topic_that_comes_by_itself_has_partitions(api: AdminApi) -> None:
    """As many as the most that are declared: what its clients bring back is what was deleted."""
    declared(a=3, b=5, c=0).apply(PulsarAdmin(url=api.url))
    assert api.new_topics == {"allowAutoTopicCreation": True, "topicType": "partitioned", "defaultNumPartitions": 5}


def test_partitions_are_added_and_only_there(api: AdminApi) -> None:
    """A topic that nobody declared is none of our business."""
    api.retention = {"retentionTimeInMinutes": 10, "retentionSizeInMB": 20}
    api.new_topics = {"allowAutoTopicCreation": True, "topicType": "partitioned", "defaultNumPartitions": 3}
    api.topics = {"a": 1, "b": 2, "other": 7}
    assert declared(a=3, b=2).apply(PulsarAdmin(url=api.url)) == []
    assert api.topics == {"a": 3, "b": 2, "other": 7}
    assert api.writes == ["POST persistent/public/default/a/partitions 3"]


@pytest.mark.parametrize(
    ("existing", "wanted", "said"),
    [(5, 3, "has 5 partitions"), (0, 3, "has no partitions"), (3, 0, "has 3 partitions")],
)
def test_what_cannot_be_changed_is_kept_and_said(api: AdminApi, existing: int, wanted: int, said: str) -> None:
    """With what to do about it."""
    api.topics = {"a": existing}
    [warning] = declared(a=wanted).apply(PulsarAdmin(url=api.url))
    assert f"a {said}, not the {wanted}" in warning
    assert "--reset" in warning
    assert api.topics == {"a": existing}


def test_a_topic_that_somebody_else_has_just_made_is_no_failure(api: AdminApi) -> None:
    """Two platforms may start on one broker."""
    api.topics, api.hidden = {"a": 3}, {"a"}
    assert declared(a=3).apply(PulsarAdmin(url=api.url)) == []
    api.topics = {"a": 0}
    assert len(declared(a=3).apply(PulsarAdmin(url=api.url))) == 1


def test_other_retention_is_set_anew(api: AdminApi) -> None:
    """It is the file that counts."""
    api.retention = {"retentionTimeInMinutes": 10, "retentionSizeInMB": 21}
    declared(a=0).apply(PulsarAdmin(url=api.url))
    assert api.retention == {"retentionTimeInMinutes": 10, "retentionSizeInMB": 20}


def test_the_start_says_how_many_and_passes_warnings_on(api: AdminApi, paths: Paths) -> None:
    """The project's own file is what it applies."""
    api.topics = {"payments.evt.pending": 0}
    events: list[Event] = []
    said = asyncio.run(declare_topics(paths, PulsarAdmin(url=api.url), events.append))
    assert said == f"{len(api.topics)} topics"
    assert [event.kind for event in events] == [Kind.warning]
    assert events[0].text.startswith("payments.evt.pending has no partitions")
