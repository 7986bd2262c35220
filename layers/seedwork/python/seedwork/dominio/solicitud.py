"""The identity of a command, by which its repetitions are known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Solicitud:
    """Commands with the same `clave` of the same caller are the same command; `huella` is the hash of what they mean.

    `solicitante` is the subject of the caller's token; without one the caller is the affiliate that the command is
    about. The `anterior` ones are what earlier versions of the platform stored for the same command, where that
    differs.
    """

    clave: str
    huella: str
    solicitante: str | None = None
    clave_anterior: str | None = None
    huella_anterior: str | None = None

    def dice_lo_mismo(self, huella: str) -> bool:
        """Whether the command with that hash means the same."""
        return huella in {self.huella, self.huella_anterior}
