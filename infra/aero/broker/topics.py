"""The topics of the platform, as `infra/pulsar/topics.toml` declares them, and how a broker comes to have them."""

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
    "To change that, the topic has to be made anew: `aero up --reset` does so, and forgets all data; on a broker that "
    "runs elsewhere, delete the topic there."
)


class Retention(BaseModel):
    """What a topic keeps of what every subscription has acknowledged; -1 is without end."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    minutes: int = Field(ge=-1)
    megabytes: int = Field(ge=-1)


class DeclaredTopics(BaseModel):
    """The number of partitions by topic, 0 for one that is not partitioned; and the retention of all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    retention: Retention
    topics: dict[Topic, Partitions] = Field(min_length=1)

    @classmethod
    def read(cls, file: Path) -> Self:
        """From a file; raises AeroError, which names the field that is wrong."""
        try:
            return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        except ValidationError as error:
            wrong = problems(error)
        except (OSError, tomllib.TOMLDecodeError) as error:
            wrong = [str(error)]
        raise AeroError(f"{file} cannot be used: {'; '.join(wrong)}")

    def apply(self, admin: PulsarAdmin) -> list[str]:
        """Give a broker what it lacks, and take nothing away; returns what stays different, raises AdminApiError."""
        wanted = (self.retention.minutes, self.retention.megabytes)
        if admin.retention() != wanted:
            admin.set_retention(*wanted)
        # What is deleted while it is in use comes back with its next client: as it was, not without partitions.
        most = max(self.topics.values())
        if most and admin.new_topics() != most:
            admin.set_new_topics(most)
        # Lists, for the broker logs a stack trace when it is asked for a topic that it does not have.
        existing = admin.topics()
        with ThreadPoolExecutor(AT_ONCE, "topics") as pool:
            warnings = pool.map(partial(_ensure, admin, existing), self.topics, self.topics.values())
            return [warning for warning in warnings if warning]


async def declare_topics(paths: Paths, admin: PulsarAdmin, listener: Listener) -> str:
    """Give a broker the project's topics; returns how many there are, raises AeroError."""
    declared = DeclaredTopics.read(paths.topics)
    for warning in await asyncio.to_thread(declared.apply, admin):
        listener(Event(kind=Kind.warning, text=warning))
    return f"{len(declared.topics)} topics"


def _ensure(admin: PulsarAdmin, existing: dict[str, bool], topic: str, wanted: int) -> str:
    if topic not in existing and admin.create(topic, wanted):
        return ""
    # There may be one after all: somebody else has just made it, or it was deleted and its clients have.
    found = admin.partitions(topic) if existing.get(topic, True) else 0
    if 0 < found < wanted:
        admin.add_partitions(topic, wanted)
        return ""
    if found == wanted:
        return ""
    has = f"{found} partitions" if found else "no partitions"
    return f"{topic} has {has}, not the {wanted} that topics.toml declares, and stays as it is. {TO_CHANGE_IT}"
