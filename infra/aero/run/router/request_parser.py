"""Request lines that aiohttp would refuse as no HTTP, take for others, or serve as a tunnel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from aiohttp.http_exceptions import BadHttpMethod, LineTooLong
from aiohttp.http_parser import HttpRequestParserPy

if TYPE_CHECKING:
    from aiohttp.http_parser import RawRequestMessage

# Those of API Gateway; as they are written, since a method is known by its case (RFC 9110, 9.1).
METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
UNKNOWN: Final = "UNKNOWN"  # what every other method is called here
_KNOWN: Final = frozenset(method.encode() for method in METHODS)
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HIGHER_MINOR: Final = re.compile(rb"HTTP/1\.[2-9]")


class MethodTooLongError(LineTooLong):
    """A line is too long, and has not come to the end of its method."""


class RequestParser(HttpRequestParserPy):
    """aiohttp's parser in Python: the one in C knows its own methods and versions only, and refuses any other (400)."""

    def feed_data(self, data: bytes, *arguments: Any, **options: Any) -> Any:
        """As aiohttp has it; what cannot become a request is refused before its line ends, such as TLS."""
        try:
            fed = super().feed_data(data, *arguments, **options)
        except LineTooLong as error:
            if self._lines:  # aiohttp names the limit of the first line for one that has not ended
                raise LineTooLong(error.args[0], self.max_field_size) from None
            if b" " not in error.args[0]:
                raise MethodTooLongError(*error.args[:2]) from None
            raise
        is_the_first = not fed[0] and not self._lines
        if is_the_first and self._tail.lstrip() and not _TOKEN.match(self._tail.lstrip(b"\r\n")):
            raise BadHttpMethod("no method")
        return fed

    def parse_message(self, lines: list[bytes]) -> RawRequestMessage:
        """A message; of a method that is not served here, without what it is sent to.

        A higher minor version is what it has in common with 1.1 (RFC 9110, 2.5).
        """
        method, _, rest = lines[0].partition(b" ")
        target, space, version = rest.rpartition(b" ")
        if _HIGHER_MINOR.fullmatch(version):
            version = b"HTTP/1.1"
        if method in _KNOWN:
            lines[0] = b"%s %s%s%s" % (method, target, space, version)
            return super().parse_message(lines)
        if not _TOKEN.fullmatch(method):
            raise BadHttpMethod("no method")
        lines[0] = b"GET / " + version  # the target of CONNECT is no URL, and what follows it no request
        return super().parse_message(lines)._replace(method=UNKNOWN)
