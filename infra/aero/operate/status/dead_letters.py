"""The dead letters for `aero status`: those stored, and those still on their topics, which the relay is to store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from aero.broker.status import BrokerStatus
    from aero.platform.database import Database


def stored_letters(database: Database) -> dict[str, int]:
    """Return the number of stored letters that wait, by dead letter topic."""
    with database.connect() as connection:
        rows = connection.execute(
            """
            select dlq_topic, count(*) from connector.dead_letters
             where redriven_at is null and discarded_at is null
             group by dlq_topic
            """
        ).fetchall()
    return dict(rows)


def all_letters(broker: BrokerStatus, stored: Mapping[str, int]) -> dict[str, int]:
    """Return the number of letters that wait, by dead letter topic."""
    topics = sorted({*broker.unstored_letters, *stored})
    return {topic: broker.unstored_letters.get(topic, 0) + stored.get(topic, 0) for topic in topics}


def problems(letters: Mapping[str, int]) -> list[str]:
    """Return a sentence on dead letters, if there are any."""
    found = [f"{count} in {topic}" for topic, count in letters.items() if count]
    return [f"Dead letters: {', '.join(found)}. See aero dlq list."] if found else []


def show(letters: Mapping[str, int], console: Console) -> None:
    """Print the number of dead letters in each dead letter topic."""
    console.print()
    for topic, count in letters.items():
        console.print(f"Dead letters in {topic}: {count}", soft_wrap=True)
