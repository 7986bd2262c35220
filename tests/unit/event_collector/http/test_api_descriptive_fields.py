"""Descriptive fields never cost the event: they are cleaned, cut or left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from unit.event_collector.conftest import EVENTO

if TYPE_CHECKING:
    from unit.event_collector.conftest import Api

CONVERSION = {**EVENTO, "tipo_evento": "CONVERSION", "valor_conversion": 49.90, "moneda": "COP"}
OF_APPLICATIONS = (
    "capacitor://localhost/tienda",
    "ionic://localhost",
    "app://local/index.html",
    "android-app://com.example.tienda/",
    "ms-appx-web:///index.html",
    "tauri://localhost",
    "chrome-extension://abcdef/popup.html",
    "file:///android_asset/www/index.html",
    "content://com.example/1",
    "about:srcdoc",
    "blob:https://a.example/7f",
    "ftp://a.example/",
    "tienda",
    "//a.example/p",
    "https://",
    "https://a.example:puerto/",
    "https://a.example:99999/",
    "https://[::1",
)
LONG = "https://a.example/?utm_source=boletin&fbclid=" + "a" * 4_000
NOTHING: tuple[object, ...] = ("", " ", "-", "\0", "\ud800", None, {}, {"a": 1}, [], ["x"])
LENGTHS = {
    "id_oferta": 100, "tipo_dispositivo": 100, "identificador_dispositivo": 200, "sistema_operativo": 100,
    "navegador": 100, "resolucion_pantalla": 100, "id_sesion": 1_000, "referrer": 2_048, "url": 2_048,
    "hash_validacion": 1_000,
}  # fmt: skip


def published(api: Api, evento: Any = EVENTO, **headers: str) -> dict[str, Any]:
    """Return the event to publish; fails unless it is accepted."""
    answer = api.post(evento, **headers)
    assert answer.status_code == 201, answer.body
    return api.aceptados[-1]


def test_an_address_outside_the_web_is_kept_unchanged(api: Api) -> None:
    """It may be an application's, a file's, or no address at all; the same holds for the referrer."""
    batch = api.batch(*({**EVENTO, "id_afiliado": url, "url": url, "referrer": url} for url in OF_APPLICATIONS))
    assert batch["aceptados"] == len(OF_APPLICATIONS)
    eventos = api.aceptados
    assert [evento["referrer"] for evento in eventos] == list(OF_APPLICATIONS)
    assert [evento["url"] for evento in eventos] == list(OF_APPLICATIONS)


def test_too_long_texts_are_cut(api: Api) -> None:
    """The cut lies between two characters, even if each takes four bytes."""
    given = {name: "\U0001f600" * (length + 1) for name, length in LENGTHS.items()}
    evento = published(api, json.dumps(CONVERSION | given, ensure_ascii=False))
    assert {name: evento[name] for name in LENGTHS} == {name: text[:-1] for name, text in given.items()}


def test_campaign_parameters_are_read_from_the_whole_address(api: Api) -> None:
    """Parameters beyond the cut count too."""
    far = LONG + "&utm_medium=email"
    evento = published(api, {**EVENTO, "url": far})
    assert far.startswith(evento["url"])
    assert evento["parametros_tracking"] == {"utm_source": "boletin", "utm_medium": "email"}


def test_events_that_differ_in_a_cut_part_are_two_events(api: Api) -> None:
    """The same event again is a repetition."""
    one, other = ({**EVENTO, "url": LONG + end} for end in ("1", "2"))
    assert [api.post(evento).status_code for evento in (one, other, one)] == [201, 201, 200]
    sessions = [{**EVENTO, "id_sesion": "s" * 2_000 + end} for end in ("1", "2")]
    assert [api.post(evento).status_code for evento in sessions] == [201, 201]


def test_unstorable_characters_are_removed(api: Api) -> None:
    """These are NUL, other controls and lone surrogates; a page may cut an emoji in two."""
    given = '"a\\u0000b\\u001f\\n\\u007fc\\ud83d"'
    fields = "".join(f', "{name}": {given}' for name in LENGTHS)
    evento = published(api, f'{{"tipo_evento": "CLICK", "id_afiliado": "afiliado-001"{fields}}}')
    assert {evento[name].lower() for name in LENGTHS} == {"abc"}


def test_empty_texts_are_left_out(api: Api) -> None:
    """These are an empty text, a log's dash, and values that are no text."""
    api.batch(*(EVENTO | {"id_afiliado": str(n)} | dict.fromkeys(LENGTHS, none) for n, none in enumerate(NOTHING)))
    assert [{evento[name] for name in LENGTHS} for evento in api.aceptados] == [{None}] * len(NOTHING)


def test_a_number_becomes_its_digits(api: Api) -> None:
    """Many sessions and offers have numbers as ids."""
    evento = published(api, {**EVENTO, "id_sesion": 7, "id_oferta": 1.5, "resolucion_pantalla": True})
    assert (evento["id_sesion"], evento["id_oferta"], evento["resolucion_pantalla"]) == ("7", "1.5", "true")


def test_a_program_is_no_address(api: Api) -> None:
    """A page that shows addresses as links would run it."""
    programs = ("javascript:alert(1)", "JavaScript:x", "java\nscript:x", " vbscript:x")
    api.batch(*({**EVENTO, "id_oferta": program, "url": program, "referrer": program} for program in programs))
    assert [(evento["url"], evento["referrer"]) for evento in api.aceptados] == [(None, None)] * len(programs)


