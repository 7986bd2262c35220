"""The requests of a run. The seed alone chooses payments and conversions, their repetitions and their order."""

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
CONVERSION_SHARE: Final = 0.1  # share of commissions among all payments
REVERSAL_SHARE: Final = 0.02  # share of reversals among the paid payments
COMMISSION: Final = Decimal("0.10")
CURRENCIES: Final = ("USD", "EUR", "COP")
AFFILIATES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A payment that must exist exactly once: `amount` in `currency` to `affiliate`, under `reference`."""

    reference: str
    affiliate: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """A `POST /pagos/`; without a key, its reference is the idempotency key."""

    wanted: Wanted
    key: str | None

    @property
    def body(self) -> bytes:
        """Return the body's JSON."""
        document = {
            "id_afiliado": self.wanted.affiliate,
            "monto": self.wanted.amount,
            "moneda": self.wanted.currency,
            "referencia_pago": self.wanted.reference,
        }
        return decimal_json.dumps(document).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A `POST /event-collector/events` for a sale, whose commission is paid; `order` is the sender's own id."""

    order: str
    affiliate: str
    value: Decimal
    currency: str

    @property
    def body(self) -> bytes:
        """Return the body's JSON."""
        document = {
            "tipo_evento": "CONVERSION",
            "id_afiliado": self.affiliate,
            "valor_conversion": self.value,
            "moneda": self.currency,
            "id_evento_cliente": self.order,
        }
        return decimal_json.dumps(document).encode()

    def wanted(self, id_evento: str) -> Wanted:
        """Return the expected commission payment, given the id of the accepted event."""
        return Wanted(
            reference=referencia_de_comision(id_evento),
            affiliate=self.affiliate,
            amount=(self.value * COMMISSION).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
            currency=self.currency,
        )


class Plan:
    """All requests of a run; `run` distinguishes its references and ids from another run's with the same seed."""

    def __init__(self, *, seed: int, payments: int, run: str) -> None:
        self.run = run
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrets
        conversions = round(payments * CONVERSION_SHARE)
        self.requests = [self._request(number) for number in range(payments - conversions)]
        self.conversions = [self._conversion(number) for number in range(conversions)]
        self.request_sends = self._repeated(self.requests)
        self.conversion_sends = self._repeated(self.conversions)

    def wanted(self, events: Mapping[str, str]) -> dict[str, Wanted]:
        """Return every expected payment, by reference; `events` has the event id of each conversion, by order."""
        wanted = [request.wanted for request in self.requests]
        wanted += [event.wanted(events[event.order]) for event in self.conversions if event.order in events]
        return {payment.reference: payment for payment in wanted}

    @property
    def prefix(self) -> str:
        """Return the prefix of the references and ids chosen by the run."""
        return f"{self.run}-"

    def reversals(self, paid: Sequence[str]) -> list[str]:
        """Choose the payments to reverse; each is listed as often as its reversal is requested."""
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
