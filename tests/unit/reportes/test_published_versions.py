"""The report version and its history are published in Parameter Store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws

from reportes.dominio.errores import VersionNoLegibleError
from reportes.infraestructura.aws.versions import HISTORY, SsmVersiones
from support.reportes.builders import un_reparto

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

PARAMETER: Final = "/aeropartners/test/reportes/version"
GARBAGE: Final = [
    "v3", "null", "[]", "{", "v1 v2", '{"active": "v3"}', '{"active": "v1", "canary": {"version": "v1", "percent": 5}}',
    '{"active": "v1", "canary": {"version": "v2", "percent": 101}}', '{"active": "v1", "otra": 1}',
]  # fmt: skip


@pytest.fixture(scope="module")
def ssm() -> Iterator[SSMClient]:
    """An operator's client, on moto."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("AWS_ENDPOINT_URL", raising=False)  # a shell may export it (docs/operating.md)
        for name, value in (
            ("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"),
        ):  # fmt: skip
            environment.setenv(name, value)
        with mock_aws():
            yield boto3.client("ssm")


@pytest.fixture
def versiones(ssm: SSMClient) -> Iterator[SsmVersiones]:
    """A function's versions; the parameter is deleted after the test."""
    yield SsmVersiones(PARAMETER)
    ssm.delete_parameters(Names=[PARAMETER])


def write(ssm: SSMClient, value: str) -> None:
    """Write a value by hand."""
    ssm.put_parameter(Name=PARAMETER, Value=value, Type="String", Overwrite=True)


def test_before_the_first_change_no_version_is_published(versiones: SsmVersiones) -> None:
    """There is no history either; this is no error."""
    assert versiones.leer() is None
    assert versiones.historial().cambios == ()


def test_every_function_reads_the_published_version(versiones: SsmVersiones) -> None:
    """The canary, the author and the time are read too."""
    publicada = versiones.publicar(un_reparto("v1", "v2", 25), por="ana")
    assert (publicada.reparto, publicada.por) == (un_reparto("v1", "v2", 25), "ana")
    assert publicada.desde is not None
    assert abs(publicada.desde - datetime.now(UTC)) < timedelta(minutes=1)
    assert SsmVersiones(PARAMETER).leer() == publicada


def test_a_change_has_its_own_time(ssm: SSMClient, versiones: SsmVersiones, monkeypatch: pytest.MonkeyPatch) -> None:
    """This holds although another one is published before the read."""
    put = versiones._writer.put_parameter

    def put_and_let_another_follow(**values: Any) -> Any:
        answer = put(**values)
        write(ssm, "v1")
        return answer

    monkeypatch.setattr(versiones._writer, "put_parameter", put_and_let_another_follow)
    publicada = versiones.publicar(un_reparto("v2"), por="ana")
    first, _ = ssm.get_parameter_history(Name=PARAMETER)["Parameters"]
    assert publicada.desde == first["LastModifiedDate"]


def test_the_history_has_the_latest_first(versiones: SsmVersiones) -> None:
    """Each change has its author."""
    repartos = [un_reparto("v1"), un_reparto("v1", "v2", 5), un_reparto("v2")]
    for number, reparto in enumerate(repartos):
        versiones.publicar(reparto, por=f"persona {number}")
    historial = versiones.historial().cambios
    assert [publicacion.reparto for publicacion in historial] == repartos[::-1]
    assert [publicacion.por for publicacion in historial] == ["persona 2", "persona 1", "persona 0"]


def test_the_latest_changes_of_a_long_history_are_read(versiones: SsmVersiones) -> None:
    """The history comes in pages, the oldest first."""
    for number in range(HISTORY + 10):
        versiones.publicar(un_reparto("v1", "v2", number % 100), por=f"{number}")
    assert [publicacion.por for publicacion in versiones.historial().cambios] == [
        f"{number}" for number in reversed(range(10, HISTORY + 10))
    ]


def test_a_version_may_be_written_by_hand(ssm: SSMClient, versiones: SsmVersiones) -> None:
    """It is a single word; the author is the user known to Parameter Store."""
    write(ssm, "v2\n")  # with the newline of a file
    leida = versiones.leer()
    assert leida is not None
    assert (leida.reparto, leida.por) == (un_reparto("v2"), None)
    [found] = ssm.get_parameter_history(Name=PARAMETER)["Parameters"]
    [publicacion] = versiones.historial().cambios
    assert (publicacion.reparto, publicacion.por) == (un_reparto("v2"), found["LastModifiedUser"])


@pytest.mark.parametrize("garbage", GARBAGE)
def test_an_invalid_version_is_refused(ssm: SSMClient, versiones: SsmVersiones, garbage: str) -> None:
    """The error quotes the invalid value, and the history leaves it out."""
    versiones.publicar(un_reparto("v2"), por="ana")
    write(ssm, garbage)
    with pytest.raises(VersionNoLegibleError) as error:
        versiones.leer()
    assert garbage in error.value.mensaje
    historial = versiones.historial()
    assert ([publicacion.por for publicacion in historial.cambios], historial.causa) == (["ana"], error.value.mensaje)
    # When one is published again, all is well
    versiones.publicar(un_reparto("v1"), por="luis")
    assert versiones.historial().causa is None
    leida = versiones.leer()
    assert leida is not None
    assert leida.reparto == un_reparto("v1")


@pytest.mark.parametrize(
    "fault",
    [
        ReadTimeoutError(endpoint_url="https://ssm"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "GetParameter"),
    ],
)
@pytest.mark.parametrize(
    "ask",
    [
        SsmVersiones.leer,
        SsmVersiones.historial,
        lambda versiones: versiones.publicar(un_reparto("v1"), por="ana"),
    ],
)
def test_an_outage_of_parameter_store_is_reported(
    versiones: SsmVersiones,
    ask: Callable[[SsmVersiones], Any],
    fault: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The caller does not see the reason, which is logged."""

    def fail(*_: Any, **__: Any) -> None:
        raise fault

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", fail)
    with pytest.raises(VersionNoLegibleError) as error:
        ask(versiones)
    assert error.value.mensaje == "Parameter Store no responde."
