"""Web pages in a real browser send events by tracker.js, or by the pixel without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests

from browser.web_site import WebSite, served
from support.browser.chromium import opened
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

PATIENCE = 120


@pytest.fixture
def site(platform: Platform) -> Iterator[WebSite]:
    """Serve the web site of a new affiliate."""
    collector = f"http://127.0.0.1:{platform.port(8090)}/event-collector"
    site = WebSite(collector=collector, id_afiliado=f"afiliado-{uuid4()}", id_campana=str(uuid4()))
    with served(site) as site:
        yield site


def accepted(platform: Platform, site: WebSite) -> list[dict[str, Any]]:
    """Return the affiliate's events as published, ordered by type."""
    rows = platform.sql(
        "select payload from event_collector.outbox where payload->>'id_afiliado' = %s"
        " order by payload->>'tipo_evento', position",
        site.id_afiliado,
    )
    return [payload for [payload] in rows]


def visited(platform: Platform, site: WebSite, url: str, *, folder: Path, events: int) -> list[dict[str, Any]]:
    """Visit a page until it has sent `events` events; return them, each accepted once."""
    with opened(url, folder=folder):
        eventually(lambda: len(accepted(platform, site)) >= events, timeout=PATIENCE, what=f"{events} events")
    told = requests.get(f"{site.collector}/statistics?id_afiliado={site.id_afiliado}", timeout=PATIENCE).json()
    assert told["total_eventos"] == events
    return accepted(platform, site)


def test_a_page_with_the_script_sends_its_events(platform: Platform, site: WebSite, tmp_path: Path) -> None:
    """It sends a view by itself, and a conversion and a click when the page calls it; the conversion is paid."""
    shop = site.page(
        "/shop",
        site.tag
        + """<script>aero("CONVERSION", {valor_conversion: 49.9, moneda: "COP", datos_custom: {pedido: "ñ-1"}})</script>
        <button onclick="aero('CLICK', {id_oferta: 'oferta-7'})">Ver</button>
        <script>document.querySelector("button").click()</script>""",
    )
    url = f"{shop}?utm_source=boletin&utm_medium=email"
    door = site.page("/door", f'<a href="{url}">Tienda</a><script>document.querySelector("a").click()</script>')

    click, conversion, view = visited(platform, site, door, folder=tmp_path, events=3)

    assert [event["tipo_evento"] for event in (click, conversion, view)] == ["CLICK", "CONVERSION", "PAGE_VIEW"]
    for event in (click, conversion, view):
        assert (event["fuente_evento"], event["id_campana"]) == ("WEB_TAG", site.id_campana)
        assert (event["url"], event["referrer"]) == (url, door)
        assert event["parametros_tracking"] == {"utm_source": "boletin", "utm_medium": "email"}
        assert event["navegador"].startswith("HeadlessChrome ")
        assert (event["tipo_dispositivo"], event["sistema_operativo"]) == ("BOT", "Linux")
        assert event["ip"] == "127.0.0.1"
    assert view["id_sesion"]
    assert {event["id_sesion"] for event in (click, conversion)} == {view["id_sesion"]}
    assert len({event["id_evento_cliente"] for event in (click, conversion, view)}) == 3
    assert click["id_oferta"] == "oferta-7"
    assert (conversion["valor_conversion"], conversion["moneda"]) == (49.9, "COP")
    assert conversion["datos_custom"] == {"pedido": "ñ-1"}

    def paid() -> dict[str, Any] | None:
        status = f"{site.collector}/events/{conversion['id_evento']}/status"
        pago: dict[str, Any] | None = requests.get(status, timeout=PATIENCE).json()["pago"]
        return pago

    assert eventually(paid, timeout=PATIENCE, what="the payment of the conversion")["id_pago"]


def test_a_reloaded_page_is_viewed_again(platform: Platform, site: WebSite, tmp_path: Path) -> None:
    """The session is the same, and an event still being sent when the page is left arrives."""
    again = "<script>if (!sessionStorage.again) { sessionStorage.again = 1; location.reload(); }</script>"
    views = visited(platform, site, site.page("/shop", site.tag + again), folder=tmp_path, events=2)
    assert [view["tipo_evento"] for view in views] == ["PAGE_VIEW", "PAGE_VIEW"]
    assert views[0]["referrer"] is None, "the first view has no referrer; a script's reload sets one"
    assert len({view["id_sesion"] for view in views}) == 1
    assert len({view["id_evento_cliente"] for view in views}) == 2


def test_a_page_without_storage_sends_its_events(platform: Platform, site: WebSite, tmp_path: Path) -> None:
    """A frame without an origin has no storage; its session lasts for one visit of the page."""
    blocked = "<script>try { sessionStorage } catch { fetch('/told/blocked', {mode: 'no-cors'}) }</script>"
    framed = site.page("/framed", blocked + site.tag + '<script>aero("CLICK")</script>')
    frame = site.page("/shop", f'<iframe src="{framed}" sandbox="allow-scripts"></iframe>')
    click, view = visited(platform, site, frame, folder=tmp_path, events=2)
    assert site.told == ["blocked"]
    assert (click["url"], view["url"]) == (framed, framed)
    assert view["id_sesion"]
    assert click["id_sesion"] == view["id_sesion"]


def test_a_frame_without_an_address_sends_its_event(platform: Platform, site: WebSite, tmp_path: Path) -> None:
    """A srcdoc frame is written into its page."""
    written = (site.tag + "<p>Tienda</p>").replace('"', "&quot;")
    frame = site.page("/shop", f'<iframe srcdoc="{written}"></iframe>')
    [view] = visited(platform, site, frame, folder=tmp_path, events=1)
    assert view["url"] == "about:srcdoc"


