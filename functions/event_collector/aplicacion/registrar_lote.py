"""Accept many events at once; what is wrong with one of them is no other's business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from uuid6 import uuid7

from event_collector.aplicacion.admitir import admitir
from event_collector.aplicacion.registrar_evento import Registro, conocido, limite_excedido, repeticion
from seedwork.dominio.domain_error import DomainError

if TYPE_CHECKING:
    from event_collector.aplicacion.admitir import Afiliados, Credenciales, Firmas
    from event_collector.aplicacion.limites import Limites
    from event_collector.dominio.afiliado import Afiliado, PoliticaPorDefecto
    from event_collector.dominio.evento import EventoAceptado, EventoRecibido
    from event_collector.dominio.evento_repository import EventoConocido, EventoRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrada:
    """An event of a batch, and what is shown for it."""

    recibido: EventoRecibido
    credenciales: Credenciales


@dataclass(slots=True)
class _Grupo:
    """The events of a batch that are one event: the first of them is stored."""

    afiliado: Afiliado
    aceptado: EventoAceptado
    posiciones: list[int]

    @property
    def clave(self) -> str:
        return self.aceptado.recibido.solicitud.clave


def registrar_lote(
    entradas: Sequence[Entrada],
    *,
    afiliados: Afiliados,
    politica: PoliticaPorDefecto,
    firmas: Firmas,
    limites: Limites,
    eventos: EventoRepository,
    ahora: datetime,
) -> list[Registro | DomainError]:
    """What came of each, in order: as `registrar_evento` has it, or why it is not accepted.

    All that is stored is one transaction. Repetitions do not count for the limit; where that does not suffice, the
    first events get it.
    """
    resultados: dict[int, Registro | DomainError] = {}
    registrados = afiliados.buscar({entrada.recibido.datos.id_afiliado for entrada in entradas})
    admision = _Admision(registrados, politica, firmas)
    grupos: dict[str, _Grupo] = {}
    for posicion, entrada in enumerate(entradas):
        try:
            afiliado = admision.de(entrada)
            aceptado = entrada.recibido.admitido_de(afiliado).aceptar(uuid7(), ahora=ahora)
        except DomainError as error:
            resultados[posicion] = error
            continue
        grupo = grupos.setdefault(aceptado.recibido.solicitud.clave, _Grupo(afiliado, aceptado, []))
        grupo.posiciones.append(posicion)

    primeros = [grupo.aceptado.recibido for grupo in grupos.values()]
    previos = dict(eventos.conocidos(primeros, ahora=ahora)) if primeros else {}
    con_cupo: list[_Grupo] = []
    for grupo, rechazo in _con_cupo([g for g in grupos.values() if g.clave not in previos], limites, ahora=ahora):
        if rechazo is None:
            con_cupo.append(grupo)
        else:
            resultados |= dict.fromkeys(grupo.posiciones, rechazo)
            del grupos[grupo.clave]
    guardados = set(eventos.agregar([grupo.aceptado for grupo in con_cupo])) if con_cupo else set()
    adelantados = [grupo.aceptado.recibido for grupo in con_cupo if grupo.aceptado.id not in guardados]
    if adelantados:
        previos |= eventos.conocidos(adelantados, ahora=ahora)
    for grupo in grupos.values():
        resultados |= _de_grupo(grupo, entradas, previos.get(grupo.clave), nuevo=grupo.aceptado.id in guardados)
    return [resultados[posicion] for posicion in range(len(entradas))]


class _Admision:
    """Asks once for all events of which the answer is the same: a signature is that of the whole batch."""

    def __init__(self, registrados: Mapping[str, Afiliado], politica: PoliticaPorDefecto, firmas: Firmas) -> None:
        self._registrados = registrados
        self._politica = politica
        self._firmas = firmas
        self._decididos: dict[tuple[object, ...], Afiliado | DomainError] = {}

    def de(self, entrada: Entrada) -> Afiliado:
        """Raises what `admitir` does."""
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
                politica=self._politica,
                firmas=self._firmas,
            )
        except DomainError as error:
            return error


def _con_cupo(
    grupos: Sequence[_Grupo], limites: Limites, *, ahora: datetime
) -> Iterator[tuple[_Grupo, DomainError | None]]:
    """Each of them, and why it is too many."""
    por_afiliado: dict[str, list[_Grupo]] = {}
    for grupo in grupos:
        por_afiliado.setdefault(grupo.afiliado.id, []).append(grupo)
    for id_afiliado, suyos in por_afiliado.items():
        afiliado = suyos[0].afiliado
        cupo = limites.reservar(id_afiliado, len(suyos), limite=afiliado.eventos_por_minuto, ahora=ahora)
        for numero, grupo in enumerate(suyos):
            yield grupo, None if numero < cupo.concedidos else limite_excedido(afiliado, cupo)


def _de_grupo(
    grupo: _Grupo, entradas: Sequence[Entrada], previo: EventoConocido | None, *, nuevo: bool
) -> dict[int, Registro | DomainError]:
    resultados: dict[int, Registro | DomainError] = {}
    repeticiones = iter(grupo.posiciones)
    if nuevo:
        previo = conocido(grupo.aceptado)
        resultados[next(repeticiones)] = Registro(evento=previo, repetido=False)
    for posicion in repeticiones:
        try:
            resultados[posicion] = repeticion(entradas[posicion].recibido, previo)
        except DomainError as error:
            resultados[posicion] = error
    return resultados
