"""The clean-up (`pagos.archivar.handler`): keeps the tables small that every payment goes through."""

from __future__ import annotations

from typing import Any

from pagos.composition_root import ahora, archive_dependencies
from seedwork.infraestructura.aws.bit_by_bit import bit_by_bit


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Go on until nothing is old enough or the time runs short; how many rows were archived, and how many forgotten."""
    return bit_by_bit(archive_dependencies(), ahora=ahora(), context=context)
