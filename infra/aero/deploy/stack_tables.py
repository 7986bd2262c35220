"""The deleted tables of the deployed stack. A deploy only compares templates, so it does not recreate them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aero.platform.errors import AeroError
from aero.platform.naming import STACK

if TYPE_CHECKING:
    from aero.platform.aws import Emulator

CURE: Final = "Recreate the stack: aero stop localstack; aero start localstack"
_TABLE: Final = "AWS::DynamoDB::Table"


def missing_tables(emulator: Emulator) -> list[str]:
    """Return the names of the stack's tables that no longer exist, for example because they were deleted by hand."""
    resources = emulator.client("cloudformation", attempts=1).get_paginator("list_stack_resources")
    declared = {
        resource["PhysicalResourceId"]
        for page in resources.paginate(StackName=STACK)
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == _TABLE
    }
    tables = emulator.client("dynamodb", attempts=1).get_paginator("list_tables")
    return sorted(declared - {name for page in tables.paginate() for name in page["TableNames"]})


def require_tables(emulator: Emulator) -> None:
    """Raise AeroError with the names of missing tables, if there are any."""
    if missing := missing_tables(emulator):
        raise AeroError("\n".join(map(in_words, missing)), cure=CURE)


def in_words(table: str) -> str:
    """Return a sentence on a missing table."""
    return f"The table {table} is missing, and no deploy recreates it."
