"""The choice between HTML and JSON (RFC 9110, 12.5.1)."""

from __future__ import annotations

from typing import Final

import mimeparse

HTML: Final = "text/html"
JSON: Final = "application/json"


def prefers_html(accept: str | None) -> bool:
    """Return whether the caller wants HTML more than JSON. A header that cannot be read expresses no preference.

    >>> prefers_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), prefers_html("*/*")
    (True, False)
    """
    try:
        ranges = [mimeparse.parse_media_range(item) for item in (accept or "*/*").lower().split(",") if item.strip()]
    except mimeparse.MimeTypeParseException:
        return False
    return bool(mimeparse.quality_parsed(HTML, ranges) > mimeparse.quality_parsed(JSON, ranges))
