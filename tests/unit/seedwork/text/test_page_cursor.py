"""A cursor is a position in one list."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic_core import PydanticCustomError

from seedwork.infraestructura.text.page_cursor import decode_cursor, encode_cursor

POSITION = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), UUID("01a2172f-5b0c-7d3e-9f4a-2c6b8d0e1f35")


def test_a_cursor_is_read_in_its_list() -> None:
    """It has the position."""
    assert decode_cursor(encode_cursor(*POSITION, lista="pagos"), lista="pagos") == POSITION


def test_a_cursor_of_another_list_is_refused() -> None:
    """Its position means nothing there."""
    with pytest.raises(PydanticCustomError):
        decode_cursor(encode_cursor(*POSITION, lista="eventos"), lista="pagos")


def test_a_cursor_from_before_is_read() -> None:
    """It names no list."""
    text = base64.urlsafe_b64encode(f"{POSITION[0].isoformat()} {POSITION[1]}".encode()).decode()
    assert decode_cursor(text, lista="pagos") == POSITION
