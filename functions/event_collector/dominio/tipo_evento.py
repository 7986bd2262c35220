"""The types of tracking events, and their sources."""

from __future__ import annotations

from enum import StrEnum


class TipoEvento(StrEnum):
    """The tracked action."""

    CLICK = "CLICK"
    IMPRESSION = "IMPRESSION"
    CONVERSION = "CONVERSION"
    PAGE_VIEW = "PAGE_VIEW"


class FuenteEvento(StrEnum):
    """The sender's kind; an API_DIRECT sender can be identified by its API key, a WEBHOOK by its signature."""

    WEB_TAG = "WEB_TAG"
    MOBILE_SDK = "MOBILE_SDK"
    API_DIRECT = "API_DIRECT"
    WEBHOOK = "WEBHOOK"
