"""A handler that imports nothing."""


def handler(event: object, context: object) -> object:  # noqa: ARG001 - what a handler is called with
    """Give the event back."""
    return event
