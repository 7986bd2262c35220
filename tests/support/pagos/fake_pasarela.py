"""A payment gateway in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from pagos.dominio.pasarela_de_pagos import Hecho, OrdenDePago, PasarelaDePagos
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from pagos.dominio.pasarela_de_pagos import Orden, Resultado
    from support.pagos.fakes import FakePagosUnitOfWork


class FakePasarela(PasarelaDePagos):
    """A gateway that pays and refunds each payment once and counts how often it was asked.

    `antes` may give another answer instead of executing an order. `despues` may replace the answer of an executed one,
    as if it had been lost.
    """

    def __init__(self, uow: FakePagosUnitOfWork | None = None) -> None:
        self._uow = uow
        self.cargos: dict[UUID, str] = {}
        self.reversos: dict[UUID, str] = {}
        self.llamadas: list[Orden] = []
        self.antes: Callable[[Orden], Resultado | None] = lambda _orden: None
        self.despues: Callable[[Orden], Resultado | None] = lambda _orden: None

    @override
    def ejecutar(self, ordenes: Sequence[Orden]) -> Sequence[Resultado]:
        assert self._uow is None or not self._uow.open, "no transaction may be open while the gateway is asked"
        return [self._ejecutar(orden) for orden in ordenes]

    def _ejecutar(self, orden: Orden) -> Resultado:
        self.llamadas.append(orden)
        if (resultado := self.antes(orden)) is not None:
            return resultado
        if isinstance(orden, OrdenDePago):
            referencia = self.cargos.setdefault(orden.id_pago, f"tr_{orden.id_pago.hex}")
        else:
            assert self.cargos[orden.id_pago] == orden.referencia_pasarela, "only a paid payment can be refunded"
            referencia = self.reversos.setdefault(orden.id_pago, f"trr_{orden.id_pago.hex}")
        return self.despues(orden) or Hecho(referencia_pasarela=referencia)
