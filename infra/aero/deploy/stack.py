"""`sam deploy` to the emulator, with the bucket and the secrets that the stack needs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aero.deploy.build import build_folder
from aero.deploy.failure import explained
from aero.deploy.sam import SamRefusedError, run_sam, sam_environment
from aero.deploy.watch import watching_template
from aero.platform.environment import aws_environment, child_environment
from aero.platform.naming import (
    API_OUTPUT,
    BUCKET,
    CONNECTOR,
    ORIGINS_PARAMETERS,
    PULSAR_SECRET,
    REGION,
    STACK,
    STAGE,
    STRIPE_SECRET,
    database_secret,
    function_name,
)
from aero.process.file_lock import in_turn
from aero.process.supervisor import Command, ProgramFailedError

if TYPE_CHECKING:
    from aero.platform.aws import Emulator
    from aero.platform.paths import Paths

# Services that a deploy needs. LocalStack loads a service at its first call, so they are called during the build.
_WARM_UP: Final = (
    ("cloudformation", "list_stacks"), ("iam", "list_roles"), ("lambda", "list_functions"),
    ("apigateway", "get_rest_apis"), ("dynamodb", "list_tables"), ("events", "list_rules"),
    ("logs", "describe_log_groups"), ("ssm", "describe_parameters"), ("sts", "get_caller_identity"),
    ("cloudwatch", "list_metrics"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The target of a deploy: the emulator and the addresses that functions get."""

    paths: Paths
    emulator: Emulator
    pulsar_url: str
    pulsar_secret: str  # the secret's name; empty for a broker without authentication
    pulsar_admin_url: str = ""  # empty for a broker without an admin API
    stripe_url: str
    origins: Sequence[str] = ()  # web origins that may use the APIs
    watch: bool  # whether functions run from the working tree


def in_turn_with_others(paths: Paths) -> AbstractAsyncContextManager[None]:
    """Allow one deploy at a time, since `aero deploy` may run while a restarted LocalStack gets its deploy again."""
    return in_turn(paths.home / "deploy.lock")


async def provide(emulator: Emulator, secrets: Mapping[str, Mapping[str, Any]]) -> None:
    """Create the bucket for artifacts, and create or update the functions' secrets."""
    await asyncio.to_thread(_provide, emulator, secrets)


def _provide(emulator: Emulator, secrets: Mapping[str, Mapping[str, Any]]) -> None:
    emulator.client("s3").create_bucket(Bucket=BUCKET)
    manager = emulator.client("secretsmanager")
    for name, value in secrets.items():
        text = json.dumps(value)
        try:
            manager.create_secret(Name=name, SecretString=text)
        except manager.exceptions.ResourceExistsException:
            manager.put_secret_value(SecretId=name, SecretString=text)


def platform_secrets(
    databases: Mapping[str, Mapping[str, Any]], stripe_api_key: str, *, pulsar: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    """Return all secrets by name. A Pulsar broker without authentication has none."""
    by_role = {database_secret(role): credentials for role, credentials in databases.items()}
    return by_role | {STRIPE_SECRET: {"api_key": stripe_api_key}} | ({PULSAR_SECRET: pulsar} if pulsar else {})


async def warm_up(emulator: Emulator) -> None:
    """Make LocalStack load the services of a deploy; this saves time only while other work runs.

    They are loaded one by one: concurrent loads import each other's modules and may deadlock.
    """
    await asyncio.to_thread(_warm_up, emulator)


def _warm_up(emulator: Emulator) -> None:
    for service, operation in _WARM_UP:
        getattr(emulator.client(service), operation)()


async def deploy(target: Target) -> str:
    """Deploy the build and return the id of the REST API. Raises AeroError with the failed resource."""
    began = datetime.now(UTC)
    try:
        await run_sam(_sam_deploy(target))
    except (ProgramFailedError, SamRefusedError) as failure:
        raise await asyncio.to_thread(explained, target.emulator, failure, began) from failure
    return await asyncio.to_thread(_output, target.emulator, API_OUTPUT)


def _sam_deploy(target: Target) -> Command:
    template = watching_template(target.paths) if target.watch else build_folder(target.paths) / "template.yaml"
    origins = ",".join(target.origins)
    overrides = (
        f"Stage={STAGE} PulsarUrl={target.pulsar_url} StripeApiBase={target.stripe_url} "
        f"AwsEndpointUrl={target.emulator.endpoint}"
        + "".join(f" {parameter}={origins}" for parameter in ORIGINS_PARAMETERS)
    )
    overrides += f" PulsarSecret={target.pulsar_secret}" if target.pulsar_secret else ""
    overrides += f" PulsarAdminUrl={target.pulsar_admin_url}" if target.pulsar_admin_url else ""
    return Command(
        name="sam deploy",
        argv=(
            *("sam", "deploy", "--config-env", "local", "--stack-name", STACK, "--region", REGION),
            *("--template-file", str(template), "--s3-bucket", BUCKET),
            *("--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-fail-on-empty-changeset"),
            *("--no-progressbar", "--parameter-overrides", overrides),
        ),
        cwd=target.paths.project,
        log=target.paths.log("sam-deploy"),
        env=child_environment(
            **aws_environment(target.emulator.endpoint),
            **sam_environment(target.paths, "sam-deploy"),
            SAM_CLI_POLL_DELAY="0.3",
        ),
    )


def _output(emulator: Emulator, name: str) -> str:
    stack = emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return next(str(output["OutputValue"]) for output in stack["Outputs"] if output["OutputKey"] == name)


async def start_connector(emulator: Emulator) -> None:
    """Invoke relay and bridge now, so that they do not wait for the next tick of their schedule."""
    await asyncio.to_thread(_start_connector, emulator)


def _start_connector(emulator: Emulator) -> None:
    functions = emulator.client("lambda")
    for name in CONNECTOR:
        functions.invoke(FunctionName=function_name(name), InvocationType="Event", Payload=b"{}")
