"""The pixel is a GIF and also text."""

from __future__ import annotations

import struct

from event_collector.infraestructura.http.pixel import PIXEL

CLEAR, COLOUR, END = 4, 0, 5  # LZW codes of an image of four colours; each has three bits, the lowest first


def test_the_pixel_is_text() -> None:
    """API Gateway would turn a byte above 0x7f into two."""
    assert PIXEL.isascii()


def test_the_pixel_is_one_pixel() -> None:
    """The test reads it by the specification of GIF89a: www.w3.org/Graphics/GIF/spec-gif89a.txt."""
    data = PIXEL.encode()
    signature, width, height, flags, _background, _aspect = struct.unpack_from("<6sHHBBB", data)
    assert (signature, width, height) == (b"GIF89a", 1, 1)
    assert not flags & 0x80, "a colour table would follow"

    separator, left, top, width, height, flags = struct.unpack_from("<cHHHHB", data, 13)
    assert (separator, left, top, width, height) == (b",", 0, 0, 1, 1)
    assert not flags & 0x80, "a colour table would follow"

    code_size, length = struct.unpack_from("<BB", data, 23)
    block, rest = data[25 : 25 + length], data[25 + length :]
    assert code_size == 2
    bits = int.from_bytes(block, "little")
    assert [bits >> shift & 0b111 for shift in (0, 3, 6)] == [CLEAR, COLOUR, END]
    assert rest == b"\x00;"
