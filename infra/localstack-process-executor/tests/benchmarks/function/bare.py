"""A handler that imports nothing."""


def handler(event: object, context: object) -> object:  # noqa: ARG001 - Lambda calls a handler with both
    """Return the event."""
    return event
