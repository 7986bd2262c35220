"""Affiliates admit or refuse events."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from event_collector.aplicacion.admitir import Credenciales, admitir
from event_collector.dominio.afiliado import Afiliado, PoliticaPorDefecto
from event_collector.dominio.errores import (
    AfiliadoDesconocidoError,
    AfiliadoInactivoError,
    ConversionSinPruebaError,
    FirmaNoValidaError,
    LlaveNoValidaError,
)
from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento
from event_collector.infraestructura.http.webhook_signatures import StandardWebhooksSignatures
from event_collector.settings import ApiSettings
from support.event_collector.builders import unos_datos

ABIERTA = PoliticaPorDefecto(acepta_desconocidos=True, eventos_por_minuto=7)
REGISTRADO = Afiliado(
    id="afiliado-001", eventos_por_minuto=1, llaves=(hashlib.sha256(b"k").digest(),), secreto_webhook="whsec_c2VjcmV0"
)


def admitido(
    registrado: Afiliado | None,
    fuente: FuenteEvento,
    *,
    tipo: TipoEvento = TipoEvento.CLICK,
    politica: PoliticaPorDefecto = ABIERTA,
    llave: str | None = None,
) -> Afiliado:
    """Return the affiliate that admits an event of that type and source."""
    return admitir(
        unos_datos(tipo, fuente=fuente),
        Credenciales(llave=llave),
        registrados={} if registrado is None else {registrado.id: registrado},
        politica=politica,
        firmas=StandardWebhooksSignatures(),
    )


@pytest.mark.parametrize("fuente", FuenteEvento)
def test_an_unregistered_affiliate_is_accepted_or_not(fuente: FuenteEvento) -> None:
    """The platform's configuration decides; the affiliate cannot prove its identity."""
    assert admitido(None, fuente) == Afiliado(id="afiliado-001", eventos_por_minuto=7)
    with pytest.raises(AfiliadoDesconocidoError):
        admitido(None, fuente, politica=replace(ABIERTA, acepta_desconocidos=False))


def test_an_affiliate_with_a_proof_must_use_it() -> None:
    """This is a key for direct calls and a signature for webhooks; pages and apps have neither."""
    for fuente in (FuenteEvento.WEB_TAG, FuenteEvento.MOBILE_SDK):
        assert admitido(REGISTRADO, fuente) is REGISTRADO
    with pytest.raises(LlaveNoValidaError):
        admitido(REGISTRADO, FuenteEvento.API_DIRECT)
    with pytest.raises(FirmaNoValidaError):
        admitido(REGISTRADO, FuenteEvento.WEBHOOK, llave="k")
    assert admitido(REGISTRADO, FuenteEvento.API_DIRECT, llave="k") is REGISTRADO


def test_conversions_may_have_to_be_proven() -> None:
    """They are paid, so pages, apps and unproven sources are refused then."""
    estricto = replace(REGISTRADO, conversiones_probadas=True)
    for registrado, fuente in (
        (estricto, FuenteEvento.WEB_TAG),
        (estricto, FuenteEvento.MOBILE_SDK),
        (replace(estricto, llaves=()), FuenteEvento.API_DIRECT),
        (replace(estricto, secreto_webhook=None), FuenteEvento.WEBHOOK),
    ):
        with pytest.raises(ConversionSinPruebaError):
            admitido(registrado, fuente, tipo=TipoEvento.CONVERSION)
    assert admitido(estricto, FuenteEvento.WEB_TAG, tipo=TipoEvento.CLICK) is estricto
    assert admitido(estricto, FuenteEvento.API_DIRECT, tipo=TipoEvento.CONVERSION, llave="k") is estricto


def test_inactivity_is_revealed_only_after_the_proof() -> None:
    """Other senders learn nothing about it."""
    inactivo = replace(REGISTRADO, activo=False)
    with pytest.raises(AfiliadoInactivoError):
        admitido(inactivo, FuenteEvento.API_DIRECT, llave="k")
    with pytest.raises(LlaveNoValidaError):
        admitido(inactivo, FuenteEvento.API_DIRECT, llave="x")


def test_secrets_do_not_show() -> None:
    """They appear neither in logs nor in errors."""
    assert "whsec" not in repr(REGISTRADO)
    assert "llaves" not in repr(REGISTRADO)
    assert "geheim" not in repr(Credenciales(llave="geheim", cuerpo=b"geheim", cabeceras={"x-api-key": "geheim"}))


@pytest.mark.parametrize(("unknown", "accepted"), [("accept", True), ("reject", False)])
def test_the_policy_comes_from_the_template(monkeypatch: pytest.MonkeyPatch, unknown: str, *, accepted: bool) -> None:
    """The environment carries it."""
    environment = {
        "DATABASE_SECRET": "s", "IDEMPOTENCY_TABLE": "i", "RATE_LIMITS_TABLE": "r", "UNKNOWN_AFFILIATES": unknown,
        "EVENTS_PER_MINUTE": "60",
        "HISTORY_DAYS": "400",
    }  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ApiSettings.from_env().politica == PoliticaPorDefecto(acepta_desconocidos=accepted, eventos_por_minuto=60)
