"""The payment gateway on Stripe: a payment is a transfer to the affiliate's connected account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import stripe

from pagos.dominio.pasarela_de_pagos import Desconocido, OrdenDePago, Pagado, Rechazado

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pagos.dominio.pasarela_de_pagos import ResultadoDePago

CONCURRENCY: Final = 50
TIMEOUT_SECONDS: Final = 5.0
SDK_RETRIES: Final = 2


class StripeAdapter:
    """`PasarelaDePagos` by the official SDK; the payment's id is Stripe's `Idempotency-Key`.

    https://docs.stripe.com/api/idempotent_requests: Stripe answers a repeated key with the first outcome, so a repeated
    order is paid once however often it is sent.
    """

    def __init__(self, api_key: Callable[[], str], *, api_base: str) -> None:
        """`api_key()` is asked once, at the first payment; `api_base` is Stripe's address or its stand-in's."""
        self._api_key = api_key
        self._api_base = api_base
        self._client: stripe.StripeClient | None = None

    def pagar(self, ordenes: Sequence[OrdenDePago]) -> Sequence[ResultadoDePago]:
        """As the port says."""
        client = self._open()
        with ThreadPoolExecutor(max_workers=min(CONCURRENCY, len(ordenes)) or 1) as pool:
            return list(pool.map(lambda orden: _transfer(client, orden), ordenes))

    def _open(self) -> stripe.StripeClient:
        if self._client is None:
            self._client = stripe.StripeClient(
                self._api_key(),
                base_addresses={"api": self._api_base},
                max_network_retries=SDK_RETRIES,
                http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
            )
        return self._client


def _transfer(client: stripe.StripeClient, orden: OrdenDePago) -> ResultadoDePago:
    try:
        transfer = client.v1.transfers.create(
            {
                "amount": orden.datos.monto.unidades_menores,
                "currency": orden.datos.monto.moneda.lower(),
                "destination": orden.datos.id_afiliado,
                "description": orden.datos.referencia_pago,
                "metadata": {"id_pago": str(orden.id_pago), "correlation_id": orden.correlation_id},
            },
            {"idempotency_key": str(orden.id_pago)},
        )
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        # Stripe refused the request as such and stores the refusal under the key: it will never be paid.
        return Rechazado(motivo=error.user_message or error.code or "La pasarela rechazó el pago.")
    except stripe.StripeError as error:
        # Timeouts, lost connections, 5xx, 429, a key in use or of another request, bad credentials: not settled.
        return Desconocido(causa=f"{type(error).__name__}: {error.user_message or error.code or 'no answer'}")
    return Pagado(referencia_pasarela=transfer.id)