def test_a_page_in_a_file_sends_its_event(platform: Platform, site: WebSite, tmp_path: Path) -> None:
    """An application's web view may open such a page."""
    file = tmp_path / "index.html"
    file.write_text(f"<!doctype html><body>{site.tag}</body>", encoding="utf-8")
    [view] = visited(platform, site, file.as_uri(), folder=tmp_path, events=1)
    assert (view["url"], view["referrer"]) == (file.as_uri(), None)


def test_a_page_with_a_long_address_sends_its_events(platform: Platform, site: WebSite, tmp_path: Path) -> None:
    """Long URLs and referrers are cut, but the tracking parameters are read from the whole address."""
    shop = site.page("/shop", site.tag + site.pixel(id_evento_cliente="1"))
    long = f"{shop}?utm_source=boletin&fbclid={'a' * 6_000}&utm_medium=email"
    impression, view = visited(platform, site, long, folder=tmp_path, events=2)
    assert view["url"] == long[:2_048]
    assert view["parametros_tracking"] == {"utm_source": "boletin", "utm_medium": "email"}
    assert impression["url"].startswith(site.origin)


def test_the_pixel_is_an_image(platform: Platform, site: WebSite, tmp_path: Path) -> None:
    """A browser decodes the one-pixel image, which has no colour table, as it comes through API Gateway."""
    report = """<script>
        const image = document.images[0], tell = (told) => fetch("/told/" + told);
        image.decode().then(() => tell(image.naturalWidth + "x" + image.naturalHeight), () => tell("error"));
        </script>"""
    pixel = site.pixel(utm_source="boletin", id_evento_cliente="correo-7-lector-42")
    shop = site.page("/shop", pixel + report)
    with opened(shop, folder=tmp_path):
        eventually(lambda: site.told, timeout=PATIENCE, what="the image")
    assert site.told == ["1x1"]
    [impression] = accepted(platform, site)
    assert (impression["tipo_evento"], impression["fuente_evento"]) == ("IMPRESSION", "WEB_TAG")
    assert (impression["url"], impression["id_evento_cliente"]) == (f"{site.origin}/", "correo-7-lector-42")
    assert impression["parametros_tracking"] == {"utm_source": "boletin"}
    assert impression["navegador"].startswith("HeadlessChrome ")


def test_a_page_without_scripts_sends_by_the_pixel(platform: Platform, site: WebSite, tmp_path: Path) -> None:
    """The same page with scripts would send only by the script."""
    both = site.tag + f"<noscript>{site.pixel(tipo_evento='PAGE_VIEW', id_oferta='oferta-7')}</noscript>"
    framed = site.page("/framed", both)
    frame = site.page("/shop", f'<iframe src="{framed}" sandbox="allow-same-origin"></iframe>')
    [view] = visited(platform, site, frame, folder=tmp_path, events=1)
    assert (view["tipo_evento"], view["id_oferta"], view["url"]) == ("PAGE_VIEW", "oferta-7", f"{site.origin}/")


def test_a_page_of_another_origin_can_use_the_collector(site: WebSite, tmp_path: Path) -> None:
    """It sends JSON, for which the browser makes a preflight request, and reads answers and errors."""
    event = {"tipo_evento": "CLICK", "id_afiliado": site.id_afiliado, "id_evento_cliente": "clic-1"}
    script = f"""<script>
        const tell = (told) => fetch("/told/" + told), headers = {{"Content-Type": "application/json"}};
        const send = (path, body) => fetch(
            "{site.collector}/" + path, {{method: "POST", body: JSON.stringify(body), headers}}
        ).then(async (answer) => tell(answer.status + ":" + Object.keys(await answer.json())[0]), (e) => tell(e.name));
        (async () => {{
            await send("events", {json.dumps(event)}); await send("events", {{}});
            await send("events/batch", {{eventos: [{json.dumps(event)}]}}); await send("events/batch", {{}});
        }})();
        </script>"""
    with opened(site.page("/app", script), folder=tmp_path):
        eventually(lambda: len(site.told) == 4, timeout=PATIENCE, what="four answers")
    assert site.told == ["201:exito", "422:type", "200:resultados", "422:type"]


def test_a_page_of_another_origin_cannot_pay(platform: Platform, site: WebSite, tmp_path: Path) -> None:
    """It is refused as JSON, as a form's media type, and without a type, for which a browser makes no preflight."""
    body = {"id_afiliado": site.id_afiliado, "monto": 1, "moneda": "COP", "referencia_pago": "ajena"}
    script = f"""<script>
        const body = '{json.dumps(body)}', url = "{platform.url}/pagos/";
        const send = (options) => fetch(url, {{method: "POST", body, ...options}}).then(
            (answer) => fetch("/told/" + answer.type), (error) => fetch("/told/" + error.name));
        (async () => {{
            await send({{headers: {{"Content-Type": "application/json"}}}});
            await send({{}});
            await send({{mode: "no-cors"}});
            await send({{mode: "no-cors", body: new Blob([body])}});
        }})();
        </script>"""
    with opened(site.page("/evil", script), folder=tmp_path):
        eventually(lambda: len(site.told) == 4, timeout=PATIENCE, what="four answers")
    assert site.told == ["TypeError", "TypeError", "opaque", "opaque"]
    assert platform.sql("select 1 from pagos.pagos where id_afiliado = %s", site.id_afiliado) == []


def test_the_script_is_small(site: WebSite) -> None:
    """It is served with some hundred bytes, and a browser caches it for an hour."""
    answer = requests.get(f"{site.collector}/tracker.js", timeout=PATIENCE)
    assert answer.headers["Content-Type"] == "text/javascript"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert len(answer.content) <= 700
