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
    """Return all valid entries below `path`, by name; raises InvalidConfigurationError if there is none."""
    valid = read_valid(path, model)
    if not valid:
        raise InvalidConfigurationError(f"no valid {model.__name__} under {path}")
    return valid


def read_valid(path: str, model: type[C], *, cached: bool = False) -> dict[str, C]:
    """Return all valid entries below `path`, by name; `cached` ones may be five seconds old.

    An invalid entry is logged with the names of its wrong fields and left out, so that it does not stop the others.
    """
    valid: dict[str, C] = {}
    # A run is long and must not begin with the configuration from before a deploy.
    for name, text in parameters.get_parameters(path, recursive=False, force_fetch=not cached).items():
        try:
            valid[name] = model.model_validate_json(text)
        except ValidationError as error:
            logger.error("invalid configuration", extra={"parameter": f"{path}/{name}", "problems": problems(error)})
    return valid
