"""As much of Pulsar's binary protocol as it takes to knock at a broker: CONNECT, and the ERROR that may answer it.

https://pulsar.apache.org/docs/3.1.x/developing-binary-protocol/; the numbers are those of its PulsarApi.proto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER_BYTES: Final = 8  # the sizes of the frame and of the command in it
CONNECT: Final = 2
ERROR: Final = 14
PROTOCOL_VERSION: Final = 19

# Protocol buffers: seven bits a byte, the eighth says that more follow; a field is a number or has a length.
_MORE: Final = 0x80
_NUMBER: Final = 0
_LENGTH: Final = 2


def connect_frame(token: str) -> bytes:
    """What a client sends first."""
    credentials = _bytes(3, token.encode()) + _bytes(5, b"token") if token else b""
    connect = _bytes(1, b"aeropartners") + credentials + _int(4, PROTOCOL_VERSION)
    command = _int(1, CONNECT) + _bytes(2, connect)
    return (len(command) + 4).to_bytes(4, "big") + len(command).to_bytes(4, "big") + command


def command_size(header: bytes) -> int:
    """How many bytes of a command follow a frame's header."""
    return int.from_bytes(header[4:HEADER_BYTES], "big")


def error_message(command: bytes) -> str | None:
    """What an ERROR says, None for another command; raises IndexError for a command that is cut off."""
    fields = dict(_fields(command))
    if fields.get(1) != ERROR:
        return None
    error = fields.get(ERROR, b"")
    message = dict(_fields(error)).get(3, b"") if isinstance(error, bytes) else b""
    return message.decode(errors="replace") if isinstance(message, bytes) else ""


def _varint(value: int) -> bytes:
    return bytes([value]) if value < _MORE else bytes([value % _MORE | _MORE]) + _varint(value // _MORE)


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3 | _NUMBER) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | _LENGTH) + _varint(len(value)) + value


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0

    def varint() -> int:
        nonlocal position
        value, factor = 0, 1
        while True:
            byte = data[position]
            position += 1
            value += byte % _MORE * factor
            factor *= _MORE
            if byte < _MORE:
                return value

    while position < len(data):
        field, kind = divmod(varint(), 8)
        value = varint()
        if kind == _LENGTH:
            yield field, data[position : position + value]
            position += value
        elif kind == _NUMBER:
            yield field, value
        else:
            return
