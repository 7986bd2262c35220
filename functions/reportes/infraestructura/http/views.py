"""The answers of the reports API; version 2 contains all fields of version 1, in the same places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, overload
from uuid import UUID

from reportes.dominio.informe import SIN_FILTRO
from reportes.dominio.version import Version

if TYPE_CHECKING:
    from reportes.aplicacion.consultar_informes import EstadoDelModelo, PagoEnInformes
    from reportes.aplicacion.versiones import Publicacion, Vigente
    from reportes.dominio.informe import Detalle, Resumen
    from reportes.infraestructura.http import answers


def v1(informe: Resumen) -> answers.InformeSimple:
    """Return the simple report; an open side of the period is null."""
    periodo = informe.consulta.periodo
    return {
        "summary": {
            "totalPayments": informe.total.pagos,
            "totalAmount": informe.total.monto,
            "currency": informe.consulta.moneda,
        },
        "period": {"from": _zulu(periodo.desde), "to": _zulu(periodo.hasta)},
    }


def v2(informe: Detalle) -> answers.InformeDetallado:
    """Return the detailed report."""
    simple, total = v1(informe), informe.total
    return {
        "summary": {
            **simple["summary"],
            "avgTicket": total.promedio,
            "byStatus": {estado: total.por_estado.get(estado, 0) for estado in SIN_FILTRO},
        },
        "period": simple["period"],
        "breakdown": {
            "byCampaign": [
                {"campaignId": _id(id_campana), "payments": cuenta.pagos, "amount": cuenta.monto}
                for id_campana, cuenta in informe.por_campana.items()
            ],
            "byCurrency": [
                {"currency": moneda, "payments": cuenta.pagos, "amount": cuenta.monto}
                for moneda, cuenta in informe.otras_monedas.items()
            ],
        },
        "version": Version.V2,
    }


def pago(contado: PagoEnInformes) -> answers.PagoContado:
    """Return one payment; `countedAt` is when `event`, its latest event, took effect in reports."""
    it = contado.pago
    return {
        "id": str(it.id),
        "affiliateId": it.id_afiliado,
        "campaignId": _id(it.id_campana),
        "amount": it.monto.monto,
        "currency": it.monto.moneda,
        "status": it.estado,
        "acceptedAt": it.fecha.isoformat(),
        "countedAt": _instant(contado.contado_en),
        "event": {"id": it.ultimo_evento, "version": it.ultima_version},
    }


def version(vigente: Vigente, historial: Sequence[Publicacion] | None) -> answers.Versiones:
    """Return the answer to `GET` and `PUT /api/reports/version`; `history` is null without Parameter Store."""
    return {
        **_publicacion(vigente.publicacion),
        "source": vigente.origen,
        "available": list(Version),
        "history": None if historial is None else [_publicacion(publicacion) for publicacion in historial],
    }


def health(service: str, vigente: Vigente, modelo: EstadoDelModelo, *, ahora: datetime) -> answers.SaludDeInformes:
    """Return the answer to `GET /api/reports/health`.

    Without Parameter Store the state is degraded, and the last known version is served. It is also degraded while the
    topics are silent: new events are then missing from the reports, and the lag grows.
    """
    callado = modelo.esta_callado(ahora)
    desde = _instant(modelo.ultima_senal)
    return {
        "status": "degraded" if vigente.causa or callado else "healthy",
        "service": service,
        "timestamp": ahora.isoformat(),
        "version": {**_publicacion(vigente.publicacion), "source": vigente.origen},
        "readModel": _modelo(modelo, ahora),
        "dependencies": {
            "postgresql": "ok",
            "parameterStore": vigente.causa or "ok",
            "connector": f"silent since {desde or 'ever'}" if callado else "ok",
        },
    }


def _modelo(modelo: EstadoDelModelo, ahora: datetime) -> answers.ModeloDeLectura:
    ultimo, retraso = modelo.ultimo, modelo.retraso(ahora)
    return {
        "generation": modelo.vigente,
        "rebuilding": modelo.en_construccion,
        "lagMilliseconds": None if retraso is None else round(retraso.total_seconds() * 1000),
        "lastSign": _instant(modelo.ultima_senal),
        "lastEvent": _instant(ultimo.ocurrido_en) if ultimo else None,
        "sources": {
            fuente: {
                "lastEvent": _instant(avance.ocurrido_en),
                "type": avance.tipo,
                "projectedAt": _instant(avance.proyectado_en),
            }
            for fuente, avance in modelo.avances.items()
        },
    }


def _publicacion(publicacion: Publicacion) -> answers.VersionActiva:
    canario = publicacion.reparto.canario
    return {
        "active": publicacion.reparto.activa,
        "canary": {"version": canario.version, "percent": canario.porcentaje} if canario else None,
        "since": _instant(publicacion.desde),
        "by": publicacion.por,
    }


def zulu(value: datetime) -> str:
    """Return an instant in UTC as the original API writes it: `2024-01-01T00:00:00Z`."""
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


def _zulu(value: datetime | None) -> str | None:
    return None if value is None else zulu(value)


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


@overload
def _instant(value: datetime) -> str: ...
@overload
def _instant(value: datetime | None) -> str | None: ...
def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
