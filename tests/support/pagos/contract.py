"""The contract of every unit of work of payments; a subclass gives the fixture `uow`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pago import Pago
from pagos.dominio.pasarela_de_pagos import Desconocido, Hecho, Rechazado
from seedwork.dominio.domain_error import ConcurrencyError
from support.builders import AHORA, una_traza
from support.pagos.builders import resuelto, un_pago, una_clave, unos_datos

if TYPE_CHECKING:
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork
    from pagos.dominio.pago_repository import ClaveDeSolicitud


class PagoRepositoryContract:
    """The contract of PagoRepository, Inbox and UnitOfWork."""

    def test_a_committed_payment_is_found_again(self, uow: PagosUnitOfWork) -> None:
        """It is rebuilt from its events with the same data, state and version."""
        pago = un_pago(unos_datos(campana=uuid4()))
        _agregar(uow, pago)
        with uow:
            [encontrado] = uow.pagos.bloquear([pago.id]).values()
        assert (encontrado.datos, encontrado.estado, encontrado.version) == (pago.datos, EstadoPago.PENDIENTE, 1)
        assert encontrado.fecha_creacion == AHORA

    def test_uncommitted_work_is_undone(self, uow: PagosUnitOfWork) -> None:
        """Leaving a unit of work without a commit undoes it."""
        pago = un_pago()
        with uow:
            uow.pagos.agregar(pago, clave=None, traza=una_traza())
        with uow:
            assert uow.pagos.bloquear([pago.id]) == {}

    def test_an_exception_undoes_the_work(self, uow: PagosUnitOfWork) -> None:
        """An exception inside a unit of work undoes it and leaves it usable."""
        pago = un_pago()
        with pytest.raises(RuntimeError, match="boom"), uow:
            uow.pagos.agregar(pago, clave=una_clave(), traza=una_traza())
            raise RuntimeError("boom")
        with uow:
            assert uow.pagos.bloquear([pago.id]) == {}

    @pytest.mark.parametrize("repeated", ["key", "reference"])
    def test_a_key_and_a_reference_belong_to_one_payment(self, uow: PagosUnitOfWork, repeated: str) -> None:
        """A second payment with the same key or the same reference is not stored, and the first is found instead."""
        first = un_pago()
        _agregar(uow, first, clave=una_clave("clave-1"))
        datos = unos_datos(referencia=first.datos.referencia_pago if repeated == "reference" else "otra")
        clave = una_clave("clave-1" if repeated == "key" else "otra")
        with uow:
            stored = uow.pagos.agregar(un_pago(datos), clave=clave, traza=una_traza())
            existente = uow.pagos.buscar(datos, clave=clave)
        assert not stored
        assert existente is not None
        assert (existente.pago.id, existente.misma_clave) == (first.id, repeated == "key")

    def test_an_unknown_key_and_reference_find_nothing(self, uow: PagosUnitOfWork) -> None:
        """Nothing is found for a key and a reference never stored."""
        with uow:
            assert uow.pagos.buscar(unos_datos(), clave=una_clave()) is None

    def test_affiliates_do_not_share_references_or_keys(self, uow: PagosUnitOfWork) -> None:
        """Two affiliates may use the same references and keys, and a key does not match a reference."""
        suyos, ajenos = unos_datos(referencia="factura-1"), unos_datos(referencia="factura-1", afiliado="otro")
        cruzados = unos_datos(referencia="factura-2")
        for datos, clave in ((suyos, "factura-2"), (ajenos, "factura-2"), (cruzados, "factura-1")):
            _agregar(uow, un_pago(datos), clave=una_clave(clave))
        with uow:
            existente = uow.pagos.buscar(ajenos, clave=una_clave("factura-2"))
        assert existente is not None
        assert (existente.pago.datos, existente.misma_clave) == (ajenos, True)

    def test_a_key_belongs_to_the_subject_of_a_token_for_all_affiliates(self, uow: PagosUnitOfWork) -> None:
        """The key is one caller's for all affiliates, and differs from that of an affiliate with the subject's name."""
        clave = una_clave(solicitante="afiliado-001")
        pago = un_pago()
        _agregar(uow, pago, clave=clave)
        with uow:
            assert not uow.pagos.agregar(un_pago(unos_datos(afiliado="otro")), clave=clave, traza=una_traza())
        _agregar(uow, un_pago(), clave=una_clave())
        _agregar(uow, un_pago(), clave=una_clave(solicitante="otro"))

    def test_a_payment_needs_no_key(self, uow: PagosUnitOfWork) -> None:
        """Then only its reference identifies repetitions."""
        pago, otro = un_pago(), un_pago()
        for nuevo in (pago, otro):
            _agregar(uow, nuevo)
        with uow:
            assert not uow.pagos.agregar(un_pago(pago.datos), clave=None, traza=una_traza())
            existente = uow.pagos.buscar(pago.datos, clave=None)
        assert existente is not None
        assert (existente.pago.id, existente.misma_clave) == (pago.id, False)

    def test_changes_of_several_payments_are_stored_together(self, uow: PagosUnitOfWork) -> None:
        """A batch of payments is changed in one unit of work."""
        pagos = [un_pago() for _ in range(3)]
        for pago in pagos:
            _agregar(uow, pago)
        with uow:
            cargados = uow.pagos.bloquear([pago.id for pago in pagos])
            for position, pago in enumerate(cargados.values()):
                pago.procesar(ahora=AHORA)
                if position == 0:
                    resuelto(pago, Hecho(referencia_pasarela="tr_1"))
                if position == 1:
                    resuelto(pago, Rechazado(motivo="sin fondos"))
            uow.pagos.guardar([(pago, una_traza()) for pago in cargados.values()])
            uow.commit()
        with uow:
            estados = {pago.estado for pago in uow.pagos.bloquear([pago.id for pago in pagos]).values()}
        assert estados == {EstadoPago.EXITOSO, EstadoPago.FALLIDO, EstadoPago.PROCESANDO}

    def test_the_second_writer_of_a_version_loses(self, uow: PagosUnitOfWork) -> None:
        """A payment changed meanwhile by another writer is not overwritten."""
        pago = un_pago()
        _agregar(uow, pago)
        with uow:
            [stale] = uow.pagos.bloquear([pago.id]).values()
        with uow:
            [winner] = uow.pagos.bloquear([pago.id]).values()
            winner.procesar(ahora=AHORA)
            uow.pagos.guardar([(winner, una_traza())])
            uow.commit()
        stale.procesar(ahora=AHORA)
        with pytest.raises(ConcurrencyError), uow:
            uow.pagos.guardar([(stale, una_traza())])

    def test_an_open_payment_is_reserved_for_one_reconciliation(self, uow: PagosUnitOfWork) -> None:
        """It is reserved once due, the longest open first, and not again before the reservation ends."""
        primero, segundo, tercero = un_pago(), un_pago(), un_pago()
        for pago in (primero, segundo, tercero):
            _agregar(uow, pago)
        primero.procesar(ahora=AHORA)
        segundo.procesar(ahora=AHORA)
        resuelto(segundo, Desconocido(causa="timeout"), ahora=AHORA + timedelta(minutes=1))
        with uow:
            uow.pagos.guardar([(primero, una_traza()), (segundo, una_traza())])
            uow.commit()
        with uow:
            assert uow.pagos.reservar_por_conciliar(ahora=AHORA, hasta=AHORA, limite=5) == {}
        ahora = AHORA + timedelta(minutes=10)
        hasta = ahora + timedelta(minutes=2)
        reservados = []
        for _ in range(3):
            with uow:
                reservados.append(list(uow.pagos.reservar_por_conciliar(ahora=ahora, hasta=hasta, limite=1)))
                uow.commit()
        assert reservados == [[primero.id], [segundo.id], []]
        with uow:
            otra_vez = uow.pagos.reservar_por_conciliar(ahora=hasta, hasta=hasta, limite=5)
        assert {pago.estado for pago in otra_vez.values()} == {EstadoPago.PROCESANDO}
        assert otra_vez.keys() == {primero.id, segundo.id}

    def test_a_settled_payment_is_not_reconciled(self, uow: PagosUnitOfWork) -> None:
        """Paid and reversed payments are not reconciled; open reversals are."""
        pago = un_pago()
        _agregar(uow, pago)

        def reservados() -> int:
            with uow:
                dia = AHORA + timedelta(days=1)
                return len(uow.pagos.reservar_por_conciliar(ahora=dia, hasta=dia, limite=5))

        encontrados = []
        for paso in (
            lambda pago: pago.procesar(ahora=AHORA),
            lambda pago: resuelto(pago, Hecho(referencia_pasarela="tr_1")),
            lambda pago: pago.solicitar_reverso("duplicado", ahora=AHORA),
            lambda pago: resuelto(pago, Hecho(referencia_pasarela="trr_1")),
        ):
            with uow:
                [cargado] = uow.pagos.bloquear([pago.id]).values()
                paso(cargado)
                uow.pagos.guardar([(cargado, una_traza())])
                uow.commit()
            encontrados.append(reservados())
        assert encontrados == [1, 0, 1, 0]

    def test_a_long_pending_payment_is_found_by_its_state_alone(self, uow: PagosUnitOfWork) -> None:
        """The oldest come first; newly accepted and claimed payments are left out."""
        viejo, mas_viejo, reclamado, nuevo = (
            Pago.crear(uuid4(), unos_datos(), ahora=AHORA - timedelta(minutes=minutos)) for minutos in (2, 9, 30, 1)
        )
        for pago in (viejo, mas_viejo, reclamado, nuevo):
            _agregar(uow, pago)
        reclamado.procesar(ahora=AHORA)
        with uow:
            uow.pagos.guardar([(reclamado, una_traza())])
            uow.commit()
        hace_dos_minutos = AHORA - timedelta(minutes=2)
        with uow:
            assert list(uow.pagos.bloquear_atrasados(aceptados_hasta=hace_dos_minutos, limite=1)) == [mas_viejo.id]
            encontrados = uow.pagos.bloquear_atrasados(aceptados_hasta=hace_dos_minutos, limite=5)
            assert encontrados.keys() == {mas_viejo.id, viejo.id}
            assert uow.pagos.bloquear_atrasados(aceptados_hasta=hace_dos_minutos, limite=0) == {}

    def test_the_correlation_id_is_the_one_of_the_acceptance(self, uow: PagosUnitOfWork) -> None:
        """Later steps with other correlation ids do not change it."""
        pago, traza = un_pago(), una_traza()
        with uow:
            uow.pagos.agregar(pago, clave=una_clave(), traza=traza)
            pago.procesar(ahora=AHORA)
            uow.pagos.guardar([(pago, una_traza())])
            assert uow.pagos.correlaciones([pago.id]) == {pago.id: traza.correlation_id}

    def test_the_inbox_remembers(self, uow: PagosUnitOfWork) -> None:
        """A registered event is known from the commit on, and may be registered again."""
        with uow:
            assert uow.inbox.ya_recibidos(["a", "b"]) == set()
            uow.inbox.registrar(["a"])
            uow.commit()
        with uow:
            uow.inbox.registrar(["a", "c"])
            uow.commit()
        with uow:
            assert uow.inbox.ya_recibidos(["a", "b", "c"]) == {"a", "c"}


def _agregar(uow: PagosUnitOfWork, pago: Pago, *, clave: ClaveDeSolicitud | None = None) -> None:
    with uow:
        assert uow.pagos.agregar(pago, clave=clave, traza=una_traza())
        uow.commit()
