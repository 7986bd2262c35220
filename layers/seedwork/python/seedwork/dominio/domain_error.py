"""The tree of the domain's errors, without HTTP: each context maps its classes to statuses."""

from __future__ import annotations


class DomainError(Exception):
    """A broken rule of the domain: `codigo` is stable and kebab-case, `mensaje` is for the caller, in Spanish."""

    codigo = "error-de-dominio"

    def __init__(self, mensaje: str) -> None:
        super().__init__(mensaje)
        self.mensaje = mensaje


class ConcurrencyError(DomainError):
    """Another writer changed the aggregate first: the command may be repeated on its new state."""

    codigo = "conflicto-de-concurrencia"
