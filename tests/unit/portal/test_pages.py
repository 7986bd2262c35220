"""A page is safe, is found again unchanged, and works below any path."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from portal.site import Site
    from unit.portal.conftest import Get

PAGES = ["/"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_forbids_what_it_does_not_need(get: Get, path: str) -> None:
    """No script from elsewhere, none inline but the import map, no frame around it."""
    headers = get(path, Accept="text/html").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[\w+/]{43}=')*", policy["script-src"])
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")


@pytest.mark.parametrize("path", PAGES)
def test_every_inline_script_is_allowed_by_its_hash(get: Get, path: str) -> None:
    """CSP Level 3: the base64 of the SHA-256 of the element's text."""
    answer = get(path, Accept="text/html")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline}
    allowed = set(re.findall(r"'sha256-([^']+)'", answer.headers["Content-Security-Policy"]))
    assert allowed == hashes


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_asked_for_again_and_answered_without_a_body(get: Get, path: str) -> None:
    """A browser revalidates (no-cache); RFC 9110, 13.1.2 compares weakly."""
    first = get(path, Accept="text/html")
    assert first.headers["Cache-Control"] == "no-cache"
    etag = first.headers["ETag"]
    for seen in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = get(path, Accept="text/html", If_None_Match=seen)
        assert (again.status, again.text, again.headers["ETag"]) == (304, "", etag)
    assert get(path, Accept="text/html", If_None_Match='"other"').status == 200


@pytest.mark.parametrize(("path", "stage", "root"), [("/", "/prod", "./"), ("/", "/local", "./")])
def test_every_address_of_a_page_is_relative(get: Get, path: str, stage: str, root: str) -> None:
    """The site works below a stage's path, and below a path of a reverse proxy."""
    text = get(path, stage=stage, Accept="text/html").text
    found = re.findall(r'(?:href|src|data-root)="([^"]+)"', text) + re.findall(r'": "([^"]+)"', text)
    assert len(found) > 5
    assert all(address.startswith(root) for address in found)
    assert "%" not in text


def test_the_root_of_a_stage_without_a_slash_leads_into_the_stage(get: Get, site: Site) -> None:
    """API Gateway answers /prod like /prod/, but a browser resolves relative addresses from its parent."""
    event_path = get("/", Accept="text/html")
    assert 'href="./docs"' in event_path.text
    assert site.page("index", "./prod/", seen=None).body.count('href="./prod/docs"') == 1
