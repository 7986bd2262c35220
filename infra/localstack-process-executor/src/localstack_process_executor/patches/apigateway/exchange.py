"""A request to a stage of a REST API and its answer, without more of a web server than that."""

from dataclasses import dataclass
from urllib.parse import unquote

from localstack.http import Request, Response
from werkzeug.datastructures import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """A request as it came: still encoded, the path without API and stage, and names of headers in their case."""

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
        """Whether the client wants its connection closed."""
        return ("connection", "close") in ((name.lower(), value) for name, value in self.headers)

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        return next((value for one, value in self.headers if one.lower() == name.lower()), None)

    def as_request(self) -> Request:
        """As LocalStack has requests."""
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
    """What the client receives."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def of(cls, response: Response) -> "HttpAnswer":
        """What LocalStack would have sent."""
        return cls(status=response.status_code, headers=list(response.headers), body=response.get_data())
