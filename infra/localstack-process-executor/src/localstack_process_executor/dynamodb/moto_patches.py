"""Patches moto, in the versions of LocalStack that the other patches fit."""

from base64 import b64decode
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from boto3.dynamodb.types import TypeSerializer
from localstack.utils.patch import patch
from moto.dynamodb import comparisons
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import dynamo_type
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

from localstack_process_executor.dynamodb.numbers import add, read_number, subtract


def patch_moto() -> None:
    """Apply all patches."""
    _compute_as_dynamodb_does()
    _compare_as_dynamodb_does()
    _split_expressions_once()


def _compute_as_dynamodb_does() -> None:
    """Moto subtracts binary fractions, rounds sums to 28 digits, and writes projected numbers in Python's form."""

    def exactly(compute: Callable[[str, str], str]) -> Callable[..., Any]:
        def computed(fn: Callable[..., Any], self: Any, other: Any) -> Any:
            if self.type == other.type == "N":
                return DynamoType({"N": compute(self.value, other.value)})
            return fn(self, other)

        return computed

    patch(DynamoType.__add__)(exactly(add))
    patch(DynamoType.__sub__)(exactly(subtract))

    @patch(Item.update_with_attribute_updates)
    def update(fn: Callable[..., None], self: Any, attribute_updates: dict[str, Any]) -> None:
        others = dict(attribute_updates)
        for name, change in attribute_updates.items():
            added = change.get("Value", {}).get("N") if change.get("Action") == "ADD" else None
            stored = self.attrs.get(name, DynamoType({"N": "0"}))
            if added is not None and stored.is_number():
                self.attrs[name] = stored + DynamoType({"N": added})
                del others[name]
        fn(self, others)

    class Serializer(TypeSerializer):
        def _serialize_n(self, value: Any) -> str:
            return read_number(super()._serialize_n(value))

    dynamo_type.serializer = Serializer()


def _compare_as_dynamodb_does() -> None:
    """Moto compares numbers as binary fractions, and fails on values without a size or an order."""
    stored_value = DynamoType.cast_value.fget

    def exact_value(self: Any) -> Any:
        return Decimal(self.value) if self.type == "N" else stored_value(self)

    def exact_operand(fn: Callable[..., Any], self: Any, item: object) -> Any:
        return Decimal(self.value) if self.type == "N" else fn(self, item)

    def false_if_without_order(fn: Callable[..., bool], self: object, item: object) -> bool:
        try:
            return fn(self, item)
        except TypeError:  # Python's, for values of two types
            return False

    def size(fn: Callable[..., Any], self: Any, item: object) -> int | None:
        kind = self.attr.get_type(item)
        if kind in {None, "N", "BOOL", "NULL"}:
            return None
        return len(b64decode(self.attr.expr(item))) if kind == "B" else fn(self, item)

    DynamoType.cast_value = property(exact_value)
    patch(comparisons.AttributeValue.expr)(exact_operand)
    patch(comparisons.FuncSize.expr)(size)
    for operator in ("OpLessThan", "OpLessThanOrEqual", "OpGreaterThan", "OpGreaterThanOrEqual", "FuncBetween"):
        patch(getattr(comparisons, operator).expr)(false_if_without_order)


def _split_expressions_once() -> None:
    """Moto parses the expressions of each request anew, twice, which is a third of a request's time."""
    split = ConditionExpressionParser._lex_condition_expression  # noqa: SLF001

    @lru_cache(maxsize=1024)
    def words(expression: str) -> tuple[Any, ...]:
        return tuple(split(ConditionExpressionParser(expression, None, None)))

    def lex(self: Any) -> deque[Any]:
        return deque(words(self.condition_expression))

    def kinds(fn: Callable[..., Any], self: Any) -> Any:
        known = vars(self).get("kinds")
        if known is None:
            known = self.kinds = fn(self)
        return known

    ConditionExpressionParser._lex_condition_expression = lex  # noqa: SLF001
    make = lru_cache(maxsize=1024)(UpdateExpressionParser.make)  # its result is copied before it is changed
    UpdateExpressionParser.make = staticmethod(make)
    patch(DepthFirstTraverser.nodes_to_be_processed)(kinds)
