"""Which version of the report is active: read from where it is published, and kept for when that does not answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from reportes.dominio.errores import VersionNoLegibleError
from reportes.dominio.version import Reparto, Version

# A switch is to be seen within a second of its answer: half of that is left for reading it.
SEGUNDOS_EN_MEMORIA: Final = 0.5
# Whoever asks while there is no answer waits for that: it is not asked again at once.
SEGUNDOS_SIN_RESPUESTA: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Publicacion:
    """What was published, since when and by whom; None: nobody did."""

    reparto: Reparto
    desde: datetime | None = None
    por: str | None = None


INICIAL: Final = Publicacion(reparto=Reparto(activa=Version.V1))
"""Until something is published for the first time."""


class Origen(StrEnum):
    """Where the active version is known from."""

    PUBLICADA = "published"
    CONOCIDA = "last-known"
    INICIAL = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vigente:
    """The active version; `causa` is why it could not be read where it is published."""

    publicacion: Publicacion
    origen: Origen
    causa: str | None = None

    @property
    def reparto(self) -> Reparto:
        """Who gets which."""
        return self.publicacion.reparto


@dataclass(frozen=True, slots=True, kw_only=True)
class Historial:
    """The changes that can be read, the latest first; `causa` is why the last one is not among them."""

    cambios: Sequence[Publicacion]
    causa: str | None = None


class VersionesPublicadas(Protocol):
    """Where the version is published for every function at once."""

    def leer(self) -> Publicacion | None:
        """As it is now, None if it was never published; raises VersionNoLegibleError."""

    def publicar(self, reparto: Reparto, *, por: str) -> Publicacion:
        """For everybody, from now on."""

    def historial(self) -> Historial:
        """What was published, all of it in one read; raises VersionNoLegibleError."""


class VersionConocida(Protocol):
    """The last one that was read, for a function that starts while it cannot be."""

    def leer(self) -> Publicacion | None:
        """None if there is none."""

    def guardar(self, publicacion: Publicacion) -> None:
        """Keep it, unless a later one is kept; that this may fail is nobody's concern."""


class Versiones:
    """The active version, asked for at every request and read at most every half second.

    The last one that is known goes on being served for as long as it cannot be read.
    """

    def __init__(
        self, publicadas: VersionesPublicadas, conocida: VersionConocida, *, reloj: Callable[[], float]
    ) -> None:
        """`reloj` gives seconds, from any moment on."""
        self._publicadas = publicadas
        self._conocida = conocida
        self._reloj = reloj
        self._vigente = Vigente(publicacion=INICIAL, origen=Origen.INICIAL)
        self._leida_hasta = float("-inf")
        self._ultima: Publicacion | None = None

    def vigente(self) -> Vigente:
        """As of half a second ago or later, unless there is no answer."""
        if self._reloj() >= self._leida_hasta:
            self._recordar(self._leer())
        return self._vigente

    def cambiar(self, reparto: Reparto, *, por: str) -> Vigente:
        """Publish it, unless it is already; raises VersionNoLegibleError if that does not take it."""
        actual = self._leer()
        if actual.origen is not Origen.PUBLICADA or actual.reparto != reparto:
            actual = self._publicada(self._publicadas.publicar(reparto, por=por))
        self._recordar(actual)
        return actual

    def con_historial(self) -> tuple[Vigente, Sequence[Publicacion] | None]:
        """The version that is active now, and the changes up to it, of the same read: None while that is impossible."""
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
        """The changes up to that one, the latest first; None while they cannot be read."""
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
