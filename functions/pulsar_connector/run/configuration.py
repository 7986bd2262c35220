"""The types of the fields in the parameters of outboxes and mappings, and the messages about invalid ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints, ValidationError

Topic = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,200}$")]
SqlName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def problems(error: ValidationError) -> list[str]:
    """List the problems, each with the name of its field."""
    return [
        f"{'.'.join(map(str, detail['loc'])) or 'value'}: {detail['msg']}"
        for detail in error.errors(include_url=False, include_input=False)
    ]
