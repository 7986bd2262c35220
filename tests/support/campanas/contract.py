"""The contract of every unit of work of campaigns; a subclass gives the fixture `uow`."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from campanas.dominio.campana_repository import Ambito
from campanas.dominio.datos_de_campana import TipoCampana
from campanas.dominio.estado_campana import EstadoCampana
from campanas.dominio.metricas import Correccion, Metricas
from seedwork.dominio.dinero import Moneda
from seedwork.dominio.domain_error import ConcurrencyError
from support.builders import AHORA, una_traza
from support.campanas.builders import un_presupuesto, una_campana, una_solicitud, unos_datos_de_campana

if TYPE_CHECKING:
    from campanas.aplicacion.unit_of_work import CampanasUnitOfWork
    from campanas.dominio.campana import Campana
    from seedwork.dominio.solicitud import Solicitud
from support.campanas.steps import agregar, atendida_por, buscar, cambiar, sumar

CONTADAS = Metricas(impresiones=100, clicks=10, conversiones=1, gastos={Moneda.USD: Decimal("7.50")})


class CampanaRepositoryContract:
    """The contract of CampanaRepository, Inbox and UnitOfWork."""

    @pytest.mark.parametrize("descripcion", [None, "Rebajas de ñandúes — 50 %"])
    def test_a_committed_campaign_is_found_again(self, uow: CampanasUnitOfWork, descripcion: str | None) -> None:
        """It has the same data, state, version and times."""
        datos = unos_datos_de_campana(descripcion=descripcion, tipo=TipoCampana.RETENCION)
        campana = agregar(uow, una_campana(datos))
        encontrada = buscar(uow, campana.id)
        assert (encontrada.datos, encontrada.estado, encontrada.version) == (datos, EstadoCampana.CREATED, 1)
        assert (encontrada.fecha_creacion, encontrada.fecha_actualizacion) == (AHORA, AHORA)
        assert (encontrada.metricas, encontrada.new_events) == (Metricas(), ())

    def test_a_campaign_is_found_with_its_metrics(self, uow: CampanasUnitOfWork) -> None:
        """Additions are summed, and are no events of the campaign."""
        campana = agregar(uow, una_campana())
        sumar(uow, {campana.id: CONTADAS})
        sumar(uow, {campana.id: CONTADAS})
        encontrada = buscar(uow, campana.id)
        assert (encontrada.metricas, encontrada.version) == (CONTADAS + CONTADAS, 1)

    def test_an_unknown_campaign_or_key_is_not_found(self, uow: CampanasUnitOfWork) -> None:
        """A campaign never stored and a key never used are not found."""
        with uow:
            assert uow.campanas.buscar(uuid4()) is None
            assert atendida_por(uow, una_solicitud()) is None

    def test_uncommitted_work_is_undone(self, uow: CampanasUnitOfWork) -> None:
        """Leaving a unit of work without a commit undoes campaign, key, inbox and metrics."""
        campana, solicitud, otra = una_campana(), una_solicitud(), agregar(uow, una_campana())
        with uow:
            uow.campanas.agregar(campana, solicitud=solicitud, traza=una_traza())
            uow.inbox.recibir(["evento"])
            uow.campanas.sumar_metricas({otra.id: CONTADAS})
        self._nothing_happened(uow, campana, solicitud, otra)

    def test_an_exception_undoes_the_work(self, uow: CampanasUnitOfWork) -> None:
        """An exception undoes all of it and leaves the unit of work usable."""
        campana, solicitud, otra = una_campana(), una_solicitud(), agregar(uow, una_campana())
        with pytest.raises(RuntimeError, match="boom"), uow:
            uow.campanas.agregar(campana, solicitud=solicitud, traza=una_traza())
            uow.inbox.recibir(["evento"])
            uow.campanas.sumar_metricas({otra.id: CONTADAS})
            raise RuntimeError("boom")
        self._nothing_happened(uow, campana, solicitud, otra)

    def _nothing_happened(self, uow: CampanasUnitOfWork, campana: Campana, solicitud: Solicitud, otra: Campana) -> None:
        with uow:
            assert uow.campanas.buscar(campana.id) is None
            assert atendida_por(uow, solicitud) is None
            assert uow.inbox.recibir(["evento"]) == {"evento"}
        assert buscar(uow, otra.id).metricas == Metricas()

    def test_a_change_is_stored_with_its_key(self, uow: CampanasUnitOfWork) -> None:
        """State, data and version are found again, and the key has the campaign and the hash of its request."""
        campana, solicitud = agregar(uow, una_campana()), una_solicitud(huella="activar")
        cambiar(uow, campana.id, lambda campana: campana.activar(ahora=AHORA), solicitud)
        encontrada = buscar(uow, campana.id)
        assert (encontrada.estado, encontrada.version) == (EstadoCampana.ACTIVE, 2)
        with uow:
            atendida = atendida_por(uow, solicitud)
        assert atendida is not None
        assert (atendida.id_campana, atendida.huella) == (campana.id, "activar")

    def test_a_key_belongs_to_one_new_campaign(self, uow: CampanasUnitOfWork) -> None:
        """A second campaign with the key is not stored, and the key still has the first request."""
        primera, solicitud, segunda = una_campana(), una_solicitud(huella="la primera"), una_campana()
        agregar(uow, primera, solicitud)
        with pytest.raises(ConcurrencyError), uow:
            uow.campanas.agregar(
                segunda, solicitud=una_solicitud(solicitud.clave, huella="la segunda"), traza=una_traza()
            )
            uow.commit()
        with uow:
            atendida = atendida_por(uow, solicitud)
            assert uow.campanas.buscar(segunda.id) is None
        assert atendida is not None
        assert (atendida.id_campana, atendida.huella) == (primera.id, "la primera")

    def test_keys_of_different_callers_are_different(self, uow: CampanasUnitOfWork) -> None:
        """Affiliates and subjects of tokens have separate keys, even under equal names; a change is its affiliate's."""
        suya, ajena = una_campana(), una_campana(unos_datos_de_campana(id_afiliado="otro"))
        solicitud = una_solicitud()
        con_token = replace(solicitud, solicitante=suya.datos.id_afiliado)
        for campana, pedida in ((suya, solicitud), (ajena, solicitud), (una_campana(), con_token)):
            agregar(uow, campana, pedida)
        with uow:
            afiliado, otro = Ambito(id_afiliado="afiliado-001"), Ambito(id_campana=ajena.id)
            encontradas = [
                uow.campanas.atendida(solicitud, ambito=afiliado),
                uow.campanas.atendida(solicitud, ambito=Ambito(id_campana=suya.id)),
                uow.campanas.atendida(solicitud, ambito=otro),
            ]
            del_token = {uow.campanas.atendida(con_token, ambito=ambito) for ambito in (afiliado, otro)}
        assert [encontrada and encontrada.id_campana for encontrada in encontradas] == [suya.id, suya.id, ajena.id]
        assert len(del_token) == 1
        assert None not in del_token
        with pytest.raises(ConcurrencyError):
            cambiar(uow, ajena.id, lambda campana: campana.cancelar(ahora=AHORA), solicitud)

    def test_a_key_belongs_to_one_change(self, uow: CampanasUnitOfWork) -> None:
        """Neither the campaign created with the key nor another one is changed with it."""
        solicitud = una_solicitud()
        for campana in (agregar(uow, una_campana(), solicitud), agregar(uow, una_campana())):
            with pytest.raises(ConcurrencyError):
                cambiar(uow, campana.id, lambda campana: campana.cancelar(ahora=AHORA), solicitud)
            assert buscar(uow, campana.id).estado is EstadoCampana.CREATED

    def test_the_second_writer_of_a_version_loses(self, uow: CampanasUnitOfWork) -> None:
        """A campaign changed meanwhile by another writer is not overwritten, and the loser's key stays free."""
        campana, perdedora = agregar(uow, una_campana()), una_solicitud()
        stale = buscar(uow, campana.id)
        cambiar(uow, campana.id, lambda campana: campana.activar(ahora=AHORA))
        stale.cancelar(ahora=AHORA)
        with pytest.raises(ConcurrencyError), uow:
            uow.campanas.guardar(stale, solicitud=perdedora, traza=una_traza())
            uow.commit()
        assert buscar(uow, campana.id).estado is EstadoCampana.ACTIVE
        with uow:
            assert atendida_por(uow, perdedora) is None

    def test_several_events_of_one_command_are_stored_together(self, uow: CampanasUnitOfWork) -> None:
        """They have consecutive versions and one key."""
        campana, solicitud = agregar(uow, una_campana()), una_solicitud()
        nuevos = unos_datos_de_campana(nombre="Invierno", presupuesto=un_presupuesto("2000.00"))

        def cambio(campana: Campana) -> None:
            campana.modificar(nuevos, ahora=AHORA)
            campana.cambiar_presupuesto(nuevos.presupuesto, ahora=AHORA)

        cambiar(uow, campana.id, cambio, solicitud)
        cambiar(uow, campana.id, lambda campana: campana.activar(ahora=AHORA))
        encontrada = buscar(uow, campana.id)
        assert (encontrada.datos, encontrada.version) == (nuevos, 4)

    def test_the_created_state_is_never_forgotten(self, uow: CampanasUnitOfWork) -> None:
        """Later changes and metrics do not alter it."""
        campana = agregar(uow, una_campana())
        cambiar(uow, campana.id, lambda campana: campana.modificar(unos_datos_de_campana(nombre="Otro"), ahora=AHORA))
        cambiar(uow, campana.id, lambda campana: campana.activar(ahora=AHORA))
        sumar(uow, {campana.id: CONTADAS})
        with uow:
            al_principio = uow.campanas.como_fue_creada(campana.id)
        assert (al_principio.datos, al_principio.estado) == (campana.datos, EstadoCampana.CREATED)
        assert (al_principio.version, al_principio.metricas) == (1, Metricas())

    def test_metrics_are_added_to_existing_campaigns(self, uow: CampanasUnitOfWork) -> None:
        """Each campaign gets its own; the ids of existing ones are returned, and unknown ones are skipped."""
        primera, segunda, tercera = (agregar(uow, una_campana()) for _ in range(3))
        suma = {primera.id: CONTADAS, segunda.id: Metricas(gastos={Moneda.EUR: Decimal("-1.25")}), uuid4(): CONTADAS}
        assert sumar(uow, suma) == {primera.id, segunda.id}
        assert sumar(uow, {uuid4(): CONTADAS}) == set()
        assert [buscar(uow, campana.id).metricas for campana in (primera, segunda, tercera)] == [
            CONTADAS,
            Metricas(gastos={Moneda.EUR: Decimal("-1.25")}),
            Metricas(),
        ]

    def test_a_correction_replaces_the_given_figures_only(self, uow: CampanasUnitOfWork) -> None:
        """The amount is in the budget's currency; additions made meanwhile to other figures stay."""
        campana = agregar(uow, una_campana(unos_datos_de_campana(presupuesto=un_presupuesto(moneda=Moneda.EUR))))
        gastos = {Moneda.USD: Decimal(5), Moneda.EUR: Decimal(6)}
        sumar(uow, {campana.id: Metricas(impresiones=100, clicks=10, conversiones=1, gastos=gastos)})
        corregida = buscar(uow, campana.id)
        corregida.corregir_metricas(Correccion(clicks=0, gasto=Decimal("0.50")), ahora=AHORA)
        # Another writer adds between its reading and its writing
        sumar(uow, {campana.id: Metricas(impresiones=1, clicks=1, conversiones=1, gastos={Moneda.USD: Decimal(1)})})
        with uow:
            uow.campanas.guardar(corregida, solicitud=una_solicitud(), traza=una_traza())
            uow.commit()
        assert buscar(uow, campana.id).metricas == Metricas(
            impresiones=101,
            clicks=0,
            conversiones=2,
            gastos={Moneda.USD: Decimal(6), Moneda.EUR: Decimal("0.50")},
        )

    def test_events_add_to_a_correction(self, uow: CampanasUnitOfWork) -> None:
        """They add to the corrected figures, even after a later change that corrects nothing."""
        campana = agregar(uow, una_campana())
        cambiar(uow, campana.id, lambda campana: campana.corregir_metricas(Correccion(clicks=50), ahora=AHORA))
        sumar(uow, {campana.id: Metricas(clicks=3)})
        cambiar(uow, campana.id, lambda campana: campana.activar(ahora=AHORA))
        assert buscar(uow, campana.id).metricas == Metricas(clicks=53)

    def test_all_corrections_of_one_command_are_applied(self, uow: CampanasUnitOfWork) -> None:
        """If they name the same figure, the last one counts."""
        campana = agregar(uow, una_campana())

        def cambio(campana: Campana) -> None:
            campana.corregir_metricas(Correccion(impresiones=9, clicks=1), ahora=AHORA)
            campana.corregir_metricas(Correccion(clicks=2), ahora=AHORA)

        cambiar(uow, campana.id, cambio)
        assert buscar(uow, campana.id).metricas == Metricas(impresiones=9, clicks=2)

    def test_an_event_is_new_once(self, uow: CampanasUnitOfWork) -> None:
        """Until the commit it may come again; afterwards it is known, among new ones."""
        with uow:
            assert uow.inbox.recibir(["a", "b"]) == {"a", "b"}
        with uow:
            assert uow.inbox.recibir(["a"]) == {"a"}
            assert uow.inbox.recibir(["a"]) == set()
            uow.commit()
        with uow:
            assert uow.inbox.recibir(["c", "a", "b"]) == {"b", "c"}
            uow.commit()
