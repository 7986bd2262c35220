"""The events of each affiliate in each minute, counted in DynamoDB for all instances of the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from event_collector.aplicacion.limites import Limites
from event_collector.dominio.cupo import VENTANA_SEGUNDOS, VENTANAS_CONSERVADAS, Cupo, hasta_la_siguiente, ventana
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError

if TYPE_CHECKING:
    from seedwork.infraestructura.aws.shared_table import SharedTable

REFUSED: Final = "ConditionalCheckFailedException"
DELETED_AT_A_TIME: Final = 25  # BatchWriteItem's limit
_KEPT_SECONDS: Final = (VENTANAS_CONSERVADAS + 1) * VENTANA_SEGUNDOS


class DynamoDbLimites(Limites):
    """Keeps one item for each affiliate and window; conditional updates keep it within the limit."""

    def __init__(self, table: SharedTable) -> None:
        self._table = table

    @override
    def reservar(self, id_afiliado: str, eventos: int, *, limite: int, ahora: datetime) -> Cupo:
        return self._table.attempt(
            lambda: self._reservar(id_afiliado, eventos, limite=limite, ahora=ahora),
            otherwise=Cupo.sin_contar(limite, eventos, ahora=ahora),
        )

    def _reservar(self, id_afiliado: str, eventos: int, *, limite: int, ahora: datetime) -> Cupo:
        pedidos = min(eventos, limite)
        while True:
            concedidos, usados = self._take(id_afiliado, pedidos, limite=limite, ahora=ahora)
            libres = limite - usados
            if concedidos or libres <= 0:
                return Cupo(
                    limite=limite,
                    concedidos=concedidos,
                    usados=usados,
                    reinicia_en_segundos=hasta_la_siguiente(ahora),
                )
            pedidos = libres  # the rest of the window instead of all; concurrent requests may still take it first

    def _take(self, id_afiliado: str, eventos: int, *, limite: int, ahora: datetime) -> tuple[int, int]:
        """Take all or none of the events; returns how many were taken, and how many of the window are used now."""
        minuto = ventana(ahora)
        try:
            answer = self._table.client.update_item(
                TableName=self._table.name,
                Key=_key(id_afiliado, minuto),
                UpdateExpression="ADD eventos :eventos SET expiration = if_not_exists(expiration, :expiration)",
                ConditionExpression="attribute_not_exists(eventos) OR eventos <= :libre",
                ExpressionAttributeValues={
                    ":eventos": {"N": str(eventos)},
                    ":libre": {"N": str(limite - eventos)},
                    ":expiration": {"N": str(minuto * VENTANA_SEGUNDOS + _KEPT_SECONDS)},
                },
                ReturnValues="UPDATED_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != REFUSED:
                raise
            refused: Any = error.response
            return 0, int(refused["Item"]["eventos"]["N"])
        return eventos, int(answer["Attributes"]["eventos"]["N"])

    @override
    def usados(self, id_afiliado: str, *, ventanas: int, ahora: datetime) -> int:
        keys = list(_keys(id_afiliado, ventanas, ahora))
        request: Any = {self._table.name: {"Keys": keys, "ProjectionExpression": "eventos", "ConsistentRead": True}}
        total = 0
        try:
            while request:
                answer = self._table.client.batch_get_item(RequestItems=request)
                total += sum(int(item["eventos"]["N"]) for item in answer["Responses"].get(self._table.name, []))
                request = answer.get("UnprocessedKeys")
        except (BotoCoreError, ClientError) as error:
            raise DependencyUnavailableError("dynamodb") from error
        return total

    @override
    def reiniciar(self, id_afiliado: str, *, ahora: datetime) -> None:
        deletions: list[Any] = [
            {"DeleteRequest": {"Key": key}} for key in _keys(id_afiliado, VENTANAS_CONSERVADAS, ahora)
        ]
        try:
            while deletions:
                some, deletions = deletions[:DELETED_AT_A_TIME], deletions[DELETED_AT_A_TIME:]
                answer = self._table.client.batch_write_item(RequestItems={self._table.name: some})
                deletions += answer.get("UnprocessedItems", {}).get(self._table.name, [])
        except (BotoCoreError, ClientError) as error:
            raise DependencyUnavailableError("dynamodb") from error


def _keys(id_afiliado: str, ventanas: int, ahora: datetime) -> Iterator[dict[str, Any]]:
    """Yield the keys of so many windows, this one first."""
    minuto = ventana(ahora)
    return (_key(id_afiliado, minuto - atras) for atras in range(ventanas))


def _key(id_afiliado: str, minuto: int) -> dict[str, Any]:
    return {"id": {"S": f"{minuto}#{id_afiliado}"}}
