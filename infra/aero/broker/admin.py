"""A small client of Apache Pulsar's admin API, for the namespace with the functions' topics."""

from __future__ import annotations

import json
import re
import ssl
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote, urljoin, urlsplit

from aero.platform.broker_access import PulsarAccess
from aero.platform.errors import AeroError
from aero.platform.ports import PortTable
from aero.platform.settings import External, PulsarKind

if TYPE_CHECKING:
    from aero.process.run_record import RunRecord

NAMESPACE: Final = "public/default"
PARTITION: Final = "-partition-"
REDIRECTS: Final = 3  # a broker of a cluster redirects to the broker that has the topic


class AdminApiError(AeroError):
    """The admin API refused a request or did not answer; `status` is 0 without an answer."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        cure = "Is AERO_PULSAR_TOKEN that of an administrator?" if status in (401, 403) else ""
        super().__init__(message, cure=cure)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class PulsarAdmin:
    """The client. Several threads may use it at once, and every failed call raises AdminApiError.

    `ca` has the CA certificates for `https` in PEM; if it is empty, the system's certificates apply. `seconds` is the
    time limit for an answer.
    """

    url: str
    token: str = field(default="", repr=False)
    ca: str = ""
    seconds: float = 10

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise AeroError(
                f"{self.url!r} is not the address of Pulsar's admin API.",
                cure="AERO_PULSAR_ADMIN_URL has the form https://host:8443 or http://host:8080",
            )
        if self.token and not _is_private(self.url):
            raise AeroError(
                "The token would be sent to Pulsar's admin API unencrypted.",
                cure="AERO_PULSAR_ADMIN_URL must begin with https://",
            )

    @classmethod
    def running(cls, record: RunRecord, *, seconds: float = 10) -> Self | None:
        """Return the running platform's admin API; None if the broker has none or its URL is unknown."""
        component = record.component("pulsar")
        if component and not component.program:
            url = External.from_env().pulsar_admin_url
            access = PulsarAccess.from_env(component.address)
            return cls(url=url, token=access.token, ca=access.ca, seconds=seconds) if url else None
        if record.pulsar != PulsarKind.apache:
            return None
        return cls(url=PortTable(record.port_offset).url("pulsar-admin"), seconds=seconds)

    def topics(self) -> dict[str, bool]:
        """Return the topics by name, with True for partitioned ones."""
        partitioned = {_short(name) for name in self._call("GET", f"persistent/{NAMESPACE}/partitioned")}
        names = [_short(name) for name in self._call("GET", f"persistent/{NAMESPACE}")]
        single = {name for name in names if name.rpartition(PARTITION)[0] not in partitioned}
        return {name: name in partitioned for name in sorted(partitioned | single)}

    def partitions(self, topic: str) -> int:
        """Return the number of partitions of a topic; 0 for one without partitions.

        If a topic is deleted while in use, its clients recreate its partitions, but not the topic itself. This
        request is like a client's, so the broker then creates the topic with the number of partitions set by
        `set_new_topics`.
        """
        return int(self._call("GET", f"{_path(topic)}/partitions?checkAllowAutoCreation=true")["partitions"])

    def create(self, topic: str, partitions: int) -> bool:
        """Create a topic, without partitions for 0. Return False if there is a topic of that name."""
        try:
            if partitions:
                self._call("PUT", f"{_path(topic)}/partitions", partitions)
            else:
                self._call("PUT", _path(topic))
        except AdminApiError as error:
            if error.status == HTTPStatus.CONFLICT:
                return False
            raise
        return True

    def add_partitions(self, topic: str, partitions: int) -> None:
        """Raise the number of partitions of a partitioned topic to `partitions`."""
        self._call("POST", f"{_path(topic)}/partitions", partitions)

    def retention(self) -> tuple[int, int] | None:
        """Return the namespace's retention in minutes and megabytes; None if the broker's default applies."""
        found = self._call("GET", f"namespaces/{NAMESPACE}/retention")
        return (found["retentionTimeInMinutes"], found["retentionSizeInMB"]) if found else None

    def set_retention(self, minutes: int, megabytes: int) -> None:
        """Set the retention of every topic in the namespace."""
        policy = {"retentionTimeInMinutes": minutes, "retentionSizeInMB": megabytes}
        self._call("POST", f"namespaces/{NAMESPACE}/retention", policy)

    def new_topics(self) -> int | None:
        """Return the number of partitions for topics created by their first use; None if it is not set."""
        found = self._call("GET", f"namespaces/{NAMESPACE}/autoTopicCreation")
        return int(found.get("defaultNumPartitions") or 0) if found else None

    def set_new_topics(self, partitions: int) -> None:
        """Set the number of partitions for topics created by their first use from now on."""
        policy = {"allowAutoTopicCreation": True, "topicType": "partitioned", "defaultNumPartitions": partitions}
        self._call("POST", f"namespaces/{NAMESPACE}/autoTopicCreation", policy)

    def stats(self, topic: str, *, partitioned: bool) -> dict[str, Any]:
        """Return a topic's statistics as Pulsar reports them, summed over its partitions."""
        kind = "partitioned-stats?perPartition=false&" if partitioned else "stats?"
        answer: dict[str, Any] = self._call("GET", f"{_path(topic)}/{kind}getPreciseBacklog=true")
        return answer

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.url.rstrip('/')}/admin/v2/{path}"
        try:
            status, answer = self._exchange(method, url, b"" if body is None else json.dumps(body).encode())
        except (OSError, HTTPException) as error:
            raise AdminApiError(f"Pulsar's admin API on {self.url} does not answer: {error or type(error)}") from None
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            text = answer.decode(errors="replace")[:500]
            raise AdminApiError(f"Pulsar's admin API answered {method} {url} with {status}: {text}", status=status)
        try:
            return json.loads(answer) if answer else None
        except ValueError:
            raise AdminApiError(f"The server on {self.url} is not Pulsar's admin API.", status=status) from None

    def _exchange(self, method: str, url: str, content: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        for _ in range(REDIRECTS):
            parts = urlsplit(url)
            connection = (
                HTTPSConnection(parts.netloc, timeout=self.seconds, context=_trusted(self.ca))
                if parts.scheme == "https"
                else HTTPConnection(parts.netloc, timeout=self.seconds)
            )
            try:
                connection.request(method, parts._replace(scheme="", netloc="").geturl(), content or None, headers)
                answer = connection.getresponse()
                body = answer.read()
            finally:
                connection.close()
            if answer.status not in (HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT):
                return answer.status, body
            url = urljoin(url, answer.headers.get("Location", ""))
            if self.token and not _is_private(url):
                raise HTTPException(f"it redirects to {url}, where the token would be sent unencrypted")
        raise HTTPException(f"it redirects in circles, last to {url}")


def _is_private(url: str) -> bool:
    """Return whether requests to a URL are encrypted or stay on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" or host in ("localhost", "::1") or re.fullmatch(r"127(\.\d+){3}", host) is not None


@lru_cache
def _trusted(ca: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=ca or None)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # pulsar-client is not strict either
    return context


def _path(topic: str) -> str:
    return f"persistent/{NAMESPACE}/{quote(topic, safe='')}"


def _short(topic: str) -> str:
    return topic.removeprefix(f"persistent://{NAMESPACE}/")
