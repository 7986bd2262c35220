"""The failures of each instance and the failovers, counted by all proxies together; a success writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from seedwork.infraestructura.aws.shared_table import SharedTable

KEY: Final = "tally"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceCounts:
    """The counts of one instance."""

    consecutive_failures: int = 0
    failures: int = 0
    last_failure: datetime | None = None
    last_cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """All counts so far; `instances` are by name, and `is_known` is False while the table is unreachable."""

    instances: Mapping[str, InstanceCounts]
    is_known: bool = True
    total_failovers: int = 0
    last_failover: datetime | None = None
    last_recovery: datetime | None = None


class Tally:
    """One item of the table, changed by atomic updates; while the table is unreachable, nothing is counted."""

    def __init__(self, table: SharedTable) -> None:
        self._table = table
        self._failing: set[str] = set()  # the instances that this proxy saw fail and not answer since

    def failed(self, instance: str, *, cause: str) -> None:
        """Count a failure."""
        self._failing.add(instance)
        self._update(
            "ADD #consecutive :one, #failures :one SET #last_failure = :now, #last_cause = :cause",
            names={
                f"#{name}": f"{instance}_{name}" for name in ("consecutive", "failures", "last_failure", "last_cause")
            },
            values={":one": {"N": "1"}, ":cause": {"S": cause}, ":now": _now()},
        )

    def succeeded(self, instance: str) -> None:
        """End a series of failures, if this proxy has seen one."""
        if instance in self._failing:
            self.recovered(instance)

    def recovered(self, instance: str) -> None:
        """End a series of failures, even if other proxies saw it."""
        self._failing.discard(instance)
        self._update(
            "SET #consecutive = :none",
            names={"#consecutive": f"{instance}_consecutive"},
            values={":none": {"N": "0"}},
        )

    def failed_over(self, at: int, *, lasting_seconds: int) -> bool:
        """Count a failover and return True, unless another proxy has counted the same one.

        Several proxies see the same failover, which lasts at least `lasting_seconds`.
        """
        return self._update(
            "ADD total_failovers :one SET last_failover = :at",
            values={":one": {"N": "1"}, ":at": _number(at), ":before": _number(at - lasting_seconds)},
            ConditionExpression="attribute_not_exists(last_failover) OR last_failover <= :before",
        )

    def failed_back(self, instance: str) -> None:
        """Record that the primary serves again."""
        self.recovered(instance)
        self._update("SET last_recovery = :now", values={":now": _now()})

    def read(self, *instances: str) -> Counts:
        """Return all counts; `instances` are the names of the instances to count."""
        item = self._table.attempt(self._item, otherwise=None)
        return _counts(item or {}, instances, is_known=item is not None)

    def _item(self) -> Mapping[str, Any]:
        answer = self._table.client.get_item(TableName=self._table.name, Key={"id": {"S": KEY}}, ConsistentRead=True)
        return answer.get("Item", {})

    def _update(
        self, expression: str, *, values: Mapping[str, Any], names: Mapping[str, str] | None = None, **more: Any
    ) -> bool:
        if names:
            more["ExpressionAttributeNames"] = names
        return self._table.attempt(partial(self._write, expression, values, more), otherwise=True)

    def _write(self, expression: str, values: Mapping[str, Any], more: Mapping[str, Any]) -> bool:
        try:
            self._table.client.update_item(
                TableName=self._table.name,
                Key={"id": {"S": KEY}},
                UpdateExpression=expression,
                ExpressionAttributeValues=values,
                **more,
            )
        except self._table.client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _now() -> dict[str, str]:
    return _number(int(datetime.now(UTC).timestamp()))


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _counts(item: Mapping[str, Any], instances: tuple[str, ...], *, is_known: bool) -> Counts:
    def number(name: str) -> int:
        return int(item.get(name, {}).get("N", 0))

    def time(name: str) -> datetime | None:
        return datetime.fromtimestamp(number(name), UTC) if name in item else None

    return Counts(
        is_known=is_known,
        instances={
            name: InstanceCounts(
                consecutive_failures=number(f"{name}_consecutive"),
                failures=number(f"{name}_failures"),
                last_failure=time(f"{name}_last_failure"),
                last_cause=item.get(f"{name}_last_cause", {}).get("S"),
            )
            for name in instances
        },
        total_failovers=number("total_failovers"),
        last_failover=time("last_failover"),
        last_recovery=time("last_recovery"),
    )
