"""The dead letters of a platform, here or on AWS, over the connector's operations API."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from aero.operate import api_client
from aero.operate.api_client import NotFoundError
from aero.operate.letters.letter import Letter
from aero.platform.errors import AeroError

PATH: Final = "/connector/dead-letters"
PAGE: Final = 500
SEND_SECONDS: Final = 30.0  # how long the relay is waited for; with the broker away it sends later
POLL_SECONDS: Final = 0.2
MOST_NAMED: Final = 10
_ID: Final = re.compile(r"[1-9][0-9]{0,17}")


class DeadLetterOffice:
    """Lists, shows, redrives and discards letters. Every failed call raises AeroError."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url

    def require_known(self, *, topic: str, mapping: str) -> None:
        """Raise AeroError for a misspelled name, with the deployed ones; letters of a removed mapping can be named."""
        if not topic and not mapping:
            return
        mappings = api_client.get_json(self._api_url, "/connector/mappings")["mapeos"]
        topics = sorted({deployed["topico_dlq"] for deployed in mappings if deployed["topico_dlq"]})
        if topic and topic not in topics:
            raise AeroError(f"{topic} is not a mapping's dead letter topic.", cure=f"They are {', '.join(topics)}.")
        names = sorted(deployed["nombre"] for deployed in mappings)
        if mapping and mapping not in names and not any(self.letters(mapping=mapping, page=1)):
            raise AeroError(f"There is no mapping {mapping!r}.", cure=f"They are {', '.join(names)}.")

    def letters(self, *, topic: str = "", mapping: str = "", state: str = "", page: int = PAGE) -> Iterator[Letter]:
        """Yield the letters that wait, the oldest first; `topic` is a dead letter topic."""
        query = {"topico_dlq": topic, "mapeo": mapping, "estado": state, "limite": str(page)}
        while True:
            asked = urlencode({name: value for name, value in query.items() if value})
            document = api_client.get_json(self._api_url, f"{PATH}?{asked}")
            yield from map(Letter.of, document["cartas"])
            if document["siguiente"] is None:
                return
            query["cursor"] = document["siguiente"]

    def find(self, letter_id: str) -> Letter:
        """Return the letter with an id, with its content. Raises AeroError if there is none."""
        document = self._ask(letter_id, lambda path: api_client.get_json(self._api_url, path))
        letter = Letter.of(document).with_more(document)
        while document["siguiente_byte"] is not None:
            part = f"{PATH}/{letter_id}?desde={document['siguiente_byte']}"
            document = api_client.get_json(self._api_url, part)
            letter = letter.with_more(document)
        return letter

    def redrive_these(self, ids: Sequence[str], done: Callable[[Letter], None]) -> None:
        """Send letters back to their topics, and wait for it; raises AeroError for refused ones after all others."""
        refused: list[str] = []
        missing: list[str] = []
        under_way: list[str] = []
        for letter_id in dict.fromkeys(ids):
            try:
                self._ask(letter_id, lambda path: api_client.post_json(self._api_url, f"{path}/redrive", {}))
                under_way.append(letter_id)
            except NotFoundError:
                missing.append(letter_id)
            except AeroError as error:
                refused.append(f"{letter_id}: {error.message}")
        until = time.monotonic() + SEND_SECONDS
        while under_way:
            letter = Letter.of(self._ask(under_way[0], lambda path: api_client.get_json(self._api_url, path)))
            if letter.is_sent:
                done(letter)
                under_way.pop(0)
            elif letter.impediment:
                refused.append(f"{letter.id}: {letter.impediment}")
                under_way.pop(0)
            elif time.monotonic() > until:
                raise _waiting()
            else:
                time.sleep(POLL_SECONDS)
        if refused:
            raise _refused(refused)
        if missing:
            raise _missing(missing)

    def redrive_all(self, *, topic: str, mapping: str) -> Iterator[Counter[str]]:
        """Send all letters back to their topics; yields their numbers by topic, then waits until they are sent.

        Raises AeroError for letters that cannot be redriven, after all others.
        """
        chosen = {"topico_dlq": topic, "mapeo": mapping} if topic or mapping else {"todas": True}
        body = {name: value for name, value in chosen.items() if value}
        accepted: Counter[str] = Counter()
        refused, complete = 0, False
        while not complete:
            answer = api_client.post_json(self._api_url, f"{PATH}/redrive", body)
            accepted.update(answer["por_topico"])
            refused, complete = answer["rechazadas"], answer["completo"]
        self._wait_until_sent(topic=topic, mapping=mapping)
        yield accepted
        if refused:
            letters = self.letters(topic=topic, mapping=mapping)
            told = [f"{letter.id}: {letter.impediment}" for letter in letters if letter.impediment]
            raise _refused(told)

    def discard(self, letter_id: str) -> None:
        """Remove a letter for good. Raises AeroError if there is none that waits."""
        self._ask(letter_id, lambda path: api_client.delete(self._api_url, path))

    def discard_these(self, ids: Collection[str], keep: Callable[[Letter], None]) -> None:
        """Remove the letters with these ids for good, each after `keep` has stored it.

        Raises AeroError for unknown ids after all others.
        """
        missing: list[str] = []
        for letter_id in dict.fromkeys(ids):
            try:
                letter = self.find(letter_id)
            except NotFoundError:
                missing.append(letter_id)
                continue
            keep(letter)
            self.discard(letter_id)
        if missing:
            raise _missing(missing)

    def _wait_until_sent(self, *, topic: str, mapping: str) -> None:
        until = time.monotonic() + SEND_SECONDS
        before = ""
        while letter := next(self.letters(topic=topic, mapping=mapping, state="REENVIO_SOLICITADO", page=1), None):
            if letter.id != before:
                until, before = time.monotonic() + SEND_SECONDS, letter.id  # it goes on
            if time.monotonic() > until:
                raise _waiting()
            time.sleep(POLL_SECONDS)

    def _ask(self, letter_id: str, ask: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        if not _ID.fullmatch(letter_id):
            raise _missing([letter_id])
        try:
            return ask(f"{PATH}/{letter_id}")
        except NotFoundError:
            raise _missing([letter_id]) from None


def _missing(ids: Sequence[str]) -> NotFoundError:
    return NotFoundError(f"There is no dead letter {', '.join(map(repr, sorted(ids)))}.", cure="See aero dlq list.")


def _refused(reasons: Sequence[str]) -> AeroError:
    more = f"\nand {len(reasons) - MOST_NAMED} more" if len(reasons) > MOST_NAMED else ""
    return AeroError("\n".join(reasons[:MOST_NAMED]) + more, cure="They stay where they are.")


def _waiting() -> AeroError:
    return AeroError(
        "Letters are not sent yet. Their redrive is stored, and the relay sends them once it has the broker.",
        cure="See aero status, and aero logs relay.",
    )
