"""The logger that everything in a function shares; its service name comes from POWERTOOLS_SERVICE_NAME."""

from __future__ import annotations

from aws_lambda_powertools import Logger

logger = Logger(utc=True, use_rfc3339=True)
