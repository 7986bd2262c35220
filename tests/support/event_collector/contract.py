"""The contract of every repository of tracking events; a subclass provides the fixture `eventos`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from event_collector.dominio.evento import VENTANA_DE_REPETICION
from event_collector.dominio.tipo_evento import TipoEvento
from support.builders import AHORA
from support.event_collector.builders import un_aceptado, un_recibido

if TYPE_CHECKING:
    from event_collector.dominio.evento import EventoRecibido
    from event_collector.dominio.evento_repository import EventoRepository

INSTANTE = timedelta(microseconds=1)


class EventoRepositoryContract:
    """The contract of EventoRepository."""

    def test_a_new_event_is_stored_and_found(self, eventos: EventoRepository) -> None:
        """It is found by its key, as accepted."""
        nuevo = un_aceptado(tipo=TipoEvento.IMPRESSION)
        assert set(eventos.agregar([nuevo])) == {nuevo.id}
        clave = nuevo.recibido.solicitud.clave
        conocido = eventos.conocidos([nuevo.recibido], ahora=AHORA)[clave]
        assert (conocido.id, conocido.tipo, conocido.aceptado_en) == (nuevo.id, TipoEvento.IMPRESSION, AHORA)
        assert conocido.hash_evento == nuevo.recibido.solicitud.huella

    def test_an_equal_event_is_not_stored_again(self, eventos: EventoRepository) -> None:
        """The first one stays unchanged."""
        recibido = un_recibido()
        primero, segundo = un_aceptado(recibido), un_aceptado(recibido)
        eventos.agregar([primero])
        assert not set(eventos.agregar([segundo]))
        clave = recibido.solicitud.clave
        assert eventos.conocidos([recibido], ahora=AHORA)[clave].id == primero.id

    def test_only_the_new_events_of_a_batch_are_stored(self, eventos: EventoRepository) -> None:
        """Events that equal an earlier one are not stored."""
        viejos = [un_aceptado() for _ in range(3)]
        eventos.agregar(viejos)
        nuevos = [un_aceptado() for _ in range(3)]
        repetidos = [un_aceptado(viejo.recibido) for viejo in viejos]
        mezcla = [evento for pareja in zip(repetidos, nuevos, strict=True) for evento in pareja]
        assert set(eventos.agregar(mezcla)) == {evento.id for evento in nuevos}

    def test_storing_the_same_event_again_reports_it_as_stored(self, eventos: EventoRepository) -> None:
        """A caller whose answer was lost may retry, and does not get a duplicate's answer."""
        nuevo = un_aceptado()
        assert set(eventos.agregar([nuevo])) == {nuevo.id}
        assert set(eventos.agregar([nuevo])) == {nuevo.id}

    def test_an_event_stored_under_its_requests_id_is_repeated_by_equal_data(self, eventos: EventoRepository) -> None:
        """Earlier versions stored it under that id, and ignored the event's own id."""
        primero = un_aceptado(tipo=TipoEvento.CONVERSION, id_cliente="K", id_oferta="una")
        eventos.agregar([primero])
        clave_de_peticion = primero.recibido.solicitud.clave

        def con_id(id_oferta: str) -> EventoRecibido:
            recibido = un_recibido(TipoEvento.CONVERSION, id_cliente="orden-1", id_oferta=id_oferta)
            return replace(recibido, clave_de_peticion=clave_de_peticion)

        repetido, otro = con_id("una"), con_id("otra")
        assert not set(eventos.agregar([un_aceptado(repetido)]))
        assert eventos.conocidos([repetido], ahora=AHORA)[repetido.solicitud.clave].id == primero.id
        assert not eventos.conocidos([otro], ahora=AHORA)
        assert len(set(eventos.agregar([un_aceptado(otro)]))) == 1

    def test_after_a_day_an_equal_event_is_a_new_one(self, eventos: EventoRepository) -> None:
        """Exactly then and not before; later repetitions find the newer event."""
        recibido = un_recibido()
        primero = un_aceptado(recibido)
        eventos.agregar([primero])
        clave, caduca = recibido.solicitud.clave, AHORA + VENTANA_DE_REPETICION
        temprano = un_aceptado(recibido, ahora=caduca - INSTANTE)
        assert not set(eventos.agregar([temprano]))
        assert clave in eventos.conocidos([recibido], ahora=caduca - INSTANTE)
        assert clave not in eventos.conocidos([recibido], ahora=caduca)
        segundo = un_aceptado(recibido, ahora=caduca)
        assert set(eventos.agregar([segundo])) == {segundo.id}
        assert eventos.conocidos([recibido], ahora=caduca)[clave].id == segundo.id

    def test_expired_keys_are_forgotten(self, eventos: EventoRepository) -> None:
        """At most the given number at a time; unexpired and permanent keys stay."""
        viejos = [un_aceptado() for _ in range(5)]
        conversion = un_aceptado(un_recibido(TipoEvento.CONVERSION, id_cliente="orden-1"))
        caduca = AHORA + VENTANA_DE_REPETICION
        nuevo = un_aceptado(ahora=AHORA + INSTANTE)
        eventos.agregar([*viejos, conversion])
        eventos.agregar([nuevo])
        assert eventos.olvidar(ahora=caduca - INSTANTE, limite=10) == 0
        assert [eventos.olvidar(ahora=caduca, limite=3) for _ in range(3)] == [3, 2, 0]
        recibidos = [evento.recibido for evento in (*viejos, conversion, nuevo)]
        quedan = {recibido.solicitud.clave for recibido in recibidos[-2:]}
        assert eventos.conocidos(recibidos, ahora=AHORA).keys() == quedan

    def test_a_conversion_under_its_senders_id_never_expires(self, eventos: EventoRepository) -> None:
        """It is paid, so an equal event is a repetition even after a year."""
        recibido = un_recibido(TipoEvento.CONVERSION, id_cliente="orden-1")
        primero = un_aceptado(recibido)
        eventos.agregar([primero])
        tarde = AHORA + timedelta(days=365)
        assert not set(eventos.agregar([un_aceptado(recibido, ahora=tarde)]))
        clave = recibido.solicitud.clave
        assert eventos.conocidos([recibido], ahora=tarde)[clave].id == primero.id
