"""Shortens CloudWatch metrics (embedded metric format) in a function's log for the operator."""

from __future__ import annotations

import json
from typing import Any, Final

EMF: Final = '{"_aws"'


def readable(line: str) -> str:
    """Return the line, or its metrics in short; empty if all its metrics are 0.

    >>> readable('{"_aws":{"CloudWatchMetrics":[{"Dimensions":[["outbox"]],"Metrics":[{"Name":"Published"},'
    ...          '{"Name":"Failed"},{"Name":"Latency","Unit":"Milliseconds"}]}]},'
    ...          '"outbox":"pagos","Published":[3.0],"Failed":[0.0],"Latency":[12.3,9.8]}')
    'metrics outbox=pagos Published=3 Latency=9.8…12.3'
    """
    if not line.startswith(EMF):
        return line
    try:
        document: dict[str, Any] = json.loads(line)
        directive = document["_aws"]["CloudWatchMetrics"][0]
        dimensions = [f"{name}={document[name]}" for name in directive["Dimensions"][0] if name != "service"]
        measured = [f"{metric['Name']}={_values(document[metric['Name']])}" for metric in directive["Metrics"]]
    except (ValueError, LookupError, TypeError):
        return line
    told = [text for text in measured if not text.endswith("=0")]
    return " ".join(["metrics", *dimensions, *told]) if told else ""


def _values(values: list[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g}…{high:g}"
