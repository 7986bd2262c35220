"""The clean-up (`reportes.archivar.handler`): forgets old tracking events, and what those of unknown ones add up to."""

from __future__ import annotations

from typing import Any

from reportes.composition_root import ahora, archive_dependencies
from seedwork.infraestructura.aws.bit_by_bit import bit_by_bit


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Go on until nothing is old enough or the time runs short; how many rows were forgotten."""
    return bit_by_bit(archive_dependencies(), ahora=ahora(), context=context)
