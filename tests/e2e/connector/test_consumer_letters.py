"""A message that a deployed consumer cannot process waits as a dead letter until its cause is removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import requests

from aero.platform.naming import function_name
from support.event_collector.on_platform import get, send_event, un_afiliado, un_evento
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

LETTERS = "/connector/dead-letters"
MAPPING = "comisiones"
PARAMETER = f"/aeropartners/local/connector/mappings/{MAPPING}"
FAULT = "alter table pagos.pagos add constraint averia check (id_afiliado <> '{}') not valid"
REPAIR = "alter table pagos.pagos drop constraint if exists averia"


@pytest.fixture
def impatient(platform: Platform) -> Iterator[None]:
    """The consumer of conversions gets a message three times, not fifty; the bridge reads this in its next run."""
    parameters = platform.client("ssm")
    text = parameters.get_parameter(Name=PARAMETER)["Parameter"]["Value"]
    soon = json.loads(text) | {"max_receive_count": 3, "retry_delay_ms": 200}
    parameters.put_parameter(Name=PARAMETER, Value=json.dumps(soon), Overwrite=True)
    platform.client("lambda").invoke(FunctionName=function_name("bridge"), InvocationType="Event", Payload=b"{}")
    yield
    parameters.put_parameter(Name=PARAMETER, Value=text, Overwrite=True)


@pytest.fixture
def afiliado(platform: Platform, impatient: None) -> Iterator[str]:
    """An affiliate whose payments PostgreSQL refuses."""
    del impatient
    id_afiliado = un_afiliado(platform)
    platform.sql(FAULT.format(id_afiliado))
    yield id_afiliado
    platform.sql(REPAIR)


def dead(platform: Platform, id_evento: str) -> dict[str, Any] | None:
    """Return the waiting letter of an event."""
    page = platform.get(f"{LETTERS}?mapeo={MAPPING}&limite=500").json()
    return next((carta for carta in page["cartas"] if carta["propiedades"].get("id") == id_evento), None)


@pytest.mark.slow
def test_letters_are_consumed_after_a_redrive_and_not_after_a_discard(platform: Platform, afiliado: str) -> None:
    """One conversion is redriven by the API, one by the command, and each is paid once; a discarded one is not."""
    conversion = {"tipo_evento": "CONVERSION", "valor_conversion": 100, "moneda": "COP", "id_afiliado": afiliado}
    ids = [send_event(platform, un_evento(**conversion)).json()["id_evento"] for _ in range(3)]
    # Until the older runs of the bridge have ended, a message may be received by one that waits longer.
    cartas = [eventually(partial(dead, platform, id_evento), timeout=240, what="dead letter") for id_evento in ids]
    by_api, by_command, discarded = cartas
    assert (by_api["topico"], by_api["topico_dlq"]) == ("tracking.evt.conversion", "tracking.DLQ")
    assert by_api["recepciones"] >= 3
    assert "violates check constraint" in by_api["motivo"]

    platform.sql(REPAIR)
    assert requests.post(f"{platform.url}{LETTERS}/{by_api['id']}/redrive", timeout=60).status_code == 202
    done = platform.aero("dlq", "redrive", by_command["id"]).stdout
    assert done == "1 letter sent back to tracking.evt.conversion.\n"
    platform.aero("dlq", "discard", discarded["id"], "--yes")

    def paid(id_evento: str) -> bool:
        vista = get(platform, f"events/{id_evento}/status")
        return bool(vista["pago"]) and vista["pago"]["estado"] == "EXITOSO"

    for id_evento in ids[:2]:
        eventually(partial(paid, id_evento), timeout=60, what="payment of the redriven conversion")
    pagos = platform.get(f"/pagos?id_afiliado={afiliado}").json()["pagos"]
    assert len(pagos) == 2
    assert [platform.charges()[pago["id"]] for pago in pagos] == [1, 1]
    assert get(platform, f"events/{ids[2]}/status")["estado"] == "FALLIDO"
    assert platform.get(f"{LETTERS}/{by_api['id']}").json()["estado"] == "REENVIADA"
    assert platform.get(f"{LETTERS}/{discarded['id']}").json()["estado"] == "DESCARTADA"
    assert not any(dead(platform, id_evento) for id_evento in ids)
