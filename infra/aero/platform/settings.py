"""The settings of one `aero up`, from its options and the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from aero.platform.broker_access import PulsarAccess
from aero.platform.errors import AeroError


class PulsarKind(StrEnum):
    """The kind of broker that aero runs."""

    apache = "apache"
    lite = "lite"


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """The addresses of services that run elsewhere. For an empty address aero runs its own service."""

    database_url: str = ""
    pulsar_url: str = ""
    pulsar_admin_url: str = ""
    aws_endpoint_url: str = ""

    @classmethod
    def from_env(cls) -> Self:
        """Read AERO_DATABASE_URL, AERO_PULSAR_URL, AERO_PULSAR_ADMIN_URL and AERO_AWS_ENDPOINT_URL."""
        return cls(
            database_url=os.environ.get("AERO_DATABASE_URL", ""),
            pulsar_url=os.environ.get("AERO_PULSAR_URL", ""),
            pulsar_admin_url=os.environ.get("AERO_PULSAR_ADMIN_URL", "").rstrip("/"),
            aws_endpoint_url=os.environ.get("AERO_AWS_ENDPOINT_URL", "").rstrip("/"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one `aero up`. `debug` maps each function that waits for a debugger to the debugger's port.

    Raises AeroError for settings that exclude each other.
    """

    port_offset: int = 0
    pulsar: PulsarKind = PulsarKind.apache
    reset: bool = False
    watch: bool = False
    debug: Mapping[str, int] = field(default_factory=dict)
    cors: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    external: External = External()
    pulsar_access: PulsarAccess = field(default_factory=PulsarAccess)

    def __post_init__(self) -> None:
        if self.external.aws_endpoint_url and (self.watch or self.debug):
            raise AeroError(
                "--watch and --debug need the LocalStack that aero runs, with our plugin, on this machine.",
                cure="Leave AERO_AWS_ENDPOINT_URL out.",
            )
