"""Encodes and decodes bodies in the codings that API Gateway supports: `gzip`, `deflate` and `identity`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-enable-compression.html

By that page the highest-priority coding of `Accept-Encoding` must be a supported one, else nothing is compressed. It
does not say what counts among codings of the same priority (`br, gzip`); here the first supported one does.
"""

import gzip
import io
import zlib
from collections.abc import Callable, Mapping
from typing import Final

COMPRESSED: Final = ("gzip", "deflate")
SUPPORTED: Final = (*COMPRESSED, "identity")
RAW: Final = -15  # the window of zlib streams without a header, which some clients send as `deflate`
# The fastest level. On one machine bytes cost nothing, and the usual level 6 takes three times the CPU time for a
# script of 1.4 MB, which it makes a fifth smaller (tests/benchmarks/compression.py).
LEVEL: Final = 1


class UnsupportedCodingError(Exception):
    """A body is in an unsupported coding, or in several at once."""


class NotInCodingError(Exception):
    """A body is not in the coding named by its header."""


class BecomesTooLargeError(Exception):
    """A body would exceed its limit."""


def decode(body: bytes, coding: str, *, limit: int) -> bytes:
    """Decode the body, but never make more than `limit` bytes of it."""
    decoder = _DECODERS.get(coding.strip().lower())
    if decoder is None:
        raise UnsupportedCodingError
    try:
        decoded = decoder(body, limit) if body else body
    except (OSError, EOFError, zlib.error) as error:
        raise NotInCodingError from error
    if len(decoded) > limit:
        raise BecomesTooLargeError
    return decoded


def encode(body: bytes, coding: str, *, level: int = LEVEL) -> bytes:
    """Encode the body in `gzip` or `deflate`."""
    return gzip.compress(body, level, mtime=0) if coding == "gzip" else zlib.compress(body, level)


def preferred(accepted: str) -> str | None:
    """Choose a coding for the answer from `Accept-Encoding`; None if the client's first choice is not supported."""
    weights = dict(map(_weighted, accepted.lower().split(",")))
    highest = max(weights.values(), default=0.0)
    for coding, weight in weights.items():
        if 0 < weight == highest:
            if coding in COMPRESSED:
                return coding
            if coding == "*" and (unnamed := [one for one in COMPRESSED if one not in weights]):
                return unnamed[0]
    return None


def _weighted(item: str) -> tuple[str, float]:
    coding, _, parameters = item.partition(";")
    name, _, value = parameters.partition("=")
    try:
        weight = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        weight = 0.0
    coding = coding.strip()
    return "gzip" if coding == "x-gzip" else coding, weight if 0 <= weight <= 1 else 0.0


def _gunzip(body: bytes, limit: int) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
        return stream.read(limit + 1)


def _inflate(body: bytes, limit: int) -> bytes:
    try:
        return _inflate_stream(body, limit, zlib.MAX_WBITS)
    except zlib.error:
        return _inflate_stream(body, limit, RAW)


def _inflate_stream(body: bytes, limit: int, window: int) -> bytes:
    stream = zlib.decompressobj(window)
    decoded = stream.decompress(body, limit + 1)
    if len(decoded) <= limit and (not stream.eof or stream.unused_data):
        raise EOFError
    return decoded


_DECODERS: Final[Mapping[str, Callable[[bytes, int], bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,  # RFC 9110, 8.4.1.3
    "deflate": _inflate,
    "identity": lambda body, _limit: body,
}
