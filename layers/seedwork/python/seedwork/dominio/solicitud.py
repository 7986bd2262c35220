"""The identity of a command, which identifies its repetitions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Solicitud:
    """Commands of a caller with the same `clave` are the same command; `huella` is the hash of a command's meaning.

    `solicitante` is the subject of the caller's token; without a token the caller is the command's affiliate. The
    `anterior` values are those that earlier versions of the platform stored for the same command, if they differ.
    """

    clave: str
    huella: str
    solicitante: str | None = None
    clave_anterior: str | None = None
    huella_anterior: str | None = None

    def dice_lo_mismo(self, huella: str) -> bool:
        """Whether the command with that hash has the same meaning."""
        return huella in {self.huella, self.huella_anterior}
