"""The identity of a command, by which its repetitions are known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Solicitud:
    """Commands with the same `clave` are the same command; `huella`, a hash, tells whether they say the same."""

    clave: str
    huella: str
