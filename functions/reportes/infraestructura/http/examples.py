"""Named examples of the requests of the reports API; tests send them."""

from __future__ import annotations

from typing import Final

CAMBIAR_VERSION: Final = {
    "version_2": {"active": "v2", "by": "ana"},
    "canario": {"active": "v1", "canary": {"version": "v2", "percent": 10}, "by": "ana"},
}
