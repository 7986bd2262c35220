"""The consumers record payments and dead letters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from event_collector import registrar_fallos, seguir_comisiones
from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.http import views
from support.event_collector.builders import un_aceptado
from support.event_collector.fakes import FakeEventCollector
from support.lambda_events import FakeContext

AHORA: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)


def un_registro(
    data: Mapping[str, Any],
    *,
    event_type: str = "PagoExitoso",
    source: str = "/aeropartners/pagos",
    subject: str | None = None,
    sequence: int = 3,
    story: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return a record of a batch."""
    envelope = {
        "specversion": "1.0", "id": str(uuid4()), "source": source, "type": event_type,
        "subject": subject or str(uuid4()), "time": AHORA.isoformat(), "datacontenttype": "application/json",
        "dataschema": "urn:x", "correlationid": "c", "causationid": None, "sequence": sequence, "data": data,
    }  # fmt: skip
    attributes = {name: {"stringValue": value, "dataType": "String"} for name, value in (story or {}).items()}
    return {"messageId": str(uuid4()), "body": json.dumps(envelope), "messageAttributes": attributes}


def un_pago(referencia: str, **mas: Any) -> dict[str, Any]:
    """Return the data of a payment's event."""
    return {"id_pago": str(uuid4()), "referencia_pago": referencia, **mas}


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> FakeEventCollector:
    """The collector used by both consumers."""
    collector = FakeEventCollector()
    for consumer in (seguir_comisiones, registrar_fallos):
        monkeypatch.setattr(consumer, "consumer_dependencies", collector.consumers)
    return collector


@pytest.fixture
def id_evento(collector: FakeEventCollector) -> UUID:
    """The id of a stored event."""
    evento = un_aceptado()
    collector.eventos.agregar([evento])
    return evento.id


def deliver(consumer: Any, *records: dict[str, Any]) -> list[str]:
    """Deliver records to a consumer; returns the failures."""
    answer = consumer.handler({"Records": list(records)}, FakeContext())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def de_conversion(id_evento: object) -> dict[str, Any]:
    """The payment of that conversion's commission."""
    return un_pago("r", origen={"tipo": "CONVERSION", "id_evento": str(id_evento)})


@pytest.mark.parametrize("con_origen", [True, False], ids=["with its origin", "from before there was one"])
def test_the_payment_of_a_commission_is_recorded(
    collector: FakeEventCollector, id_evento: UUID, con_origen: bool
) -> None:
    """The latest version is kept, whatever the order; other payments are ignored."""
    referencia = f"comision-{id_evento}"
    late, early = (de_conversion(id_evento) if con_origen else un_pago(referencia) for _ in range(2))
    failed = deliver(
        seguir_comisiones,
        un_registro(late, event_type="PagoFallido", sequence=3),
        un_registro(early, event_type="PagoPendiente", sequence=1),
        un_registro(un_pago("otra")),
        un_registro(un_pago("otra-comision-1")),
        un_registro(un_pago("comision-x")),
        un_registro(un_pago(f"comision-{uuid4()}")),
        un_registro(de_conversion(uuid4())),
        un_registro(un_pago(referencia, origen=None), sequence=9),
    )
    assert not failed
    assert collector.comisiones.pagos.keys() == {id_evento}
    pago = collector.comisiones.pagos[id_evento]
    assert (pago.estado, str(pago.id_pago)) == ("FALLIDO", late["id_pago"])


def una_negada(id_evento: object, codigo: str = "conversion-en-conflicto", **mas: Any) -> dict[str, Any]:
    """Return the news that the conversion earns nothing."""
    data = {"id_evento": str(id_evento), "codigo": codigo, "mensaje": "porque no", "id_afiliado": "a"} | mas
    return un_registro(data, event_type="ComisionNoPagada", subject=str(id_evento), sequence=1)


@pytest.fixture
def conversion(collector: FakeEventCollector) -> UUID:
    """A published conversion."""
    evento = un_aceptado(tipo=TipoEvento.CONVERSION)
    collector.eventos.agregar([evento])
    collector.eventos.publicar(evento.id, en=AHORA)
    return evento.id


def test_a_conversion_in_conflict_has_failed_with_its_code(collector: FakeEventCollector, conversion: UUID) -> None:
    """A payment ends the failure; late news change nothing."""
    assert not deliver(seguir_comisiones, una_negada(conversion), una_negada(uuid4()))
    vista = collector.consultas.por_id(conversion)
    assert [(fallo.codigo, fallo.motivo) for fallo in vista.fallos] == [("conversion-en-conflicto", "porque no")]
    assert vista.estado is EstadoEvento.FALLIDO
    assert views.estado(vista)["fallos"][0]["codigo"] == "conversion-en-conflicto"
    deliver(seguir_comisiones, un_registro(un_pago(f"comision-{conversion}"), event_type="PagoPendiente"))
    deliver(seguir_comisiones, una_negada(conversion))
    pagada = collector.consultas.por_id(conversion)
    assert pagada.estado is EstadoEvento.PROCESADO


