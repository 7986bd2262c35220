"""Lists and counts of the events of the fakes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from event_collector.aplicacion.consultar_estadisticas import (
    Estadisticas,
    EstadisticasConsultas,
    EventosRecientes,
    TotalDeEventos,
)
from event_collector.aplicacion.consultar_eventos import EventoDeLista, EventoListas, PaginaDeEventos
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from event_collector.aplicacion.consultar_estadisticas import ConsultaEstadisticas
    from event_collector.aplicacion.consultar_eventos import BusquedaDeEventos, EventoConsultas, EventoVista
    from event_collector.dominio.tipo_evento import TipoEvento
    from support.event_collector.fake_eventos import FakeEventoRepository


class FakeListas(EventoListas, EventosRecientes):
    """Looks at all events for each answer."""

    def __init__(self, eventos: FakeEventoRepository, consultas: EventoConsultas) -> None:
        self._eventos = eventos
        self._consultas = consultas

    @override
    def pagina(self, busqueda: BusquedaDeEventos, /) -> PaginaDeEventos:
        vistas = [self._consultas.por_id(id_evento) for id_evento in sorted(self._eventos.aceptados, reverse=True)]
        found = [vista for vista in vistas if matches(vista, busqueda)]
        return PaginaDeEventos(
            eventos=[listed(vista) for vista in found[: busqueda.limite]], hay_mas=len(found) > busqueda.limite
        )

    @override
    def por_minuto(self, *, minutos: int, ahora: datetime) -> Sequence[tuple[datetime, Mapping[TipoEvento, int]]]:
        este = ahora.replace(second=0, microsecond=0)
        return [
            (
                minuto,
                Counter(
                    evento.recibido.datos.tipo
                    for evento in self._eventos.aceptados.values()
                    if minuto <= evento.aceptado_en < minuto + timedelta(minutes=1)
                ),
            )
            for minuto in (este - timedelta(minutes=n) for n in reversed(range(minutos)))
        ]


class FakeEstadisticas(EstadisticasConsultas):
    """Counts single events for each answer."""

    def __init__(self, eventos: FakeEventoRepository) -> None:
        self._eventos = eventos

    @override
    def estadisticas(self, consulta: ConsultaEstadisticas, *, ahora: datetime) -> Estadisticas:
        eventos: Counter[tuple[TipoEvento, str]] = Counter()
        valores: defaultdict[tuple[TipoEvento, str], Decimal] = defaultdict(Decimal)
        for evento in self._eventos.aceptados.values():
            datos = evento.recibido.datos
            if (
                consulta.desde <= evento.aceptado_en < consulta.hasta
                and consulta.id_afiliado in {None, datos.id_afiliado}
                and consulta.tipo in {None, datos.tipo}
            ):
                grupo = (datos.tipo, datos.valor.moneda if datos.valor else "")
                eventos[grupo] += 1
                valores[grupo] += datos.valor.monto if datos.valor else 0
        cuentas = [
            TotalDeEventos(tipo=tipo, moneda=moneda, eventos=cuantos, valor=valores[tipo, moneda])
            for (tipo, moneda), cuantos in sorted(eventos.items())
        ]
        return Estadisticas(consulta=consulta, cuentas=cuentas, calculado_en=ahora)


def matches(vista: EventoVista, busqueda: BusquedaDeEventos) -> bool:
    """Return whether an event belongs to the list from the cursor on."""
    return (
        busqueda.estado in (None, vista.estado)
        and busqueda.tipo in (None, vista.tipo)
        and busqueda.id_afiliado in (None, vista.datos["id_afiliado"])
        and (busqueda.cursor is None or vista.id < busqueda.cursor)
        and (busqueda.desde is None or busqueda.desde <= vista.aceptado_en)
        and (busqueda.hasta is None or vista.aceptado_en < busqueda.hasta)
    )


def listed(vista: EventoVista) -> EventoDeLista:
    """Return an event as a list has it."""
    return EventoDeLista(
        id=vista.id,
        tipo=vista.tipo,
        id_afiliado=vista.datos["id_afiliado"],
        id_campana=vista.datos["id_campana"],
        fuente=vista.datos["fuente_evento"],
        valor=vista.datos["valor_conversion"],
        moneda=vista.datos["moneda"],
        aceptado_en=vista.aceptado_en,
        publicado_en=vista.publicado_en,
        estado=vista.estado,
        pago=vista.pago,
    )
