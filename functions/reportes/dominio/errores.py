"""What can be wrong with what is asked of reports."""

from __future__ import annotations

from seedwork.dominio.domain_error import DomainError


class PeriodoInvertidoError(DomainError):
    """The period ends before it begins."""

    codigo = "periodo-invertido"


class CanarioNoValidoError(DomainError):
    """The canary is the version that is active anyway."""

    codigo = "canario-no-valido"


class PagoNoContadoError(DomainError):
    """No event of the payment is in the reports, perhaps not yet."""

    codigo = "pago-no-contado"

    def __init__(self) -> None:
        super().__init__("Ningún evento de ese pago está en los informes.")


class VersionNoLegibleError(DomainError):
    """Where the report version is published does not answer, or has something else in it."""

    codigo = "version-no-legible"


class VersionFijaError(DomainError):
    """This way in serves one version only."""

    codigo = "version-fija"
