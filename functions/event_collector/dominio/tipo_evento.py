"""The kinds of tracking events, and where they come from."""

from __future__ import annotations

from enum import StrEnum


class TipoEvento(StrEnum):
    """What was tracked."""

    CLICK = "CLICK"
    IMPRESSION = "IMPRESSION"
    CONVERSION = "CONVERSION"
    PAGE_VIEW = "PAGE_VIEW"


class FuenteEvento(StrEnum):
    """Who sends it; of the last two the sender can be known: by its API key, by its signature."""

    WEB_TAG = "WEB_TAG"
    MOBILE_SDK = "MOBILE_SDK"
    API_DIRECT = "API_DIRECT"
    WEBHOOK = "WEBHOOK"
