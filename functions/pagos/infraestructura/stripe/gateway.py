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

CONCURRENCY: Final = 100  # a whole batch waits for the gateway once
TIMEOUT_SECONDS: Final = 5.0
SDK_RETRIES: Final = 2
REFUSALS: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.PAYMENT_REQUIRED)
"""Stripe refused the request as such, and stores that under the key: it will never be executed."""


class StripeAdapter(PasarelaDePagos):
    """`PasarelaDePagos` by the official SDK, which repeats what failed under the same `Idempotency-Key`.

    https://docs.stripe.com/api/idempotent_requests: Stripe answers a repeated key with the first outcome, so a repeated
    order is executed once, for as long as it remembers the key. A transfer's group is its payment, by which it can be
    found after that.
    """

    def __init__(self, api_key: Callable[[], str], *, api_base: str) -> None:
        """`api_key()` is asked once, at the first order; `api_base` is Stripe's address or its stand-in's."""
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
        # Kept, since the SDK has a session, thus a connection, for each thread.
        return ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="stripe")


def _ejecutar(client: stripe.StripeClient, orden: Orden) -> Resultado:
    try:
        if isinstance(orden, OrdenDePago):
            return Hecho(referencia_pasarela=_pagar(client, orden))
        return Hecho(referencia_pasarela=_revertir(client, orden))
    except stripe.StripeError as error:
        if isinstance(error, (stripe.CardError, stripe.InvalidRequestError)) and error.http_status in REFUSALS:
            return Rechazado(motivo=error.user_message or error.code or "La pasarela rechazó la orden.")
        # Timeouts, lost connections, 5xx, 429, a key in use or of another request, credentials or an address that are
        # wrong: not settled.
        told = [type(error).__name__, error.http_status and f"HTTP {error.http_status}", error.code]
        return Desconocido(causa=", ".join(str(part) for part in told if part))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        # An answer that is none of Stripe's: the order may have been executed, and the others are not to wait for it.
        return Desconocido(causa=f"unreadable answer: {type(error).__name__}")


def _pagar(client: stripe.StripeClient, orden: OrdenDePago) -> str:
    """The transfer's id: of the one that there is, when it is to be looked for, else of a new one."""
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
    """The reversal's id: of the one that there is, when the transfer is reversed already, else of a new one."""
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
