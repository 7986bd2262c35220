"""The web origins and host names that may use a platform, from the options of `aero up`."""

from __future__ import annotations

import pytest

from aero.platform.errors import AeroError
from aero.platform.origins import allowed_origins, host, hosts, origin
from aero.platform.ports import PortTable


@pytest.mark.parametrize(
    ("given", "serialised"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        ("HTTPS://Tienda.Example/", "https://tienda.example"),
        ("https://tienda.example:443", "https://tienda.example"),
        ("http://tienda.example:443", "http://tienda.example:443"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_an_origin_is_serialised_as_browsers_do(given: str, serialised: str) -> None:
    """It is in lower case, without a default port (https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin)."""
    assert origin(given) == serialised


@pytest.mark.parametrize(
    "given", ["*", "null", "tienda.example", "http://a.example/x", "http://a,http://b", "http://*.a", ""]
)
def test_an_invalid_origin_is_refused(given: str) -> None:
    """So is `*`, with which any page could write to the platform."""
    with pytest.raises(AeroError):
        origin(given)


@pytest.mark.parametrize("given", ["api.test:8000", "http://api.test", "a b", ""])
def test_a_host_has_no_scheme_and_no_port(given: str) -> None:
    """Such values of `--host` are refused."""
    with pytest.raises(AeroError):
        host(given)


def test_the_platforms_own_pages_may_use_it() -> None:
    """They have the origins of each local port under each name of the machine."""
    allowed = allowed_origins(PortTable(1000), cors=["https://tienda.example"], named=["api.test"])
    assert {"http://localhost:9000", "http://127.0.0.1:9080", "http://api.test:9090", "https://tienda.example"} <= set(
        allowed
    )
    assert "http://localhost:8000" not in allowed, "that is another platform"
    assert hosts(["api.test"]) == ["localhost", "127.0.0.1", "[::1]", "api.test"]
