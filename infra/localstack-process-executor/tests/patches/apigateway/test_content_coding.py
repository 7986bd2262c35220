"""The codings of bodies follow RFC 9110, checked against reference implementations."""

import gzip
import zlib
from functools import partial

import pytest

from localstack_process_executor.patches.apigateway import content_coding
from localstack_process_executor.patches.apigateway.content_coding import (
    BecomesTooLargeError,
    NotInCodingError,
    UnsupportedCodingError,
    decode,
    preferred,
)

TEXT = "año ".encode() * 100
gzipped = partial(gzip.compress, mtime=0)  # the same every time
RAW = zlib.compressobj(wbits=-15)
RAW_TEXT = RAW.compress(TEXT) + RAW.flush()
LIMIT = 10_000


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzipped(TEXT)),
        ("GZIP", gzipped(TEXT)),
        ("x-gzip", gzipped(TEXT)),
        ("gzip", gzipped(TEXT[:7]) + gzipped(TEXT[7:])),  # RFC 1952, 2.2
        ("deflate", zlib.compress(TEXT)),
        ("deflate", RAW_TEXT),
        ("identity", TEXT),
        (" gzip ", gzipped(TEXT)),
    ],
)
def test_a_body_is_decoded(coding: str, body: bytes) -> None:
    """Each coding has names in any case."""
    assert decode(body, coding, limit=LIMIT) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
def test_an_empty_body_is_in_any_coding(coding: str) -> None:
    """A client may name a coding in requests without a body too."""
    assert decode(b"", coding, limit=LIMIT) == b""


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "gzip,deflate", "", "*"])
def test_another_coding_is_not_supported(coding: str) -> None:
    """Several codings at once are not supported either."""
    with pytest.raises(UnsupportedCodingError):
        decode(gzipped(TEXT), coding, limit=LIMIT)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", TEXT),
        ("gzip", zlib.compress(TEXT)),
        ("gzip", gzipped(TEXT)[:-1]),
        ("gzip", gzipped(TEXT)[:-8] + bytes(8)),
        ("gzip", gzipped(TEXT) + b"more"),
        ("gzip", b"\x1f"),
        ("deflate", TEXT),
        ("deflate", gzipped(TEXT)),
        ("deflate", zlib.compress(TEXT)[:-1]),
        ("deflate", zlib.compress(TEXT) + b"more"),
        ("deflate", RAW_TEXT[:-1]),
    ],
)
def test_a_body_in_another_coding_than_it_says_is_refused(coding: str, body: bytes) -> None:
    """A body may also be cut off, damaged, or followed by other bytes."""
    with pytest.raises(NotInCodingError):
        decode(body, coding, limit=LIMIT)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_becomes_no_larger_than_it_may(coding: str) -> None:
    """It may not exceed the limit by a single byte."""
    encode = gzipped if coding == "gzip" else zlib.compress
    assert len(decode(encode(bytes(LIMIT)), coding, limit=LIMIT)) == LIMIT
    for size in (LIMIT + 1, 100 * LIMIT):
        with pytest.raises(BecomesTooLargeError):
            decode(encode(bytes(size)), coding, limit=LIMIT)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("deflate", "deflate"),
        ("deflate,gzip", "deflate"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("br, gzip", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0,*", "deflate"),  # RFC 9110, 12.5.3: `*` is any coding that is not named
        ("gzip;q=0,deflate;q=0,*", None),
        ("x-gzip", "gzip"),
        ("identity,gzip;q=0.5", None),
        ("GZIP;Q=1", "gzip"),
        ("deflate;q=0.5,gzip;q=1.0", "gzip"),
        ("gzip;q=1.0,identity;q=0.5,*;q=0", "gzip"),
        ("br;q=1.0,gzip;q=0.8", None),  # the first choice must be a supported one
        ("identity", None),
        ("gzip;q=0", None),
        ("", None),
        ("br", None),
        ("gzip;q=nonsense", None),
        ("gzip;q=nan", None),
    ],
)
def test_an_answer_is_compressed_as_its_client_prefers(accepted: str, coding: str | None) -> None:
    """The forms of `Accept-Encoding` are those in API Gateway's guide."""
    assert preferred(accepted) == coding


def test_an_answer_can_be_read_by_others() -> None:
    """Python's own modules read the answers."""
    assert gzip.decompress(content_coding.encode(TEXT, "gzip")) == TEXT
    assert zlib.decompress(content_coding.encode(TEXT, "deflate")) == TEXT
