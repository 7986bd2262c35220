"""The clean-up (`event_collector.archivar.handler`): keeps the tables on the path of every event small."""

from __future__ import annotations

from typing import Any

from event_collector.composition_root import ahora, archive_dependencies
from seedwork.infraestructura.aws.bit_by_bit import bit_by_bit


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Archive and delete old rows until none are left or the time runs short; returns the rows by kind of work."""
    return bit_by_bit(archive_dependencies(), ahora=ahora(), context=context)
