"""A handler that imports boto3, whose own time that is."""

import boto3  # noqa: F401


def handler(event: object, context: object) -> object:  # noqa: ARG001 - what a handler is called with
    """Give the event back."""
    return event
