"""The answers of the reports API; version 2 contains all fields of version 1, in the same places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reportes.dominio.informe import SIN_FILTRO
from reportes.dominio.version import Version

if TYPE_CHECKING:
    from reportes.aplicacion.consultar_informes import EstadoDelModelo, PagoEnInformes
    from reportes.aplicacion.versiones import Publicacion, Vigente
    from reportes.dominio.informe import Detalle, Resumen


def v1(informe: Resumen) -> dict[str, Any]:
    """Return the simple report; an open side of the period is null."""
    periodo = informe.consulta.periodo
    return {
        "summary": {
            "totalPayments": informe.total.pagos,
            "totalAmount": informe.total.monto,
            "currency": informe.consulta.moneda,
        },
        "period": {"from": periodo.desde and zulu(periodo.desde), "to": periodo.hasta and zulu(periodo.hasta)},
    }


def v2(informe: Detalle) -> dict[str, Any]:
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
                {"campaignId": id_campana and str(id_campana), "payments": cuenta.pagos, "amount": cuenta.monto}
                for id_campana, cuenta in informe.por_campana.items()
            ],
            "byCurrency": [
                {"currency": moneda, "payments": cuenta.pagos, "amount": cuenta.monto}
                for moneda, cuenta in informe.otras_monedas.items()
            ],
        },
        "version": Version.V2,
    }


def pago(contado: PagoEnInformes) -> dict[str, Any]:
    """Return one payment; `countedAt` is when `event`, its latest event, took effect in reports."""
    it = contado.pago
    return {
        "id": str(it.id),
        "affiliateId": it.id_afiliado,
        "campaignId": it.id_campana and str(it.id_campana),
        "amount": it.monto.monto,
        "currency": it.monto.moneda,
        "status": it.estado,
        "acceptedAt": it.fecha.isoformat(),
        "countedAt": _instant(contado.contado_en),
        "event": {"id": it.ultimo_evento, "version": it.ultima_version},
    }


def version(vigente: Vigente, historial: Sequence[Publicacion] | None) -> dict[str, Any]:
    """Return the answer to `GET` and `PUT /api/reports/version`; `history` is null without Parameter Store."""
    return {
        **_publicacion(vigente.publicacion),
        "source": vigente.origen,
        "available": list(Version),
        "history": None if historial is None else [_publicacion(publicacion) for publicacion in historial],
    }


def health(service: str, vigente: Vigente, modelo: EstadoDelModelo, *, ahora: datetime) -> dict[str, Any]:
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


def _modelo(modelo: EstadoDelModelo, ahora: datetime) -> dict[str, Any]:
    ultimo, retraso = modelo.ultimo, modelo.retraso(ahora)
    return {
        "generation": modelo.vigente,
        "rebuilding": modelo.en_construccion,
        "lagMilliseconds": None if retraso is None else round(retraso.total_seconds() * 1000),
        "lastSign": _instant(modelo.ultima_senal),
        "lastEvent": ultimo and _instant(ultimo.ocurrido_en),
        "sources": {
            fuente: {
                "lastEvent": _instant(avance.ocurrido_en),
                "type": avance.tipo,
                "projectedAt": _instant(avance.proyectado_en),
            }
            for fuente, avance in modelo.avances.items()
        },
    }


def _publicacion(publicacion: Publicacion) -> dict[str, Any]:
    canario = publicacion.reparto.canario
    return {
        "active": publicacion.reparto.activa,
        "canary": canario and {"version": canario.version, "percent": canario.porcentaje},
        "since": _instant(publicacion.desde),
        "by": publicacion.por,
    }


def zulu(value: datetime) -> str:
    """Return an instant in UTC as the original API writes it: `2024-01-01T00:00:00Z`."""
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
