"""Devices are recognised by the User-Agents of browsers."""

from __future__ import annotations

from typing import Final

import pytest

from event_collector.infraestructura.http.user_agent import device_of

WEBKIT: Final = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


IPHONE: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("user_agent", "tipo", "sistema", "navegador"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Safari/537.36", "DESKTOP", "Windows 10", "Chrome 126"),
        (IPHONE, "MOBILE", "iOS 17", "Mobile Safari 17"),
        (
            f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {WEBKIT} Mobile Safari/537.36",
            "MOBILE", "Android 14", "Chrome Mobile 126",
        ),
        (f"Mozilla/5.0 (Linux; Android 13; SM-X200) {WEBKIT} Safari/537.36", "TABLET", "Android 13", "Chrome 126"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "DESKTOP", "Linux", "Firefox 127"),
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "BOT", None, "Googlebot 2",
        ),
        ("curl/8.5.0", None, None, "curl 8"),
        ("?", None, None, None),
    ],
)  # fmt: skip
def test_a_device_is_recognised_by_its_user_agent(
    user_agent: str, tipo: str | None, sistema: str | None, navegador: str | None
) -> None:
    """Unknown parts are None."""
    device = device_of(user_agent)
    assert (device.tipo, device.sistema_operativo, device.navegador) == (tipo, sistema, navegador)
