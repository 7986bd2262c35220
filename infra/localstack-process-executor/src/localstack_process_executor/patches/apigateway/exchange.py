"""A request to a stage of a REST API and its answer, as plain values."""

from dataclasses import dataclass
from urllib.parse import unquote

from localstack.http import Request, Response
from werkzeug.datastructures import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """A request as it was sent: still encoded, with the path below the stage and header names in their case."""

    api_id: str
    stage: str
    method: str
    uri: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    client: str
    server: tuple[str, int]

    @property
    def is_the_last(self) -> bool:
        """Return whether the client wants its connection closed."""
        return ("connection", "close") in ((name.lower(), value) for name, value in self.headers)

    def header(self, name: str) -> str | None:
        """Return the first value of a header; its name may be in any case."""
        return next((value for one, value in self.headers if one.lower() == name.lower()), None)

    def as_request(self) -> Request:
        """Return it as LocalStack's request."""
        return Request(
            method=self.method,
            path=unquote(self.uri.partition("?")[0]),
            headers=Headers(self.headers),
            body=self.body,
            query_string=self.query,
            remote_addr=self.client,
            server=self.server,
            raw_path=self.uri,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """The client's answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def of(cls, response: Response) -> "HttpAnswer":
        """Take the values of LocalStack's response."""
        return cls(status=response.status_code, headers=list(response.headers), body=response.get_data())
