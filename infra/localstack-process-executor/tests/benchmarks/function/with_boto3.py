"""A handler that imports boto3."""

import boto3  # noqa: F401


def handler(event: object, context: object) -> object:  # noqa: ARG001 - Lambda calls a handler with both
    """Return the event."""
    return event