def test_parameters_are_cleaned(api: Api) -> None:
    """Names are cleaned one by one."""
    expected: list[tuple[object, dict[str, str]]] = [
        (None, {}),
        ([], {}),
        ("x", {}),
        ({"a": {}, "b": [1], "c": None, "": "x", "d": "y"}, {"d": "y"}),
        ({"a\0": "x\0y"}, {"a": "xy"}),
        ({"n" * 200: "v" * 2_000}, {"n" * 100: "v" * 1_000}),
        ({"a": 1.0, "b": 1, "c": 2.50, "d": -0.0}, {"a": "1", "b": "1", "c": "2.5", "d": "0"}),
    ]
    api.batch(*({**EVENTO, "id_oferta": n, "parametros_tracking": given} for n, (given, _) in enumerate(expected)))
    assert [evento["parametros_tracking"] for evento in api.aceptados] == [kept for _, kept in expected]


def test_the_first_parameters_are_kept(api: Api) -> None:
    """A hundred are kept, those of the address first."""
    many = {f"p{number}": "x" for number in range(500)}
    kept = published(api, {**EVENTO, "url": LONG, "parametros_tracking": many})["parametros_tracking"]
    assert list(kept) == ["utm_source", *list(many)[:99]]


def test_the_senders_own_data_lose_only_unstorable_characters(api: Api) -> None:
    """Line breaks stay; lone surrogates and NULs are removed, in names too."""
    custom = '{"a\\u0000": "linea 1\\nlinea 2 \\ud83d", "b": ["\\udc00x", 1]}'
    evento = published(api, f'{{"tipo_evento": "CLICK", "id_afiliado": "a", "datos_custom": {custom}}}')
    assert evento["datos_custom"] == {"a": "linea 1\nlinea 2 ", "b": ["x", 1]}


def test_null_means_missing(api: Api) -> None:
    """Some libraries send every field."""
    names = ("fuente_evento", "datos_custom", "parametros_tracking", "timestamp", "id_campana", "valor_conversion")
    evento = published(api, EVENTO | dict.fromkeys((*names, "moneda", "id_evento_cliente", "api_key")))
    assert (evento["fuente_evento"], evento["datos_custom"]) == ("WEB_TAG", {})


def test_a_senders_hash_is_kept_unchecked(api: Api) -> None:
    """It does not affect repetitions either: only API keys and signatures prove an event."""
    evento = {**CONVERSION, "id_evento_cliente": "orden-1", "hash_validacion": "sha256-hash-here"}
    assert published(api, evento)["hash_validacion"] == "sha256-hash-here"
    assert api.post({**evento, "hash_validacion": "otro"}).status_code == 200


def test_an_api_key_of_any_length_is_merely_wrong(api: Api) -> None:
    """For affiliates without keys it has no effect."""
    published(api, {**EVENTO, "api_key": "k" * 5_000})


@pytest.mark.parametrize(
    "referer", ["-", "", "about:blank", "no es una URL", "android-app://com.example/", LONG, "\x7f"]
)
def test_an_image_counts_for_any_referer(api: Api, referer: str) -> None:
    """A page without an address of its own sends `about:blank` or no Referer (RFC 9110, 10.1.3)."""
    assert api.get("pixel.gif?id_afiliado=afiliado-001", Referer=referer).status_code == 200
    [evento] = api.aceptados
    kept = None if referer in {"-", "", "about:blank", "\x7f"} else referer[:2_048]
    assert evento["url"] == kept


def test_an_image_without_a_page_counts(api: Api) -> None:
    """Mail readers load images without a page."""
    assert api.get("pixel.gif?id_afiliado=afiliado-001").status_code == 200
    assert api.aceptados[0]["url"] is None


def test_an_image_ignores_empty_parameters(api: Api) -> None:
    """A query has no null; a template without an order writes an empty value."""
    query = "&".join(
        f"{name}="
        for name in ("id_campana", "moneda", "valor_conversion", "id_evento_cliente", "tipo_evento", "url", "id_oferta")
    )
    assert api.get(f"pixel.gif?id_afiliado=a&{query}&vacio=", Referer="https://a.example/p").status_code == 200
    [evento] = api.aceptados
    assert (evento["tipo_evento"], evento["url"], evento["parametros_tracking"]) == (
        "IMPRESSION", "https://a.example/p", {}
    )  # fmt: skip


@pytest.mark.parametrize(
    "value", ["%00", "%ED%A0%80", quote("\U0001f600" * 2_000), "a" * 5_000, quote("capacitor://x")]
)
def test_no_descriptive_parameter_costs_an_image_its_event(api: Api, value: str) -> None:
    """The parameter may be ours or have any other name."""
    names = ("url", "referrer", "id_oferta", "id_sesion", "identificador_dispositivo", "resolucion_pantalla", "otro")
    query = "&".join(f"{name}={value}" for name in names)
    assert api.get(f"pixel.gif?id_afiliado=a&{query}&{value}=1").status_code == 200


@pytest.mark.parametrize("agent", ["-", "\x00", "x" * 9_000, "Mozilla/5.0 (\xa0; \u200b)"])
def test_any_user_agent_is_accepted(api: Api, agent: str) -> None:
    """Its name is cut to the limit, and so is the session id of a header."""
    evento = published(api, User_Agent=agent, X_Session_Id=agent)
    kept = None if agent in {"-", "\x00"} else agent[:1_000]
    assert (evento["user_agent"], evento["id_sesion"]) == (kept, kept)


def test_a_batch_is_no_stricter(api: Api) -> None:
    """Each of its events is read like a single one."""
    strange = {**EVENTO, "url": "capacitor://localhost", "navegador": ["x"], "parametros_tracking": "x"}
    assert api.batch(strange, EVENTO)["aceptados"] == 2
