"""The list of events through API Gateway: filters, pages, and copies that clients keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from support.event_collector.on_platform import get, send_event, un_afiliado, un_evento
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

TIPOS = ["CLICK", "IMPRESSION", "CLICK", "PAGE_VIEW", "CLICK"]


@pytest.fixture
def afiliado(platform: Platform) -> str:
    """An affiliate whose five events are processed."""
    id_afiliado = un_afiliado(platform)
    for tipo in TIPOS:
        send_event(platform, un_evento(id_afiliado=id_afiliado, tipo_evento=tipo))

    def processed() -> bool:
        eventos = listed(platform, f"id_afiliado={id_afiliado}")
        return [evento["estado"] for evento in eventos] == ["PROCESADO"] * len(TIPOS)

    eventually(processed, timeout=60, what="processed events")
    return id_afiliado


def listed(platform: Platform, query: str) -> list[dict[str, Any]]:
    """Return the events of one page."""
    found: list[dict[str, Any]] = get(platform, f"events?{query}")["eventos"]
    return found


def test_pages_by_cursor_have_each_event_once(platform: Platform, afiliado: str) -> None:
    """The newest comes first, with the facts of its status; an event sent meanwhile does not shift the pages."""
    first = get(platform, f"events?id_afiliado={afiliado}&limite=2")
    late = send_event(platform, un_evento(id_afiliado=afiliado)).json()["id_evento"]
    found, cursor = first["eventos"], first["siguiente"]
    while cursor:
        page = get(platform, f"events?id_afiliado={afiliado}&limite=2&cursor={cursor}")
        found, cursor = found + page["eventos"], page["siguiente"]
    assert [evento["tipo_evento"] for evento in found] == TIPOS[::-1]
    assert late not in {evento["id_evento"] for evento in found}
    status = get(platform, f"events/{found[0]['id_evento']}/status")
    for name in ("id_evento", "tipo_evento", "estado", "fecha_publicacion"):
        assert found[0][name] == status[name]


def test_filters_choose_by_type_state_and_period(platform: Platform, afiliado: str) -> None:
    """A period is half-open: it has the event at its beginning, and not that at its end."""
    newest, *_, oldest = listed(platform, f"id_afiliado={afiliado}")
    clicks = listed(platform, f"id_afiliado={afiliado}&tipo_evento=click")
    assert [evento["tipo_evento"] for evento in clicks] == ["CLICK"] * 3
    assert listed(platform, f"id_afiliado={afiliado}&estado=FALLIDO") == []
    assert len(listed(platform, f"id_afiliado={afiliado}&estado=PROCESADO")) == len(TIPOS)
    period = f"desde={oldest['timestamp']}&hasta={newest['timestamp']}".replace("+", "%2B")
    within = listed(platform, f"id_afiliado={afiliado}&{period}")
    assert [evento["tipo_evento"] for evento in within] == TIPOS[3::-1]


def test_an_unchanged_list_is_not_sent_again(platform: Platform, afiliado: str) -> None:
    """The tag holds until another event is accepted."""
    url = f"{platform.url}/event-collector/events?id_afiliado={afiliado}"
    first = requests.get(url, timeout=60)
    tag = {"If-None-Match": first.headers["ETag"]}
    again = requests.get(url, headers=tag, timeout=60)
    assert (again.status_code, again.content) == (304, b"")
    send_event(platform, un_evento(id_afiliado=afiliado))
    changed = requests.get(url, headers=tag, timeout=60)
    assert (changed.status_code, len(changed.json()["eventos"])) == (200, len(TIPOS) + 1)


@pytest.mark.parametrize("path", ["/event-collector/events", "/pagos", "/connector/dead-letters"])
def test_a_cursor_of_another_origin_is_refused(platform: Platform, path: str) -> None:
    """The problem names the parameter."""
    answer = platform.get(f"{path}?cursor=abc")
    assert (answer.status_code, answer.json()["codigo"]) == (422, "datos-no-validos")
    assert [error["campo"] for error in answer.json()["errores"]] == ["cursor"]
