"""The context that a caller may give with an invocation, besides the event."""

import base64
import json


def decoded(header: str | None) -> str:
    """The JSON in an `X-Amz-Client-Context` header; empty where there is none or it is no JSON in base64."""
    if not header:
        return ""
    try:
        text = base64.b64decode(header, validate=True).decode()
        return json.dumps(json.loads(text))  # in one line, as it travels in a header again
    except ValueError:
        return ""
