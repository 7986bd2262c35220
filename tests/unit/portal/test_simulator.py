"""The panel controls the payment gateway's simulator, and only a simulator."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portal.settings import Settings

if TYPE_CHECKING:
    from portal.site import Site

SIMULATOR = "http://127.0.0.1:12111"


def settings(monkeypatch: pytest.MonkeyPatch, gateway: str) -> Settings:
    """Read the settings for a gateway's address."""
    monkeypatch.setenv("STRIPE_API_BASE", gateway)
    return Settings.from_env()


@pytest.mark.parametrize("gateway", [SIMULATOR, f"{SIMULATOR}/", "http://localhost:12811", "http://[::1]:12111"])
def test_a_gateway_on_this_machine_is_the_simulator(monkeypatch: pytest.MonkeyPatch, gateway: str) -> None:
    """Its address goes into the page as an origin."""
    assert settings(monkeypatch, gateway).simulator == gateway.rstrip("/")


@pytest.mark.parametrize(
    "gateway", ["https://api.stripe.com", "", "http://localhost.example.com:12111", "https://127.0.0.1"]
)
def test_a_real_gateway_is_not_controlled(monkeypatch: pytest.MonkeyPatch, gateway: str) -> None:
    """There the panel shows no faults and sends no payments as examples."""
    assert settings(monkeypatch, gateway).simulator == ""


def test_the_panel_may_ask_the_simulator(site: Site) -> None:
    """The page names it, and its Content-Security-Policy allows it beside the own origin."""
    answer = replace(site, simulator=SIMULATOR, _made={}).page("index", "./", seen=None)
    assert f'data-simulator="{SIMULATOR}"' in answer.body
    assert f"connect-src 'self' {SIMULATOR};" in answer.headers["Content-Security-Policy"]


def test_without_a_simulator_the_panel_asks_its_own_origin_only(site: Site) -> None:
    """As on AWS."""
    answer = site.page("index", "./", seen=None)
    assert 'data-simulator=""' in answer.body
    assert "connect-src 'self';" in answer.headers["Content-Security-Policy"]
