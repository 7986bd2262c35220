"""Reads the connector's configuration from SSM at the start of each run: one parameter for each outbox and mapping."""

from __future__ import annotations

from typing import TypeVar

from aws_lambda_powertools.utilities import parameters
from pydantic import BaseModel, ValidationError

from pulsar_connector.run.configuration import problems
from seedwork.infraestructura.aws.telemetry import logger


class InvalidConfigurationError(Exception):
    """No valid entry exists under a path."""


C = TypeVar("C", bound=BaseModel)


def read_configuration(path: str, model: type[C]) -> dict[str, C]:
    """Return all valid entries below `path`, by name.

    An invalid entry is logged with the names of its wrong fields and left out, so that it does not stop the others.
    Raises InvalidConfigurationError if no valid one is left.
    """
    valid: dict[str, C] = {}
    # Not from Powertools' cache: a run is long and must not begin with the configuration from before a deploy.
    for name, text in parameters.get_parameters(path, recursive=False, force_fetch=True).items():
        try:
            valid[name] = model.model_validate_json(text)
        except ValidationError as error:
            logger.error("invalid configuration", extra={"parameter": f"{path}/{name}", "problems": problems(error)})
    if not valid:
        raise InvalidConfigurationError(f"no valid {model.__name__} under {path}")
    return valid
