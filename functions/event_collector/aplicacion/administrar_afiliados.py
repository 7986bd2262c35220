"""The use cases of an administrator: register affiliates, and give them API keys and webhook secrets."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from event_collector.dominio.afiliado import huella_de_llave

if TYPE_CHECKING:
    from event_collector.dominio.tipo_evento import TipoEvento

SECRET_BYTES: Final = 32
KEY_PREFIX: Final = "aero_"
WEBHOOK_PREFIX: Final = "whsec_"  # the prefix of Standard Webhooks


class Registro(StrEnum):
    """The effect of registering an affiliate."""

    creado = "creado"
    cambiado = "cambiado"
    sin_cambios = "sin-cambios"


@dataclass(frozen=True, slots=True, kw_only=True)
class CambiosDeAfiliado:
    """The values to set; None leaves a value unchanged. The limit 0 selects the default limit."""

    activo: bool | None = None
    permisos: frozenset[TipoEvento] | None = None
    eventos_por_minuto: int | None = None
    conversiones_probadas: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AfiliadoRegistrado:
    """An affiliate without its secrets; `eventos_por_minuto` is None if the default limit applies."""

    id: str
    activo: bool
    permisos: frozenset[TipoEvento]
    eventos_por_minuto: int | None
    conversiones_probadas: bool
    llaves: int
    ultima_llave: datetime | None
    con_secreto_webhook: bool


class RegistroDeAfiliados(Protocol):
    """The affiliates registered by an administrator. Each method is a transaction of its own."""

    def todos(self) -> Sequence[AfiliadoRegistrado]:
        """Return all affiliates, by id."""
        ...

    def obtener(self, id_afiliado: str) -> AfiliadoRegistrado:
        """Return one affiliate; raises AfiliadoDesconocidoError."""
        ...

    def guardar(self, id_afiliado: str, cambios: CambiosDeAfiliado) -> Registro:
        """Create or change the affiliate, and return which of the two happened."""
        ...

    def agregar_llave(self, id_afiliado: str, huella: bytes) -> None:
        """Accept an API key by its hash, beside the earlier keys; raises AfiliadoDesconocidoError."""
        ...

    def quitar_llaves(self, id_afiliado: str, *, conservar: int) -> int:
        """Remove the affiliate's API keys but the `conservar` newest; returns how many were removed."""
        ...

    def poner_secreto_webhook(self, id_afiliado: str, secreto: str | None) -> None:
        """Replace or remove the affiliate's webhook secret; raises AfiliadoDesconocidoError."""
        ...


def registrar_afiliado(
    id_afiliado: str, cambios: CambiosDeAfiliado, *, registro: RegistroDeAfiliados
) -> tuple[Registro, AfiliadoRegistrado]:
    """Create the affiliate, or change its given values; returns the effect and the affiliate as it is now."""
    hecho = registro.guardar(id_afiliado, cambios)
    return hecho, registro.obtener(id_afiliado)


def crear_llave(id_afiliado: str, *, registro: RegistroDeAfiliados, mostrar: Callable[[str], None]) -> None:
    """Make a new API key and store its hash. Raises AfiliadoDesconocidoError.

    The key is shown before it is accepted: if `mostrar` raises, no key is added.
    """
    registro.obtener(id_afiliado)
    llave = KEY_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    mostrar(llave)
    registro.agregar_llave(id_afiliado, huella_de_llave(llave))


def revocar_llaves(id_afiliado: str, *, registro: RegistroDeAfiliados, salvo_la_ultima: bool) -> int:
    """Remove all API keys of the affiliate, or all but the newest; returns how many.

    Raises AfiliadoDesconocidoError.
    """
    registro.obtener(id_afiliado)
    return registro.quitar_llaves(id_afiliado, conservar=int(salvo_la_ultima))


def crear_secreto_webhook(id_afiliado: str, *, registro: RegistroDeAfiliados, mostrar: Callable[[str], None]) -> None:
    """Make a new webhook secret, which replaces the old one. Raises AfiliadoDesconocidoError.

    The secret is shown before it is stored: if `mostrar` raises, the old one stays valid.
    """
    registro.obtener(id_afiliado)
    secreto = WEBHOOK_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    mostrar(secreto)
    registro.poner_secreto_webhook(id_afiliado, secreto)


def revocar_secreto_webhook(id_afiliado: str, *, registro: RegistroDeAfiliados) -> None:
    """Remove the affiliate's webhook secret, if it has one. Raises AfiliadoDesconocidoError."""
    registro.poner_secreto_webhook(id_afiliado, None)
