"""The clean-up (`pagos.archivar.handler`) keeps the outbox and the inbox small."""

from __future__ import annotations

from typing import Any

from pagos.composition_root import ahora, archive_dependencies
from seedwork.infraestructura.aws.bit_by_bit import bit_by_bit


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Archive until no row is old enough or the time runs short; return the numbers of archived and deleted rows."""
    return bit_by_bit(archive_dependencies(), ahora=ahora(), context=context)
