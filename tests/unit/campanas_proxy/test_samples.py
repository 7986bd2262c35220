"""Every sample of the campaigns proxy is an event that it handles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import campanas_proxy.api
import campanas_proxy.status_api
from support.campanas_proxy.instances import SETTINGS
from support.lambda_events import FakeContext, sample
from support.samples import samples_of

if TYPE_CHECKING:
    from support.campanas_proxy.instances import FakeInvoker
    from unit.campanas_proxy.conftest import Environment

PRIMARY, REPLICA = SETTINGS.primary, SETTINGS.replica
REQUESTS = ("get-status", "get-healthz")


def test_no_sample_is_forgotten() -> None:
    """Each sample is listed above."""
    assert samples_of("campanas_proxy") == {f"campanas-proxy/{name}" for name in (*REQUESTS, "tick")}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_sample_is_answered(environment: Environment, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The proxy answers one itself, and an instance the other."""
    for module in (campanas_proxy.api, campanas_proxy.status_api):
        monkeypatch.setattr(module, "proxy", lambda: environment.proxy)
    assert campanas_proxy.api.handler(sample(f"campanas-proxy/{name}"), FakeContext())["statusCode"] == 200


def test_the_tick_keeps_both_warm(
    environment: Environment, invoker: FakeInvoker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each instance gets one short call."""
    monkeypatch.setattr(campanas_proxy.api, "proxy", lambda: environment.proxy)
    assert campanas_proxy.api.handler(sample("campanas-proxy/tick"), FakeContext()) == {
        "primary": True,
        "replica": True,
    }
    assert sorted(invoker.functions) == [PRIMARY, REPLICA]
