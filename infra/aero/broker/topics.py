"""The platform's topics as declared in `infra/pulsar/topics.toml`, and their creation on a broker."""

from __future__ import annotations

import asyncio
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aero.platform.errors import AeroError
from aero.platform.progress.events import Event, Kind
from pulsar_connector.run.configuration import Topic, problems

if TYPE_CHECKING:
    from aero.broker.admin import PulsarAdmin
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener

Partitions = Annotated[int, Field(ge=0, le=1000)]

AT_ONCE: Final = 8
TO_CHANGE_IT: Final = (
    "To change it, recreate the topic: `aero up --reset` does so and deletes all data. On a broker that runs elsewhere "
    "delete the topic there."
)


class Retention(BaseModel):
    """The retention of messages acknowledged by every subscription. -1 means unlimited."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    minutes: int = Field(ge=-1)
    megabytes: int = Field(ge=-1)


class DeclaredTopics(BaseModel):
    """The number of partitions by topic, 0 for a topic without partitions, and the retention of all topics."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    retention: Retention
    topics: dict[Topic, Partitions] = Field(min_length=1)

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read the declaration from a file. Raises AeroError, which names the invalid field."""
        try:
            return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        except ValidationError as error:
            wrong = problems(error)
        except (OSError, tomllib.TOMLDecodeError) as error:
            wrong = [str(error)]
        raise AeroError(f"{file} cannot be used: {'; '.join(wrong)}")

    def apply(self, admin: PulsarAdmin) -> list[str]:
        """Add missing topics and partitions to a broker and remove nothing.

        Returns a warning for each topic that stays different. Raises AdminApiError.
        """
        wanted = (self.retention.minutes, self.retention.megabytes)
        if admin.retention() != wanted:
            admin.set_retention(*wanted)
        # A deleted topic is recreated by its next client, and this setting gives it partitions again.
        most = max(self.topics.values())
        if most and admin.new_topics() != most:
            admin.set_new_topics(most)
        # One list of all topics: the broker logs a stack trace for each request for a missing topic.
        existing = admin.topics()
        with ThreadPoolExecutor(AT_ONCE, "topics") as pool:
            warnings = pool.map(partial(_ensure, admin, existing), self.topics, self.topics.values())
            return [warning for warning in warnings if warning]


async def declare_topics(paths: Paths, admin: PulsarAdmin, listener: Listener) -> str:
    """Create the project's topics on a broker, and return their number in words. Raises AeroError."""
    declared = DeclaredTopics.read(paths.topics)
    for warning in await asyncio.to_thread(declared.apply, admin):
        listener(Event(kind=Kind.warning, text=warning))
    return f"{len(declared.topics)} topics"


def _ensure(admin: PulsarAdmin, existing: dict[str, bool], topic: str, wanted: int) -> str:
    if topic not in existing and admin.create(topic, wanted):
        return ""
    # An unlisted topic may exist: another program has just created it, or it was deleted and recreated by clients.
    found = admin.partitions(topic) if existing.get(topic, True) else 0
    if 0 < found < wanted:
        admin.add_partitions(topic, wanted)
        return ""
    if found == wanted:
        return ""
    has = f"{found} partitions" if found else "no partitions"
    return f"{topic} has {has}, not the {wanted} that topics.toml declares, and stays as it is. {TO_CHANGE_IT}"
