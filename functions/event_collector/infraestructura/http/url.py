"""URLs in one form, and the campaign parameters that are in them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlsplit

REMEMBERED: Final = 2_048
LONGEST: Final = 2_048
"""Longer ones are left as they are, and not remembered."""
UTM: Final = "utm_"


def normalized(url: str | None) -> str | None:
    """A URL of the web with scheme and host in lower case, without default port and dot segments (RFC 3986, 6.2).

    Any other text is itself: an application's address (`capacitor://localhost/`), a file's, or what is none.
    """
    return url if url is None or len(url) > LONGEST else _normalized(url)


@lru_cache(maxsize=REMEMBERED)
def _normalized(url: str) -> str:
    from url_normalize import url_normalize  # noqa: PLC0415 - with its table of hosts it is a tenth of a cold start

    try:
        parts = urlsplit(url)
        of_the_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        return str(url_normalize(url)) if of_the_web else url
    except ValueError:  # a port that is no number, a host that IDNA does not know
        return url


def utm_parameters(url: str) -> dict[str, str]:
    """Those of the query that are about campaigns, by their names in lower case; of each the last one that has a value.

    >>> utm_parameters("https://example.com/?UTM_Source=boletin&page=2")
    {'utm_source': 'boletin'}
    """
    query = url.partition("#")[0].partition("?")[2]
    return {name.lower(): value for name, value in parse_qsl(query) if name.lower().startswith(UTM)}
