"""In-memory adapters; the contracts in this package hold for them and for the real ones alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from pagos.aplicacion.consultar_pago import PagoVista
from pagos.dominio.pago import Pago
from pagos.dominio.pago_repository import PagoExistente
from pagos.dominio.pasarela_de_pagos import Pagado
from seedwork.dominio.domain_error import ConcurrencyError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import TracebackType
    from uuid import UUID

    from pagos.dominio.eventos import PagoEvento
    from pagos.dominio.pasarela_de_pagos import OrdenDePago, ResultadoDePago
    from seedwork.dominio.traza import Traza


@dataclass(slots=True)
class _State:
    histories: dict[UUID, tuple[PagoEvento, ...]] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    references: dict[str, UUID] = field(default_factory=dict)
    inbox: frozenset[str] = frozenset()

    def copy(self) -> _State:
        return _State(dict(self.histories), dict(self.keys), dict(self.references), self.inbox)


class FakePagosUnitOfWork:
    """Transactions on memory: work happens on a copy that `commit` puts in place."""

    def __init__(self) -> None:
        self._committed = _State()
        self._work = _State()
        self.transactions = 0
        self.open = False

    def __enter__(self) -> Self:
        """Begin."""
        assert not self.open, "one transaction at a time"
        self._work, self.open = self._committed.copy(), True
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None, /
    ) -> None:
        """Forget what was not committed."""
        self.open = False

    def commit(self) -> None:
        """Keep the work."""
        self._committed = self._work
        self.transactions += 1

    @property
    def pagos(self) -> FakePagosUnitOfWork:
        """The repository is the unit of work itself."""
        return self

    @property
    def inbox(self) -> FakePagosUnitOfWork:
        """And so is the inbox."""
        return self

    def agregar(self, pago: Pago, *, clave_idempotencia: str, traza: Traza) -> bool:
        """As PagoRepository says."""
        del traza
        if clave_idempotencia in self._work.keys or pago.datos.referencia_pago in self._work.references:
            return False
        self._work.keys[clave_idempotencia] = self._work.references[pago.datos.referencia_pago] = pago.id
        self._store(pago)
        return True

    def buscar(self, *, clave_idempotencia: str, referencia_pago: str) -> PagoExistente | None:
        """As PagoRepository says."""
        by_key, by_reference = self._work.keys.get(clave_idempotencia), self._work.references.get(referencia_pago)
        found = by_key or by_reference
        return None if found is None else PagoExistente(pago=self._load(found), misma_clave=by_key is not None)

    def bloquear(self, ids: Collection[UUID]) -> dict[UUID, Pago]:
        """As PagoRepository says."""
        return {id_pago: self._load(id_pago) for id_pago in sorted(ids) if id_pago in self._work.histories}

    def guardar(self, cambios: Sequence[tuple[Pago, Traza]]) -> None:
        """As PagoRepository says."""
        for pago, _ in cambios:
            self._store(pago)

    def ya_recibidos(self, event_ids: Collection[str], /) -> set[str]:
        """As Inbox says."""
        return set(self._work.inbox & set(event_ids))

    def registrar(self, event_ids: Collection[str], /) -> None:
        """As Inbox says."""
        self._work.inbox = self._work.inbox | frozenset(event_ids)

    def por_id(self, id_pago: UUID) -> PagoVista | None:
        """As PagoConsultas says, of what is committed."""
        history = self._committed.histories.get(id_pago)
        if history is None:
            return None
        pago = Pago.reconstituir(id_pago, history)
        return PagoVista(
            id=id_pago,
            id_afiliado=pago.datos.id_afiliado,
            monto=pago.datos.monto,
            estado=pago.estado,
            referencia_pago=pago.datos.referencia_pago,
            fecha_creacion=pago.fecha_creacion,
            fecha_procesamiento=pago.fecha_procesamiento,
            mensaje_error=pago.mensaje_error,
        )

    def totals(self) -> tuple[int, int]:
        """As OutboxConsultas says; nobody publishes here."""
        return 0, sum(len(history) for history in self._committed.histories.values())

    def _store(self, pago: Pago) -> None:
        history = self._work.histories.get(pago.id, ())
        if len(history) + len(pago.new_events) != pago.version:
            raise ConcurrencyError("otro escritor fue primero")
        self._work.histories[pago.id] = (*history, *pago.new_events)
        pago.clear_new_events()

    def _load(self, id_pago: UUID) -> Pago:
        return Pago.reconstituir(id_pago, self._work.histories[id_pago])


class FakePasarela:
    """A gateway that pays each id once and remembers how often it was asked; `antes` may answer instead of it."""

    def __init__(self, uow: FakePagosUnitOfWork | None = None) -> None:
        self._uow = uow
        self.cargos: dict[UUID, str] = {}
        self.llamadas: list[UUID] = []
        self.antes: Callable[[OrdenDePago], ResultadoDePago | None] = lambda _orden: None

    def pagar(self, ordenes: Sequence[OrdenDePago]) -> Sequence[ResultadoDePago]:
        """As PasarelaDePagos says."""
        assert self._uow is None or not self._uow.open, "no transaction may be open while the gateway is asked"
        return [self._pagar(orden) for orden in ordenes]

    def _pagar(self, orden: OrdenDePago) -> ResultadoDePago:
        self.llamadas.append(orden.id_pago)
        if (resultado := self.antes(orden)) is not None:
            return resultado
        return Pagado(referencia_pasarela=self.cargos.setdefault(orden.id_pago, f"tr_{orden.id_pago.hex}"))
