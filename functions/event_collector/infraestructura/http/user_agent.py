"""Reads the device from a User-Agent header."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from event_collector.dominio.evento import Dispositivo

REMEMBERED: Final = 4_096
LONGEST: Final = 100  # the limit of the event's own fields too
_BOT: Final = re.compile(r"bot\b|crawl|spider|headless", re.IGNORECASE)
_TABLET: Final = re.compile(r"iPad|Tablet|PlayBook|Silk|Android(?!.*Mobile)", re.IGNORECASE)
_MOBILE: Final = re.compile(r"Mobi|iPhone|iPod|Windows Phone", re.IGNORECASE)


@lru_cache(maxsize=REMEMBERED)
def device_of(user_agent: str) -> Dispositivo:
    """Return the device's kind, system and browser, as far as known; few headers differ, so answers are cached.

    The kinds are those of MDN: developer.mozilla.org/docs/Web/HTTP/Browser_detection_using_the_user_agent
    """
    from ua_parser import parse_os, parse_user_agent  # noqa: PLC0415 - 0.15 s at the first browser

    system, browser = parse_os(user_agent), parse_user_agent(user_agent)
    return Dispositivo(
        tipo=_kind(user_agent, known=system is not None),
        sistema_operativo=None if system is None else _versioned(system.family, system.major),
        navegador=None if browser is None else _versioned(browser.family, browser.major),
    )


def _kind(user_agent: str, *, known: bool) -> str | None:
    for pattern, kind in ((_BOT, "BOT"), (_TABLET, "TABLET"), (_MOBILE, "MOBILE")):
        if pattern.search(user_agent):
            return kind
    return "DESKTOP" if known else None


def _versioned(family: str, major: str | None) -> str:
    return (f"{family} {major}" if major else family)[:LONGEST]
