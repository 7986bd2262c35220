"""A function that does nothing and imports nothing."""


def handler(_event: object, _context: object) -> dict[str, object]:
    """Answer with an empty document."""
    return {"statusCode": 200, "body": "{}"}
