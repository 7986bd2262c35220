"""The driven page notices what a page must not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.browser.driven_page import DrivenPage
    from support.platform.platform import Platform


@pytest.mark.parametrize(
    ("does", "fault"),
    [
        ("location.assign('https://example.com/')", "leaves the machine: https://example.com/"),
        ("fetch('http://192.0.2.1/').catch(() => 0)", "violates the following Content Security Policy"),
        ("import('data:text/javascript,1').catch(() => 0)", "violates the following Content Security Policy"),
        ("console.error('roto')", "console: roto"),
        ("setTimeout(() => { throw new Error('roto') })", "exception: roto"),
        ("fetch('nada').then(() => 0)", "answer: 404 GET /nada"),
    ],
)
def test_a_fault_is_noticed(platform: Platform, driven: DrivenPage, does: str, fault: str) -> None:
    """So a test fails although it looks at something else."""
    driven.page.goto(f"{platform.url}/")
    driven.page.evaluate(f"void ({does})")
    driven.page.wait_for_timeout(300)
    assert any(fault in found for found in driven.faults), driven.faults
    driven.expected += [""]  # all of them were provoked
