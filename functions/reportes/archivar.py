"""The clean-up (`reportes.archivar.handler`): deletes old tracking events and old totals of unknown affiliates."""

from __future__ import annotations

from typing import Any

from reportes.composition_root import ahora, archive_dependencies
from seedwork.infraestructura.aws.bit_by_bit import bit_by_bit


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Delete old rows until none are left or the time runs short; returns the number of rows by kind of work."""
    return bit_by_bit(archive_dependencies(), ahora=ahora(), context=context)
