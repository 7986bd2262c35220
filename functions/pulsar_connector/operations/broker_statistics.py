"""What waits in each subscription, according to Pulsar's admin API, within less than a second or not at all."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urljoin, urlsplit

from pulsar_connector.broker.service_url import ServiceUrl
from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    from pulsar_connector.broker.secret import BrokerSecret
    from pulsar_connector.operations.letter import Mappings

SECONDS: Final = 0.8  # for all questions together
AT_ONCE: Final = 8
REDIRECTS: Final = 3  # a broker of a cluster redirects to the broker that has the topic
NAMESPACE: Final = "persistent/public/default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The messages of a subscription: those that wait, and those delivered and not acknowledged."""

    waiting: int
    unacknowledged: int


class BrokerStatistics:
    """A reader of the admin API; an empty URL means that there is none."""

    def __init__(self, url: str, secret: Callable[[], BrokerSecret]) -> None:
        """`secret` reads the broker's secret, with the token and the CA of the admin API too."""
        self._url = url.rstrip("/")
        self._secret = secret

    def backlogs(self, mappings: Mappings) -> dict[str, Backlog]:
        """Return the backlog of each mapping's subscription; mappings without an answer are left out."""
        if not self._url:
            return {}
        until = monotonic() + SECONDS
        topics = {topic for mapping in mappings.values() for topic in mapping.topics}
        pool = ThreadPoolExecutor(AT_ONCE, "admin")
        try:
            found = self._statistics(pool, topics, until)
        except (OSError, HTTPException, ValueError, LookupError, TypeError) as error:
            logger.warning("Pulsar's admin API does not answer: backlogs are unknown", extra={"cause": str(error)})
            return {}
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return {
            name: _sum([found[topic].get(mapping.subscription) for topic in mapping.topics])
            for name, mapping in mappings.items()
            if all(topic in found for topic in mapping.topics)
        }

    def _statistics(self, pool: ThreadPoolExecutor, topics: set[str], until: float) -> dict[str, Mapping[str, Backlog]]:
        """Return the subscriptions of each topic that was answered in time; a topic that does not exist has none."""
        ask = partial(self._get, self._secret(), until)
        lists = [pool.submit(ask, f"{NAMESPACE}/partitioned"), pool.submit(ask, NAMESPACE)]
        partitioned, single = ({_short(name) for name in _result(names, until)} for names in lists)
        paths = {
            topic: f"{NAMESPACE}/{quote(topic, safe='')}/"
            + ("partitioned-stats?perPartition=false&" if topic in partitioned else "stats?")
            + "getPreciseBacklog=true"
            for topic in topics & (partitioned | single)
        }
        answers = {topic: pool.submit(ask, path) for topic, path in paths.items()}
        wait(answers.values(), timeout=max(0.0, until - monotonic()))
        known: dict[str, Mapping[str, Backlog]] = {
            topic: {name: _backlog(part) for name, part in answer.result()["subscriptions"].items()}
            for topic, answer in answers.items()
            if answer.done() and not answer.exception()
        }
        return known | {topic: {} for topic in topics - paths.keys()}

    def _get(self, secret: BrokerSecret, until: float, path: str) -> Any:
        url = f"{self._url}/admin/v2/{path}"
        for _ in range(REDIRECTS):
            status, location, body = _exchange(url, secret, seconds=max(0.01, until - monotonic()))
            if status == HTTPStatus.OK:
                return json.loads(body)
            if status not in (HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT):
                raise HTTPException(f"it answered {path} with {status}")
            url = urljoin(url, location)
        raise HTTPException("it redirects in circles")


def _exchange(url: str, secret: BrokerSecret, *, seconds: float) -> tuple[int, str, bytes]:
    parts = urlsplit(url)
    encrypted = parts.scheme == "https"
    if secret.token and not ServiceUrl(encrypted=encrypted, addresses=((parts.hostname or "", 0),)).keeps_secrets:
        raise HTTPException("the token would be sent unencrypted: PulsarAdminUrl must begin with https://")
    connection = (
        HTTPSConnection(parts.netloc, timeout=seconds, context=_trusted(secret.ca))
        if encrypted
        else HTTPConnection(parts.netloc, timeout=seconds)
    )
    try:
        headers = {"Authorization": f"Bearer {secret.token}"} if secret.token else {}
        connection.request("GET", parts._replace(scheme="", netloc="").geturl(), headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read()
    finally:
        connection.close()


def _trusted(ca: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=ca or None)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # pulsar-client is not strict either
    return context


def _result(future: Any, until: float) -> Any:
    return future.result(timeout=max(0.0, until - monotonic()))


def _short(topic: str) -> str:
    return topic.rpartition("/")[2]


def _backlog(subscription: Mapping[str, Any]) -> Backlog:
    unacknowledged = int(subscription["unackedMessages"])
    return Backlog(waiting=max(0, int(subscription["msgBacklog"]) - unacknowledged), unacknowledged=unacknowledged)


def _sum(parts: list[Backlog | None]) -> Backlog:
    known = [part for part in parts if part]
    return Backlog(
        waiting=sum(part.waiting for part in known), unacknowledged=sum(part.unacknowledged for part in known)
    )
