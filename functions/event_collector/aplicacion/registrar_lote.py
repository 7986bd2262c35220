"""The use case that accepts many events at once; an error of one event does not affect the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from uuid6 import uuid7

from event_collector.aplicacion.admitir import admitir
from event_collector.aplicacion.recepcion import Entrada
from event_collector.aplicacion.registrar_evento import EventoRegistrado, conocido, limite_excedido, repeticion
from seedwork.dominio.domain_error import DomainError

if TYPE_CHECKING:
    from event_collector.aplicacion.limites import Limites
    from event_collector.aplicacion.recepcion import Recepcion
    from event_collector.dominio.afiliado import Afiliado
    from event_collector.dominio.evento import EventoAceptado
    from event_collector.dominio.evento_repository import EventoConocido, EventoRepository


def registrar_lote(
    entradas: Sequence[Entrada | Exception], *, recepcion: Recepcion, ahora: datetime
) -> list[EventoRegistrado | Exception]:
    """Return the result of each event, in order: the same as from `registrar_evento`, or its error.

    An unreadable entry is already an error and stays one. All new events are stored in one transaction. Repetitions do
    not count towards the limit; if the limit is too small, the first events are accepted.
    """
    candidatos = list(_candidatos(entradas, recepcion, ahora=ahora))
    grupos = _agrupados(candidatos)
    _buscar_previos(grupos, recepcion.eventos, ahora=ahora)
    _repartir_cupo([grupo for grupo in grupos if grupo.previo is None], recepcion.limites, ahora=ahora)
    _guardar([grupo for grupo in grupos if grupo.espera_guardarse], recepcion.eventos, ahora=ahora)
    por_clave = {grupo.clave: grupo for grupo in grupos}
    return [
        candidato if isinstance(candidato, Exception) else por_clave[candidato.clave].resultado(candidato)
        for candidato in candidatos
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidato:
    """An event of the batch that may be accepted."""

    afiliado: Afiliado
    evento: EventoAceptado

    @property
    def clave(self) -> str:
        return self.evento.recibido.solicitud.clave


@dataclass(slots=True)
class _Grupo:
    """The equal events of the batch: the first of them is stored, the others repeat it."""

    primero: _Candidato
    previo: EventoConocido | None = None
    rechazo: DomainError | None = None

    @property
    def clave(self) -> str:
        return self.primero.clave

    @property
    def espera_guardarse(self) -> bool:
        return self.previo is None and self.rechazo is None

    def resultado(self, candidato: _Candidato) -> EventoRegistrado | Exception:
        """Return the result of one event of the group."""
        if self.rechazo is not None:
            return self.rechazo
        if self.previo is not None and self.previo.id == candidato.evento.id:
            return EventoRegistrado(evento=self.previo, repetido=False)
        try:
            return repeticion(candidato.evento.recibido, self.previo)
        except DomainError as error:
            return error


def _candidatos(
    entradas: Sequence[Entrada | Exception], recepcion: Recepcion, *, ahora: datetime
) -> Iterator[_Candidato | Exception]:
    admision = _Admision(recepcion, [entrada for entrada in entradas if isinstance(entrada, Entrada)])
    for entrada in entradas:
        if isinstance(entrada, Exception):
            yield entrada
            continue
        try:
            afiliado = admision.de(entrada)
            evento = entrada.recibido.admitido_de(afiliado).aceptar(uuid7(), ahora=ahora)
        except DomainError as error:
            yield error
        else:
            yield _Candidato(afiliado=afiliado, evento=evento)


def _agrupados(candidatos: Iterable[_Candidato | Exception]) -> list[_Grupo]:
    primeros: dict[str, _Candidato] = {}
    for candidato in candidatos:
        if isinstance(candidato, _Candidato):
            primeros.setdefault(candidato.clave, candidato)
    return [_Grupo(primero) for primero in primeros.values()]


def _buscar_previos(grupos: Sequence[_Grupo], eventos: EventoRepository, *, ahora: datetime) -> None:
    """Set the earlier event that each group repeats, if there is one."""
    if grupos:
        previos = eventos.conocidos([grupo.primero.evento.recibido for grupo in grupos], ahora=ahora)
        for grupo in grupos:
            grupo.previo = previos.get(grupo.clave)


def _repartir_cupo(grupos: Sequence[_Grupo], limites: Limites, *, ahora: datetime) -> None:
    """Refuse the groups beyond their affiliate's limit."""
    por_afiliado: dict[str, list[_Grupo]] = {}
    for grupo in grupos:
        por_afiliado.setdefault(grupo.primero.afiliado.id, []).append(grupo)
    for id_afiliado, suyos in por_afiliado.items():
        afiliado = suyos[0].primero.afiliado
        cupo = limites.reservar(id_afiliado, len(suyos), limite=afiliado.eventos_por_minuto, ahora=ahora)
        for grupo in suyos[cupo.concedidos :]:
            grupo.rechazo = limite_excedido(afiliado, cupo)


def _guardar(grupos: Sequence[_Grupo], eventos: EventoRepository, *, ahora: datetime) -> None:
    """Store the first event of each group; an event stored meanwhile by another sender becomes a repetition."""
    if not grupos:
        return
    guardados = set(eventos.agregar([grupo.primero.evento for grupo in grupos]))
    for grupo in grupos:
        if grupo.primero.evento.id in guardados:
            grupo.previo = conocido(grupo.primero.evento)
    _buscar_previos([grupo for grupo in grupos if grupo.previo is None], eventos, ahora=ahora)


class _Admision:
    """Caches the decision about equal cases: one signature covers the whole batch."""

    def __init__(self, recepcion: Recepcion, entradas: Sequence[Entrada]) -> None:
        self._recepcion = recepcion
        self._registrados = recepcion.afiliados.buscar({entrada.recibido.datos.id_afiliado for entrada in entradas})
        self._decididos: dict[tuple[object, ...], Afiliado | DomainError] = {}

    def de(self, entrada: Entrada) -> Afiliado:
        """Return the affiliate that admits the event; raises the errors of `admitir`."""
        datos = entrada.recibido.datos
        caso = (datos.id_afiliado, datos.fuente, datos.tipo, entrada.credenciales.llave)
        if caso not in self._decididos:
            self._decididos[caso] = self._decidir(entrada)
        decidido = self._decididos[caso]
        if isinstance(decidido, DomainError):
            raise decidido
        return decidido

    def _decidir(self, entrada: Entrada) -> Afiliado | DomainError:
        try:
            return admitir(
                entrada.recibido.datos,
                entrada.credenciales,
                registrados=self._registrados,
                politica=self._recepcion.politica,
                firmas=self._recepcion.firmas,
            )
        except DomainError as error:
            return error
