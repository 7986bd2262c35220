"""Dead letters as the operations API reads and changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.operations.letter_commands import LetterCommands
from pulsar_connector.operations.letter_queries import Filters, LetterQueries
from support.postgres.servers import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulsar_connector.operations.letter import Estado, Letter, Mappings
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.pulsar_connector.fake_aws import FakeAws


class LetterOffice:
    """The letters of one test; `mappings` are those that the test has declared."""

    def __init__(self, database: PostgresDatabase, aws: FakeAws, *, dlq_topic: str = "") -> None:
        self.queries = LetterQueries(database)
        self.commands = LetterCommands(database, self.queries)
        self._aws = aws
        self._dlq_topic = dlq_topic

    @property
    def mappings(self) -> Mappings:
        """The declared mappings."""
        return {
            name.rpartition("/")[2]: EventSourceMapping.model_validate_json(text)
            for name, text in self._aws.parameters.items()
            if "/mappings/" in name
        }

    def letters(self, state: Estado | None = None, **filters: str) -> list[Letter]:
        """Return the letters in a state; without one, those that wait."""
        where = Filters(dlq_topic=self._dlq_topic, **filters)
        return list(self.queries.page(where, state=state, after=0, limit=100_000))

    def content(self, letter: Letter) -> bytes:
        """Return the whole content of a letter."""
        return self.queries.content(letter.id, start=0, size=letter.size)

    def wait_for(
        self, enough: Callable[[list[Letter]], bool], *, state: Estado | None = None, timeout: float = 20
    ) -> list[Letter]:
        """Return the letters once there are enough of them."""
        wait_until(lambda: enough(self.letters(state)), timeout=timeout, what="dead letters")
        return self.letters(state)
