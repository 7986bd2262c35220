"""Reads a function's deployed code, and deploys the same or other code."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from typing import Any, Final

HOT_RELOAD: Final = "hot-reload"  # the bucket for code that LocalStack runs from a folder
FILE: Final = "file://"


def code_of(deployed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `UpdateFunctionCode` that restore the code in an answer of `GetFunction`."""
    location = str(deployed["Code"]["Location"])
    if location.startswith(FILE):
        return {"S3Bucket": HOT_RELOAD, "S3Key": location.removeprefix(FILE)}
    with urllib.request.urlopen(location, timeout=60) as package:  # noqa: S310 - the address comes from Lambda
        return {"ZipFile": package.read()}


def deploy(client: Any, function: str, code: Mapping[str, Any]) -> None:
    """Deploy the code, and return when new requests run it."""
    client.update_function_code(FunctionName=function, **code)
    client.get_waiter("function_updated_v2").wait(
        FunctionName=function, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
    )
