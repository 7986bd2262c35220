"""The objects of `connector-api`, each made at its first use and kept for the life of the execution environment.

boto3 is imported where it is needed: its import takes 0.4 s of a cold start.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from pulsar_connector.operations.broker_statistics import BrokerStatistics
from pulsar_connector.operations.letter_commands import LetterCommands
from pulsar_connector.operations.letter_queries import LetterQueries
from pulsar_connector.settings import ApiSettings
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret, read_secret

if TYPE_CHECKING:
    from pulsar_connector.broker.secret import BrokerSecret
    from pulsar_connector.operations.letter import Mappings


@cache
def database() -> PostgresDatabase:
    """Return the API's own database connection."""
    return PostgresDatabase(partial(DatabaseSecret.read, ApiSettings.from_env().database_secret))


@cache
def queries() -> LetterQueries:
    """Return the read side of dead letters and outboxes."""
    return LetterQueries(database())


@cache
def commands() -> LetterCommands:
    """Return the write side of dead letters."""
    return LetterCommands(database(), queries())


@cache
def statistics() -> BrokerStatistics:
    """Return the reader of the broker's admin API."""
    return BrokerStatistics(ApiSettings.from_env().pulsar_admin_url, _broker_secret)


def mappings() -> Mappings:
    """Return the deployed mappings, which may be five seconds old; raises DependencyUnavailableError."""
    from aws_lambda_powertools.utilities.parameters import GetParameterError

    from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
    from pulsar_connector.run.parameter_store import read_valid

    try:
        return read_valid(ApiSettings.from_env().mappings_path, EventSourceMapping, cached=True)
    except GetParameterError as error:
        raise DependencyUnavailableError("parameters") from error


def _broker_secret() -> BrokerSecret:
    from pulsar_connector.broker.secret import BrokerSecret

    name = ApiSettings.from_env().pulsar_secret
    return BrokerSecret.from_json(read_secret(name)) if name else BrokerSecret()
