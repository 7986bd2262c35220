"""The tree of errors that the domain raises; it knows no HTTP (each context maps its classes to a status)."""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the domain was broken: `codigo` is stable and kebab-case, `mensaje` is for the caller, in Spanish."""

    codigo = "error-de-dominio"

    def __init__(self, mensaje: str) -> None:
        super().__init__(mensaje)
        self.mensaje = mensaje


class ConcurrencyError(DomainError):
    """Another writer changed the aggregate first: the command may be repeated on its new state."""

    codigo = "conflicto-de-concurrencia"
