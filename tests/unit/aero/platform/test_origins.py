"""Which web pages may use a platform on this machine, as `aero up` is told."""

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
def test_an_origin_is_as_a_browser_writes_it(given: str, serialised: str) -> None:
    """https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin: in lower case, without a default port."""
    assert origin(given) == serialised


@pytest.mark.parametrize(
    "given", ["*", "null", "tienda.example", "http://a.example/x", "http://a,http://b", "http://*.a", ""]
)
def test_what_is_none_is_refused(given: str) -> None:
    """Also all of them: any page could then write here."""
    with pytest.raises(AeroError):
        origin(given)


@pytest.mark.parametrize("given", ["api.test:8000", "http://api.test", "a b", ""])
def test_a_name_has_no_port(given: str) -> None:
    """And no scheme."""
    with pytest.raises(AeroError):
        host(given)


def test_the_platforms_own_pages_may_use_it() -> None:
    """Those of each local port, by each name of the machine."""
    allowed = allowed_origins(PortTable(1000), cors=["https://tienda.example"], named=["api.test"])
    assert {"http://localhost:9000", "http://127.0.0.1:9080", "http://api.test:9090", "https://tienda.example"} <= set(
        allowed
    )
    assert "http://localhost:8000" not in allowed, "that is another platform"
    assert hosts(["api.test"]) == ["localhost", "127.0.0.1", "[::1]", "api.test"]
