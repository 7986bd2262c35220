"""The report version in Parameter Store: one parameter, created by the first change and never touched by a deploy."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from reportes.aplicacion.versiones import Historial, Publicacion, VersionesPublicadas
from reportes.dominio.errores import VersionNoLegibleError
from reportes.infraestructura.published_version import VersionPublicada
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

    from reportes.dominio.version import Reparto

READ_SECONDS: Final = 0.5  # a report waits no longer, because it can use the last known version
WRITE_SECONDS: Final = 4.0  # a switch has no alternative, so it waits longer and tries twice
HISTORY: Final = 50  # changes shown; Parameter Store keeps a hundred
_ERRORS: Final = (BotoCoreError, ClientError)


class SsmVersiones(VersionesPublicadas):
    """The published version is the parameter's value, and its history is the parameter's history."""

    def __init__(self, parameter: str) -> None:
        """`parameter` is the parameter's name."""
        self._parameter = parameter

    @override
    def leer(self) -> Publicacion | None:
        try:
            found = self._client.get_parameter(Name=self._parameter)["Parameter"]
        except self._client.exceptions.ParameterNotFound:
            return None
        except _ERRORS as error:
            raise _unreadable(error) from error
        return _publicacion(found["Value"], since=found["LastModifiedDate"])

    @override
    def publicar(self, reparto: Reparto, *, por: str) -> Publicacion:
        value = VersionPublicada.de(Publicacion(reparto=reparto, por=por)).model_dump_json()
        try:
            put = self._writer.put_parameter(Name=self._parameter, Value=value, Type="String", Overwrite=True)
            # Read the version just written, because another one may have been published meanwhile.
            found = self._writer.get_parameter(Name=f"{self._parameter}:{put['Version']}")["Parameter"]
        except _ERRORS as error:
            raise _unreadable(error) from error
        return _publicacion(value, since=found["LastModifiedDate"])

    @override
    def historial(self) -> Historial:
        pages = self._client.get_paginator("get_parameter_history").paginate(Name=self._parameter)
        try:
            versions = [version for page in pages for version in page["Parameters"]]
        except self._client.exceptions.ParameterNotFound:
            return Historial(cambios=())
        except _ERRORS as error:
            raise _unreadable(error) from error
        found: list[Publicacion] = []
        causa = None
        for version in reversed(versions[-HISTORY:]):
            try:
                found.append(
                    _publicacion(
                        version["Value"], since=version["LastModifiedDate"], user=version.get("LastModifiedUser")
                    )
                )
            except VersionNoLegibleError as error:
                if version is versions[-1]:
                    causa = error.mensaje
        return Historial(cambios=found, causa=causa)

    @cached_property
    def _client(self) -> SSMClient:
        return _client(READ_SECONDS, attempts=1)

    @cached_property
    def _writer(self) -> SSMClient:
        return _client(WRITE_SECONDS, attempts=2)


def _client(seconds: float, *, attempts: int) -> SSMClient:
    config = Config(
        connect_timeout=seconds, read_timeout=seconds, retries={"mode": "standard", "total_max_attempts": attempts}
    )
    return boto3.client("ssm", config=config)


def _publicacion(value: str, *, since: datetime, user: str | None = None) -> Publicacion:
    publicada = VersionPublicada.leer(value)
    return Publicacion(reparto=publicada.reparto(), desde=since.astimezone(UTC), por=publicada.by or user)


def _unreadable(error: BotoCoreError | ClientError) -> VersionNoLegibleError:
    logger.warning("parameter store unavailable: the last known report version is used", extra={"cause": str(error)})
    return VersionNoLegibleError("Parameter Store no responde.")
