"""The logger of a function; its service name comes from POWERTOOLS_SERVICE_NAME."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime

from aws_lambda_powertools import Logger

logger = Logger(utc=True, use_rfc3339=True)
_formatter = logger.registered_formatter


def correlate(correlation_id: str) -> None:
    """Add the id to every line from now on, without the search for a formatter in `logger.set_correlation_id`."""
    _formatter.append_keys(correlation_id=correlation_id)


def log_request(*, correlation_id: str, method: str, path: str, status: int) -> None:
    """Write the log line of an answered request, in the logger's format.

    It is written directly because each request has one: `logger.info` takes as long as all other work of an API.
    """
    if logger.log_level <= logging.INFO:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        trace = os.environ.get("_X_AMZN_TRACE_ID", "").partition(";")[0].removeprefix("Root=")
        xray = f',"xray_trace_id":{json.dumps(trace)}' if trace else ""
        sys.stdout.write(
            f'{{"level":"INFO","message":"request","timestamp":"{now}","service":{json.dumps(logger.service)},'
            f'"correlation_id":{json.dumps(correlation_id)},"method":{json.dumps(method)},"path":{json.dumps(path)},'
            f'"status":{status}{xray}}}\n'
        )
