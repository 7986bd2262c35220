"""Checks the signatures of webhooks by Standard Webhooks (github.com/standard-webhooks/standard-webhooks)."""

from __future__ import annotations

from collections.abc import Mapping

from event_collector.aplicacion.admitir import Firmas
from event_collector.dominio.errores import FirmaNoValidaError
from seedwork.aplicacion.ports import override


class StandardWebhooksSignatures(Firmas):
    """Accepts a signature for five minutes, and compares it in constant time."""

    @override
    def exigir(self, secreto: str, cuerpo: bytes, cabeceras: Mapping[str, str]) -> None:
        from standardwebhooks import Webhook, WebhookVerificationError  # noqa: PLC0415 - only webhooks need it

        try:
            Webhook(secreto).verify(cuerpo, dict(cabeceras), json_parse=False)
        except (WebhookVerificationError, UnicodeDecodeError, ValueError) as error:
            raise FirmaNoValidaError(
                "La firma no es válida: se esperan webhook-id, webhook-timestamp (de los últimos 5 minutos) y "
                "webhook-signature según Standard Webhooks."
            ) from error
