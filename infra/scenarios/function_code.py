"""The deployed code of a function, and the deployment of other code, or of the same once more."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from typing import Any, Final

HOT_RELOAD: Final = "hot-reload"  # the bucket for code that LocalStack runs from a folder
FILE: Final = "file://"


def code_of(deployed: Mapping[str, Any]) -> dict[str, Any]:
    """What to give to Lambda to have the code again that `GetFunction` tells of."""
    location = str(deployed["Code"]["Location"])
    if location.startswith(FILE):
        return {"S3Bucket": HOT_RELOAD, "S3Key": location.removeprefix(FILE)}
    with urllib.request.urlopen(location, timeout=60) as package:  # noqa: S310 - Lambda itself has told the address
        return {"ZipFile": package.read()}


def deploy(client: Any, function: str, code: Mapping[str, Any]) -> None:
    """Return when it is what new requests run."""
    client.update_function_code(FunctionName=function, **code)
    client.get_waiter("function_updated_v2").wait(
        FunctionName=function, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
    )
