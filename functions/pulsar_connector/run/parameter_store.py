"""The connector's configuration in SSM: one parameter for each outbox and mapping, read at the start of each run."""

from __future__ import annotations

from typing import TypeVar

from aws_lambda_powertools.utilities import parameters
from pydantic import BaseModel, ValidationError

from pulsar_connector.run.configuration import problems
from seedwork.infraestructura.aws.telemetry import logger


class InvalidConfigurationError(Exception):
    """Nothing under a path can be used."""


C = TypeVar("C", bound=BaseModel)


def read_configuration(path: str, model: type[C]) -> dict[str, C]:
    """Everything below `path`, by name.

    An entry that is not valid is logged with the field that is wrong and left out, so that it does not stop the others;
    raises InvalidConfigurationError if none is left.
    """
    valid: dict[str, C] = {}
    # Read from SSM each time: a run is long, and must not begin with what was true before the last deploy.
    for name, text in parameters.get_parameters(path, recursive=False, force_fetch=True).items():
        try:
            valid[name] = model.model_validate_json(text)
        except ValidationError as error:
            logger.error("invalid configuration", extra={"parameter": f"{path}/{name}", "problems": problems(error)})
    if not valid:
        raise InvalidConfigurationError(f"no valid {model.__name__} under {path}")
    return valid
