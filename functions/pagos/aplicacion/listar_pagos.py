"""Read a page of payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from pagos.dominio.errores import PeriodoInvertidoError

if TYPE_CHECKING:
    from pagos.aplicacion.consultar_pago import PagoVista
    from pagos.dominio.estado_pago import EstadoPago


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last payment of a page; the next page starts after it, even if payments were created meanwhile."""

    fecha_creacion: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Busqueda:
    """A query for at most `limite` payments, newest first: those after `cursor`, or else from the newest on.

    The period is half-open, by the payments' acceptance. Raises PeriodoInvertidoError if it ends before it begins.
    """

    limite: int
    cursor: Cursor | None = None
    estado: EstadoPago | None = None
    id_afiliado: str | None = None
    desde: datetime | None = None
    hasta: datetime | None = None

    def __post_init__(self) -> None:
        """Check the period."""
        if self.desde and self.hasta and self.desde > self.hasta:
            raise PeriodoInvertidoError("desde no puede ser posterior a hasta.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagina:
    """A page of payments; `siguiente` is None on the last page."""

    pagos: Sequence[PagoVista]
    siguiente: Cursor | None


class PagoListas(Protocol):
    """The read side of lists of payments; it reads outside of any transaction."""

    def pagina(self, busqueda: Busqueda, /) -> Pagina:
        """Return a page of payments."""