@pytest.mark.parametrize("orden", list(permutations(range(3))))
def test_a_conversion_whose_payment_gave_way_is_in_conflict(
    collector: FakeEventCollector, conversion: UUID, orden: tuple[int, ...]
) -> None:
    """The news are: the payment was accepted, was given up, and the conversion lost it."""
    pago = un_pago(f"comision-{conversion}")
    noticias = [
        un_registro(pago, event_type="PagoPendiente", sequence=1),
        un_registro(
            pago | {"mensaje_error": "m", "codigo": "conversion-en-conflicto"}, event_type="PagoFallido", sequence=2
        ),
        una_negada(conversion, id_pago_desplazado=pago["id_pago"]),
    ]
    for numero in orden:
        assert not deliver(seguir_comisiones, noticias[numero])
    vista = collector.consultas.por_id(conversion)
    assert (vista.estado, [fallo.codigo for fallo in vista.fallos]) == (
        EstadoEvento.FALLIDO, ["conversion-en-conflicto"],
    )  # fmt: skip


def test_a_conversion_that_earns_less_than_a_hundredth_is_processed(
    collector: FakeEventCollector, conversion: UUID
) -> None:
    """It waits for no payment, and its state gives the reason."""
    assert not deliver(seguir_comisiones, una_negada(conversion, "comision-inferior-a-un-centavo"))
    vista = collector.consultas.por_id(conversion)
    assert (vista.estado, vista.fallos) == (EstadoEvento.PROCESADO, [])
    assert views.estado(vista)["sin_comision"] == {
        "codigo": "comision-inferior-a-un-centavo", "mensaje": "porque no",
    }  # fmt: skip


def test_an_event_that_is_no_payment_is_refused_alone(collector: FakeEventCollector, id_evento: UUID) -> None:
    """The other messages are recorded."""
    bad = un_registro({}, event_type="CampanaCreada"), un_registro({"id_pago": "x"})
    good = un_registro(un_pago(f"comision-{id_evento}"))
    assert deliver(seguir_comisiones, bad[0], good, bad[1]) == [record["messageId"] for record in bad]
    assert id_evento in collector.comisiones.pagos


def una_historia(**mas: str) -> dict[str, str]:
    """Return the attributes that the bridge adds to a dead letter."""
    return {
        "dlq-mapping": "comisiones", "dlq-reason": "why", "dlq-topic": "tracking.evt.click",
        "dlq-time": AHORA.isoformat(), **mas,
    }  # fmt: skip


def una_carta(id_evento: object, **mas: str) -> dict[str, Any]:
    """Return a dead letter of a tracking event."""
    return un_registro(
        {"id_evento": str(id_evento)},
        event_type="ClickRegistrado",
        source="/aeropartners/event_collector",
        subject=str(id_evento),
        sequence=1,
        story=una_historia(**mas),
    )


def test_a_dead_letter_is_recorded(collector: FakeEventCollector, id_evento: UUID) -> None:
    """The latest of each consumer is kept, with its reason."""
    later = (AHORA + timedelta(hours=1)).isoformat()
    letters = [
        una_carta(id_evento, **{"dlq-time": later, "dlq-reason": "again"}),
        una_carta(id_evento),
        una_carta(id_evento, **{"dlq-mapping": "metricas-campanas"}),
    ]
    assert not deliver(registrar_fallos, *letters)
    fallos = collector.fallos.abiertos
    assert {consumidor: carta.motivo for (_, consumidor), carta in fallos.items()} == {
        "comisiones": "again", "metricas-campanas": "why"
    }  # fmt: skip


def test_foreign_dead_letters_are_ignored(collector: FakeEventCollector) -> None:
    """They are of payments, unknown events, without a history, or without a valid id."""
    strangers = [
        un_registro(un_pago("r"), story=una_historia()),
        una_carta(uuid4()),
        una_carta("not-an-id"),
        una_carta(uuid4()) | {"messageAttributes": {}},
    ]
    assert not deliver(registrar_fallos, *strangers)
    assert not collector.fallos.abiertos


def test_a_dead_letter_with_an_invalid_history_is_refused(id_evento: UUID) -> None:
    """It stays a dead letter, and the others are recorded."""
    bad = una_carta(id_evento, **{"dlq-time": "yesterday"})
    assert deliver(registrar_fallos, bad, una_carta(id_evento)) == [bad["messageId"]]
