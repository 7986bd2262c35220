"""The active version of the report: read from where it is published, and remembered for an outage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from reportes.dominio.errores import VersionNoLegibleError
from reportes.dominio.version import Reparto, Version

# A switch must take effect within a second of its answer; half of that is left for the read.
SEGUNDOS_EN_MEMORIA: Final = 0.5
# After a failed read, the version is not read again for this long, so that not every request waits for it.
SEGUNDOS_SIN_RESPUESTA: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicacion:
    """A published version, its time and its author; both are None before the first publication."""

    reparto: Reparto
    desde: datetime | None = None
    por: str | None = None


INICIAL: Final = Publicacion(reparto=Reparto(activa=Version.V1))
"""The version before the first publication."""


class Origen(StrEnum):
    """The source of the known active version."""

    PUBLICADA = "published"
    CONOCIDA = "last-known"
    INICIAL = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vigente:
    """The active version; `causa` is why the published one could not be read."""

    publicacion: Publicacion
    origen: Origen
    causa: str | None = None

    @property
    def reparto(self) -> Reparto:
        """The version of each affiliate."""
        return self.publicacion.reparto


@dataclass(frozen=True, slots=True, kw_only=True)
class Historial:
    """The readable changes, the latest first; `causa` is why the last change is missing."""

    cambios: Sequence[Publicacion]
    causa: str | None = None


class VersionesPublicadas(Protocol):
    """The port of the version published for all functions."""

    def leer(self) -> Publicacion | None:
        """Return the current publication, None before the first one; raises VersionNoLegibleError."""

    def publicar(self, reparto: Reparto, *, por: str) -> Publicacion:
        """Publish a version for all functions, effective now; raises VersionNoLegibleError."""

    def historial(self) -> Historial:
        """Return all publications in one read; raises VersionNoLegibleError."""


class VersionConocida(Protocol):
    """The port of the last version read, for a function that starts while the published one is unreadable."""

    def leer(self) -> Publicacion | None:
        """Return the stored publication, or None."""

    def guardar(self, publicacion: Publicacion) -> None:
        """Store the publication, unless a later one is stored; a failure is only logged."""


class Versiones:
    """The active version, needed at every request and read at most every half second.

    While the published version is unreadable, the last known one is served.
    """

    def __init__(
        self, publicadas: VersionesPublicadas, conocida: VersionConocida, *, reloj: Callable[[], float]
    ) -> None:
        """`reloj` returns seconds since an arbitrary moment."""
        self._publicadas = publicadas
        self._conocida = conocida
        self._reloj = reloj
        self._vigente = Vigente(publicacion=INICIAL, origen=Origen.INICIAL)
        self._leida_hasta = float("-inf")
        self._ultima: Publicacion | None = None

    def vigente(self) -> Vigente:
        """Return the active version, at most half a second old unless it is unreadable."""
        if self._reloj() >= self._leida_hasta:
            self._recordar(self._leer())
        return self._vigente

    def cambiar(self, reparto: Reparto, *, por: str) -> Vigente:
        """Publish the version unless it is active already; raises VersionNoLegibleError if it cannot be written."""
        actual = self._leer()
        if actual.origen is not Origen.PUBLICADA or actual.reparto != reparto:
            actual = self._publicada(self._publicadas.publicar(reparto, por=por))
        self._recordar(actual)
        return actual

    def con_historial(self) -> tuple[Vigente, Sequence[Publicacion] | None]:
        """Return the active version and the changes up to it, from one read; the changes are None if unreadable."""
        try:
            historial = self._publicadas.historial()
        except VersionNoLegibleError:
            return self.vigente(), None
        if historial.cambios and not historial.causa:
            self._recordar(self._publicada(historial.cambios[0]))
        else:
            self._recordar(self._sin_publicar(historial.causa))
        return self._vigente, historial.cambios

    def historial_hasta(self, publicacion: Publicacion) -> Sequence[Publicacion] | None:
        """Return the changes up to that publication, the latest first; None if they are unreadable."""
        try:
            cambios = self._publicadas.historial().cambios
        except VersionNoLegibleError:
            return None
        return [cambio for cambio in cambios if not _es_posterior(cambio, publicacion)]

    def _leer(self) -> Vigente:
        try:
            publicada = self._publicadas.leer()
        except VersionNoLegibleError as error:
            return self._sin_publicar(causa=error.mensaje)
        return self._sin_publicar() if publicada is None else self._publicada(publicada)

    def _publicada(self, publicacion: Publicacion) -> Vigente:
        if publicacion != self._ultima:
            self._conocida.guardar(publicacion)
            self._ultima = publicacion
        return Vigente(publicacion=publicacion, origen=Origen.PUBLICADA)

    def _sin_publicar(self, causa: str | None = None) -> Vigente:
        self._ultima = self._ultima or self._conocida.leer()
        if self._ultima is None:
            return Vigente(publicacion=INICIAL, origen=Origen.INICIAL, causa=causa)
        return Vigente(publicacion=self._ultima, origen=Origen.CONOCIDA, causa=causa)

    def _recordar(self, vigente: Vigente) -> None:
        self._vigente = vigente
        self._leida_hasta = self._reloj() + (SEGUNDOS_SIN_RESPUESTA if vigente.causa else SEGUNDOS_EN_MEMORIA)


def _es_posterior(cambio: Publicacion, otro: Publicacion) -> bool:
    return cambio.desde is not None and otro.desde is not None and cambio.desde > otro.desde
