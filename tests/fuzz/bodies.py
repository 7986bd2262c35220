"""Generates bodies in every encoding, right and wrong, and their bytes on the wire."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

MOST_CHUNKS: Final = 500
SIZES: Final = (70_000, 1_000_000, 4_500_000, 7_000_000, 10_500_000)
CHARSETS: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "utf-7")
TYPES: Final = (
    "application/json", "application/json; charset=utf-8", "application/JSON", "text/plain;charset=UTF-8", None, "",
    "application/json; charset=utf-16", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "multipart/form-data", "application/octet-stream", "image/gif", "text/html", "application/problem+json", "json",
    "/",
    ";;", "application/json, text/plain", 'application/json; charset="',
)  # fmt: skip


def _deflate(data: bytes) -> bytes:
    return zlib.compress(data)


def _raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def _same(data: bytes) -> bytes:
    return data


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


# The header's coding, then the body's real coding, which may differ: its description for failures, and its function.
CODINGS: Final[tuple[tuple[str | None, str, Callable[[bytes], bytes]], ...]] = (
    (None, "as it is", _same),
    ("gzip", "gzip", _gzip),
    ("deflate", "deflate", _deflate),
    ("deflate", "raw deflate", _raw_deflate),
    ("GZIP", "gzip", _gzip),
    ("x-gzip", "gzip", _gzip),
    ("identity", "as it is", _same),
    ("", "as it is", _same),
    ("gzip, gzip", "gzip twice", lambda data: _gzip(_gzip(data))),
    ("deflate, gzip", "both", lambda data: _gzip(_deflate(data))),
    ("gzip", "as it is", _same),
    ("deflate", "as it is", _same),
    ("gzip", "gzip without its end", lambda data: _gzip(data)[:-5]),
    ("gzip", "gzip and more", lambda data: _gzip(data) + b"more"),
    ("gzip", "gzip of much", lambda data: _gzip(data + b" " * 12_000_000)),
    ("gzip", "nothing", lambda _: b""),
    ("br", "as it is", _same),
    ("zstd", "as it is", _same),
    ("compress", "as it is", _same),
    ("nonsense, gzip", "gzip", _gzip),
    (None, "gzip", _gzip),
)


@dataclass(frozen=True, slots=True)
class Body:
    """A body: `text` in a charset and a coding, and in chunks of `chunk` bytes unless that is 0."""

    text: str
    type: str | None = "application/json"
    charset: str = "utf-8"
    coding: int = 0
    chunk: int = 0
    padding: int = 0

    def headers(self) -> list[tuple[str, bytes]]:
        """Return the headers that describe the body."""
        named = [("Content-Type", self.type), ("Content-Encoding", CODINGS[self.coding][0])]
        told = [(name, value.encode()) for name, value in named if value is not None]
        length = ("Transfer-Encoding", b"chunked") if self.chunk else ("Content-Length", str(len(self.data())).encode())
        return [*told, length]

    def data(self) -> bytes:
        """Return the encoded body before it is cut into chunks."""
        plain = (self.text + " " * self.padding).encode(
            self.charset, "surrogatepass" if "utf" in self.charset else "replace"
        )
        return CODINGS[self.coding][2](plain)

    def wire(self) -> bytes:
        """Return the bytes after the headers."""
        data = self.data()
        if not self.chunk:
            return data
        step = max(self.chunk, len(data) // MOST_CHUNKS)
        parts = (data[start : start + step] for start in range(0, len(data), step))
        return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

    def __repr__(self) -> str:
        said, done, _ = CODINGS[self.coding]
        return (
            f"Body({self.text!r}, type={self.type!r}, charset={self.charset!r}, says {said!r}, is {done},"
            f" chunk={self.chunk}, padding={self.padding})"
        )


def bodies(text: st.SearchStrategy[str]) -> st.SearchStrategy[Body]:
    """Draw bodies; a view can read most of them."""
    codings = st.integers(0, len(CODINGS) - 1)
    chunks = st.sampled_from((0, 7, 65_536))
    return st.one_of(
        st.builds(Body, text),
        st.builds(Body, text, coding=codings, chunk=chunks),
        st.builds(
            Body,
            text,
            type=st.sampled_from(TYPES),
            charset=st.sampled_from(CHARSETS),
            coding=codings,
            chunk=chunks,
            padding=st.sampled_from((0,) * 20 + SIZES),
        ),
    )
