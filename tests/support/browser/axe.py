"""The accessibility of a page according to axe-core."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from aero.deploy.web.tools import tools_folder
from aero.platform.paths import Paths

if TYPE_CHECKING:
    from playwright.sync_api import Page

SERIOUS: Final = ("serious", "critical")


@cache
def _source() -> str:
    file = tools_folder(Paths.from_env()) / "node_modules" / "axe-core" / "axe.min.js"
    return file.read_text(encoding="utf-8")


def serious_problems(page: Page, *, context: object = None) -> list[str]:
    """Return the serious and critical violations in a page, or in a part of it, by rule with their elements.

    `context` is axe's, for example `{"exclude": [["#third-party"]]}`.
    """
    page.evaluate(_source())
    found: dict[str, Any] = page.evaluate("(context) => axe.run(context ?? document)", context)
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
