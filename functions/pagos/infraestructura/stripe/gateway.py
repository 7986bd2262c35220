"""The payment gateway on Stripe: a payment is a transfer to the affiliate's connected account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import stripe

from pagos.dominio.pasarela_de_pagos import Desconocido, Hecho, OrdenDePago, PasarelaDePagos, Rechazado
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from pagos.dominio.pasarela_de_pagos import Orden, OrdenDeReverso, Resultado

CONCURRENCY: Final = 100  # so that a whole batch is asked at the same time
TIMEOUT_SECONDS: Final = 5.0
SDK_RETRIES: Final = 2
REFUSALS: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.PAYMENT_REQUIRED)
"""Statuses of a refusal: Stripe stores it under the key, so the order will never be executed."""


class StripeAdapter(PasarelaDePagos):
    """The gateway by Stripe's SDK, which repeats failed requests under the same `Idempotency-Key`.

    Stripe answers a repeated key with the first outcome, so a repeated order is executed once, for as long as Stripe
    remembers the key (https://docs.stripe.com/api/idempotent_requests). After that the transfer is found by its group,
    which is the payment's id.
    """

    def __init__(self, api_key: Callable[[], str], *, api_base: str) -> None:
        """Keep `api_key`, called once at the first order, and `api_base`, the address of Stripe or of its stand-in."""
        self._api_key = api_key
        self._api_base = api_base

    @override
    def ejecutar(self, ordenes: Sequence[Orden]) -> Sequence[Resultado]:
        client = self._client
        return list(self._pool.map(lambda orden: _ejecutar(client, orden), ordenes))

    @cached_property
    def _client(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            self._api_key(),
            base_addresses={"api": self._api_base},
            max_network_retries=SDK_RETRIES,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        # The pool is kept, since the SDK has one session, and thus one connection, for each thread.
        return ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="stripe")


def _ejecutar(client: stripe.StripeClient, orden: Orden) -> Resultado:
    try:
        if isinstance(orden, OrdenDePago):
            return Hecho(referencia_pasarela=_pagar(client, orden))
        return Hecho(referencia_pasarela=_revertir(client, orden))
    except stripe.StripeError as error:
        if isinstance(error, (stripe.CardError, stripe.InvalidRequestError)) and error.http_status in REFUSALS:
            return Rechazado(motivo=error.user_message or error.code or "La pasarela rechazó la orden.")
        # Not settled: timeouts, lost connections, 5xx, 429, a key in use or of another request, wrong credentials or a
        # wrong address.
        told = [type(error).__name__, error.http_status and f"HTTP {error.http_status}", error.code]
        return Desconocido(causa=", ".join(str(part) for part in told if part))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        # Not an answer of Stripe: the order may have been executed. The batch's other orders must not fail with it.
        return Desconocido(causa=f"unreadable answer: {type(error).__name__}")


def _pagar(client: stripe.StripeClient, orden: OrdenDePago) -> str:
    """Return the id of the payment's transfer: an existing one if `consultar_antes` finds it, else a new one."""
    grupo = str(orden.id_pago)
    if orden.consultar_antes and (made := client.v1.transfers.list({"transfer_group": grupo, "limit": 1}).data):
        return made[0].id
    return client.v1.transfers.create(
        {
            "amount": orden.datos.monto.unidades_menores,
            "currency": orden.datos.monto.moneda.lower(),
            "destination": orden.datos.id_afiliado,
            "description": orden.datos.referencia_pago,
            "transfer_group": grupo,
            "metadata": {"id_pago": str(orden.id_pago), "correlation_id": orden.correlation_id},
        },
        {"idempotency_key": str(orden.id_pago)},
    ).id


def _revertir(client: stripe.StripeClient, orden: OrdenDeReverso) -> str:
    """Return the id of the transfer's reversal: the existing one if it is reversed already, else a new one."""
    transfers = client.v1.transfers
    try:
        return transfers.reversals.create(
            orden.referencia_pasarela,
            {"metadata": {"id_pago": str(orden.id_pago), "correlation_id": orden.correlation_id}},
            {"idempotency_key": f"{orden.id_pago}-reverso-{orden.numero}"},
        ).id
    except stripe.InvalidRequestError:
        transfer = transfers.retrieve(orden.referencia_pasarela)
        if transfer.reversed:
            return transfer.reversals.data[0].id
        raise
