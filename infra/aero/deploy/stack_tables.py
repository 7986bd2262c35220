"""Tables of the deployed stack that are not there any more: a deploy, which compares templates, does not make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aero.platform.errors import AeroError
from aero.platform.naming import STACK

if TYPE_CHECKING:
    from aero.platform.aws import Emulator

CURE: Final = "Have all made anew: aero stop localstack; aero start localstack"
_TABLE: Final = "AWS::DynamoDB::Table"


def missing_tables(emulator: Emulator) -> list[str]:
    """Their names, as of those that were deleted by hand."""
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
    """Raises AeroError that names the missing ones."""
    if missing := missing_tables(emulator):
        raise AeroError("\n".join(map(in_words, missing)), cure=CURE)


def in_words(table: str) -> str:
    """That it is missing."""
    return f"The table {table} is missing, and no deploy makes it again."
