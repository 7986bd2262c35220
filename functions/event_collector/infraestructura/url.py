"""URLs in one form, and the campaign parameters that are in them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from pydantic_core import PydanticCustomError

REMEMBERED: Final = 2_048
UTM: Final = "utm_"


@lru_cache(maxsize=REMEMBERED)
def normalized(url: str) -> str:
    """The URL with scheme and host in lower case, without default port and dot segments (RFC 3986, 6.2).

    Raises PydanticCustomError unless it is one of the web.
    """
    from url_normalize import url_normalize  # noqa: PLC0415 - with its table of hosts it is a tenth of a cold start

    try:
        parts = urlsplit(url)
        of_the_web = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        url = str(url_normalize(url)) if of_the_web else url
    except ValueError:  # a port that is no number, a host that IDNA does not know
        of_the_web = False
    if not of_the_web:
        raise PydanticCustomError("url", "is not a URL of the web")
    return url


@lru_cache(maxsize=REMEMBERED)
def utm_parameters(url: str) -> dict[str, str]:
    """Those of the query that are about campaigns, by their names in lower case; of each the last one that has a value.

    One with a NUL, which PostgreSQL does not take, is none.

    >>> utm_parameters("https://example.com/?UTM_Source=boletin&page=2")
    {'utm_source': 'boletin'}
    """
    query = parse_qsl(urlsplit(url).query)
    return {name.lower(): value for name, value in query if name.lower().startswith(UTM) and "\0" not in name + value}
