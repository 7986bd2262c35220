"""Parses request lines that aiohttp would refuse as invalid, misread, or serve as a tunnel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from aiohttp.http_exceptions import BadHttpMethod, LineTooLong
from aiohttp.http_parser import HttpRequestParserPy

if TYPE_CHECKING:
    from aiohttp.http_parser import RawRequestMessage

# The methods of API Gateway. Methods are case-sensitive (RFC 9110, 9.1).
METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
UNKNOWN: Final = "UNKNOWN"  # stands for every other method
_KNOWN: Final = frozenset(method.encode() for method in METHODS)
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HIGHER_MINOR: Final = re.compile(rb"HTTP/1\.[2-9]")


class MethodTooLongError(LineTooLong):
    """A request line is too long and does not even have a complete method."""


class RequestParser(HttpRequestParserPy):
    """aiohttp's parser in Python. The one in C refuses methods and versions that it does not know with 400."""

    def feed_data(self, data: bytes, *arguments: Any, **options: Any) -> Any:
        """Parse like aiohttp, but refuse invalid data, such as TLS, before the end of the line."""
        try:
            fed = super().feed_data(data, *arguments, **options)
        except LineTooLong as error:
            if self._lines:  # for an incomplete header aiohttp reports the limit of the first line
                raise LineTooLong(error.args[0], self.max_field_size) from None
            if b" " not in error.args[0]:
                raise MethodTooLongError(*error.args[:2]) from None
            raise
        is_the_first = not fed[0] and not self._lines
        if is_the_first and self._tail.lstrip() and not _TOKEN.match(self._tail.lstrip(b"\r\n")):
            raise BadHttpMethod("no method")
        return fed

    def parse_message(self, lines: list[bytes]) -> RawRequestMessage:
        """Return a message. The target of an unknown method is replaced.

        A higher minor version is treated as 1.1 (RFC 9110, 2.5).
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
        lines[0] = b"GET / " + version  # CONNECT has no URL as its target, and no request follows it
        return super().parse_message(lines)._replace(method=UNKNOWN)
