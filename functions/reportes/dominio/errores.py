"""The errors of requests for reports."""

from __future__ import annotations

from seedwork.dominio.domain_error import DomainError


class PeriodoInvertidoError(DomainError):
    """The period ends before it begins."""

    codigo = "periodo-invertido"


class CanarioNoValidoError(DomainError):
    """The canary version is the active version."""

    codigo = "canario-no-valido"


class PagoNoContadoError(DomainError):
    """No event of the payment is in the reports; one may still arrive."""

    codigo = "pago-no-contado"

    def __init__(self) -> None:
        super().__init__("Ningún evento de ese pago está en los informes.")


class VersionNoLegibleError(DomainError):
    """The published report version cannot be read: its store does not answer, or holds an invalid text."""

    codigo = "version-no-legible"


class VersionFijaError(DomainError):
    """The request's port serves one version only, and another one was requested."""

    codigo = "version-fija"
