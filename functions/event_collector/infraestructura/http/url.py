"""Normalises URLs, and reads their campaign parameters."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlsplit

REMEMBERED: Final = 2_048
LONGEST: Final = 2_048
"""Longer URLs are neither normalised nor remembered."""
UTM: Final = "utm_"


def normalized(url: str | None) -> str | None:
    """Return a web URL with scheme and host in lower case, without default port and dot segments (RFC 3986, 6.2).

    Any other text is returned unchanged: an application's address (`capacitor://localhost/`), a file's, or no address.
    """
    return url if url is None or len(url) > LONGEST else _normalized(url)


@lru_cache(maxsize=REMEMBERED)
def _normalized(url: str) -> str:
    from url_normalize import url_normalize  # noqa: PLC0415 - its table of hosts takes a tenth of a cold start

    try:
        parts = urlsplit(url)
        of_the_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        return str(url_normalize(url)) if of_the_web else url
    except ValueError:  # an invalid port, or a host outside of IDNA
        return url


def utm_parameters(url: str) -> dict[str, str]:
    """Return the campaign parameters of a query, by lower-case names; the last value of a repeated one counts.

    >>> utm_parameters("https://example.com/?UTM_Source=boletin&page=2")
    {'utm_source': 'boletin'}
    """
    query = url.partition("#")[0].partition("?")[2]
    return {name.lower(): value for name, value in parse_qsl(query) if name.lower().startswith(UTM)}
