"""The credentials and settings of the deployed functions, so that each context is used as its own database role."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from aero.platform.naming import database_secret, function_name
from pagos.dominio.comision import TasaDeComision
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

if TYPE_CHECKING:
    from aero.platform.aws import Emulator

COMMISSIONS: Final = "comisiones"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """The logins of three contexts, and the share that an affiliate earns."""

    pagos: DatabaseSecret = field(repr=False)
    campanas: DatabaseSecret = field(repr=False)
    event_collector: DatabaseSecret = field(repr=False)
    tasa: TasaDeComision


def deployed_contexts(emulator: Emulator) -> Contexts:
    """Read the secrets that the functions read, and the rate of `comisiones`."""
    secrets = emulator.client("secretsmanager")

    def login(role: str) -> DatabaseSecret:
        value = secrets.get_secret_value(SecretId=database_secret(role))["SecretString"]
        return DatabaseSecret.from_json(json.loads(value))

    function = emulator.client("lambda").get_function_configuration(FunctionName=function_name(COMMISSIONS))
    return Contexts(
        pagos=login("pagos"),
        campanas=login("campanas"),
        event_collector=login("event_collector"),
        tasa=TasaDeComision(Decimal(function["Environment"]["Variables"]["COMMISSION_RATE"])),
    )
