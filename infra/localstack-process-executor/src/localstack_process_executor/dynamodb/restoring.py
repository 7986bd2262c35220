"""Restores items after a failed operation; moto leaves its first half written."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table


@contextmanager
def restored_on_failure(places: Iterable[tuple[Table, dict[str, Any]]]) -> Iterator[None]:
    """Restore the items of these tables with these keys if the block raises."""
    before = [_State(table, key) for table, key in places]
    try:
        yield
    except BaseException:
        for state in before:
            state.restore()
        raise


class _State:
    def __init__(self, table: Table, key: dict[str, Any]) -> None:
        self._table = table
        hash_key, *range_key = (DynamoType(key[name]) for name in table.table_key_attrs)
        self._key = (hash_key, range_key[0] if range_key else None)
        item = table.get_item(*self._key)
        self._attributes = item.to_json()["Attributes"] if item else None

    def restore(self) -> None:
        if self._attributes is not None:
            self._table.put_item(self._attributes, overwrite=True)
        elif self._table.get_item(*self._key):
            self._table.delete_item(*self._key)
