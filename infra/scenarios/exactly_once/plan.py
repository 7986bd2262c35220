"""What is sent, decided by the seed alone: payments, conversions, how often each, and in which order."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeVar

from pagos.dominio.comision import referencia_de_comision
from seedwork.infraestructura.text import decimal_json

T = TypeVar("T")

MOST_REPETITIONS: Final = 5
CONVERSION_SHARE: Final = 0.1  # of all payments, those that are commissions
REVERSAL_SHARE: Final = 0.02  # of those that were paid
COMMISSION: Final = Decimal("0.10")
CURRENCIES: Final = ("USD", "EUR", "COP")
AFFILIATES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A payment that must come to be once: of `amount`, in `currency`, to `affiliate`, under `reference`."""

    reference: str
    affiliate: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """A `POST /pagos/`; without a key its reference is the key."""

    wanted: Wanted
    key: str | None

    @property
    def body(self) -> bytes:
        """As JSON."""
        document = {
            "id_afiliado": self.wanted.affiliate,
            "monto": self.wanted.amount,
            "moneda": self.wanted.currency,
            "referencia_pago": self.wanted.reference,
        }
        return decimal_json.dumps(document).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A `POST /event-collector/events` of a sale, by its sender's own id, the `order`; its commission is paid."""

    order: str
    affiliate: str
    value: Decimal
    currency: str

    @property
    def body(self) -> bytes:
        """As JSON."""
        document = {
            "tipo_evento": "CONVERSION",
            "id_afiliado": self.affiliate,
            "valor_conversion": self.value,
            "moneda": self.currency,
            "id_evento_cliente": self.order,
        }
        return decimal_json.dumps(document).encode()

    def wanted(self, id_evento: str) -> Wanted:
        """The payment that must come to be of the event that it was accepted as."""
        return Wanted(
            reference=referencia_de_comision(id_evento),
            affiliate=self.affiliate,
            amount=(self.value * COMMISSION).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
            currency=self.currency,
        )


class Plan:
    """Everything that a run sends; `run` keeps its references and ids apart from another run's with the same seed."""

    def __init__(self, *, seed: int, payments: int, run: str) -> None:
        self.run = run
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrets
        conversions = round(payments * CONVERSION_SHARE)
        self.requests = [self._request(number) for number in range(payments - conversions)]
        self.conversions = [self._conversion(number) for number in range(conversions)]
        self.request_sends = self._repeated(self.requests)
        self.conversion_sends = self._repeated(self.conversions)

    def wanted(self, events: Mapping[str, str]) -> dict[str, Wanted]:
        """Every payment that must come to be, by reference; `events` has the id of each conversion's event by order."""
        wanted = [request.wanted for request in self.requests]
        wanted += [event.wanted(events[event.order]) for event in self.conversions if event.order in events]
        return {payment.reference: payment for payment in wanted}

    @property
    def prefix(self) -> str:
        """Of the references that are ours to choose."""
        return f"{self.run}-"

    def reversals(self, paid: Sequence[str]) -> list[str]:
        """Which of the payments are to be taken back, each as often as that is asked for."""
        number = min(len(paid), max(1, round(len(paid) * REVERSAL_SHARE)))
        return self._repeated(self._random.sample(sorted(paid), number))

    def _repeated(self, items: Sequence[T]) -> list[T]:
        sends = [item for item in items for _ in range(self._random.randint(1, MOST_REPETITIONS))]
        self._random.shuffle(sends)
        return sends

    def _request(self, number: int) -> PaymentRequest:
        reference = f"{self.prefix}{number}"
        wanted = Wanted(
            reference=reference,
            affiliate=self._affiliate(),
            amount=Decimal(self._random.randint(1, 1_000_000)).scaleb(-2),
            currency=self._random.choice(CURRENCIES),
        )
        return PaymentRequest(wanted=wanted, key=self._random.choice([None, f"key-{reference}"]))

    def _conversion(self, number: int) -> Conversion:
        return Conversion(
            order=f"{self.prefix}order-{number}",
            affiliate=self._affiliate(),
            value=Decimal(self._random.randint(10, 10_000_000)).scaleb(-2),
            currency=self._random.choice(CURRENCIES),
        )

    def _affiliate(self) -> str:
        return f"afiliado-{self._random.randrange(AFFILIATES):03}"
