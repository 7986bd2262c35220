"""The pages and their files come through API Gateway safe, compressed, and only as often as they change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import pytest
import requests

from support.browser.prefix_proxy import below_a_path

if TYPE_CHECKING:
    from support.platform.platform import Platform

PAGES: Final = ("", "docs", "docs/events")
BROWSER: Final = {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip"}
LOADED: Final = re.compile(r'(?:src|href)="([^"]*assets/[^"]+)"')


def page(root: str, path: str, **headers: str) -> requests.Response:
    """Ask for a page as a browser does."""
    return requests.get(f"{root}/{path}", headers=BROWSER | headers, timeout=30)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_safe_and_compressed(platform: Platform, path: str) -> None:
    """Its policy names no other origin for scripts (CSP Level 3), and allows neither inline scripts nor eval."""
    answer = page(platform.url, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["Content-Encoding"] == "gzip"
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[\w+/]{43}=')*", policy["script-src"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_an_unchanged_page_is_not_sent_again(platform: Platform, path: str) -> None:
    """A browser asks at each visit, by the tag of its copy (RFC 9110, 13.1.2)."""
    first = page(platform.url, path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = page(platform.url, path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_the_files_of_a_page_are_kept_for_ever(platform: Platform, path: str) -> None:
    """Every file that a page names is served as its type, for a year (RFC 8246)."""
    url = f"{platform.url}/{path}"
    types = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
    names = LOADED.findall(page(platform.url, path).text)
    assert len(names) >= 3
    for name in names:
        answer = requests.get(urljoin(url, name), headers={"Accept-Encoding": "gzip"}, timeout=30)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, types[name.rpartition(".")[2]]), name
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        if len(answer.content) > 10_000:
            assert answer.headers["Content-Encoding"] == "gzip", name


def test_the_panel_is_one_script_and_one_style(platform: Platform) -> None:
    """They are bundled when the portal's layer is made, so that a first visit waits for few answers."""
    names = [name.rpartition("/")[2] for name in LOADED.findall(page(platform.url, "").text)]
    assert sorted(names) == ["icon.svg", "index.js", "panel.css"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_below_a_stage_names_files_below_it(platform: Platform, path: str) -> None:
    """As on AWS, where the site is below the stage's name."""
    with below_a_path(platform.url) as root:
        names = LOADED.findall(page(root.rstrip("/"), path).text)
        addresses = [urljoin(f"{root}{path}", name) for name in names]
        assert all(address.startswith(f"{root}assets/") for address in addresses)
        assert [requests.get(address, timeout=30).status_code for address in addresses] == [200] * len(names)


@pytest.mark.parametrize("name", ["nada.js", "index.html", "styles/nada.css", "..%2Fapi.py", "..%2f..%2fsettings.py"])
def test_nothing_else_is_served(platform: Platform, name: str) -> None:
    """The answer is a problem (RFC 9457), and no cache may keep it for ever."""
    [script] = re.findall(r'src="\./(assets/\w+/)index\.js"', page(platform.url, "").text)
    answer = requests.get(f"{platform.url}/{script}{name}", timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["codigo"] in {"archivo-no-encontrado", "ruta-no-encontrada"}
    assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_an_old_address_is_not_answered_with_new_content(platform: Platform) -> None:
    """A cache would keep it for a year."""
    answer = requests.get(f"{platform.url}/assets/0123456789abcdef/index.js", timeout=30)
    assert (answer.status_code, answer.json()["codigo"]) == (404, "archivo-no-encontrado")


def test_a_program_gets_json_at_the_root(platform: Platform) -> None:
    """The header Accept decides, and caches are told so (RFC 9110, 12.5.5)."""
    answer = requests.get(platform.url, timeout=30)
    assert (answer.headers["Content-Type"], answer.json()["health"]) == ("application/json", "/health")
    assert "Accept" in answer.headers["Vary"]
    assert "Accept" in page(platform.url, "").headers["Vary"]
