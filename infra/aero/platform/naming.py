"""The names shared by the template, the functions and aero."""

from __future__ import annotations

from typing import Final

STAGE: Final = "local"
STACK: Final = f"aeropartners-{STAGE}"
BUCKET: Final = f"aeropartners-{STAGE}-artifacts"
REGION: Final = "us-east-1"

DATABASE: Final = "aeropartners"
ADMIN_ROLE: Final = "aero"
# The schema of each context. A migration creates a role of the same name for its functions.
SCHEMAS: Final = ("pagos", "campanas", "event_collector", "reportes")
ROLES: Final = (*SCHEMAS, "connector", "connector_api")

# The template's parameters set by a local deploy, and the output that it needs.
ORIGINS_PARAMETERS: Final = (
    "PaymentsOrigins", "CampaignsOrigins", "ReportsOrigins", "EventCollectorOrigins", "ConnectorOrigins",
)  # fmt: skip
PARAMETERS: Final = frozenset(
    {"Stage", "PulsarUrl", "StripeApiBase", "AwsEndpointUrl", "PulsarSecret", "PulsarAdminUrl", *ORIGINS_PARAMETERS}
)
API_OUTPUT: Final = "ApiId"

# These functions are started right after a deploy, so that events flow before the first tick of their schedule.
CONNECTOR: Final = ("relay", "bridge")


def function_name(short: str) -> str:
    """Turn `procesar-pagos` into `aeropartners-local-procesar-pagos`. A full name stays as it is."""
    return short if short.startswith(f"{STACK}-") else f"{STACK}-{short}"


def short_name(function: str) -> str:
    """Turn `aeropartners-local-procesar-pagos` into `procesar-pagos`."""
    return function.removeprefix(f"{STACK}-")


def database_secret(role: str) -> str:
    """Return the name of the secret with the credentials of a database role."""
    return f"aeropartners/{STAGE}/database/{role}"


STRIPE_SECRET: Final = f"aeropartners/{STAGE}/stripe"
PULSAR_SECRET: Final = f"aeropartners/{STAGE}/pulsar"
# The template puts the connector's mappings below this path, each under its name.
MAPPINGS_PATH: Final = f"/aeropartners/{STAGE}/connector/mappings"
