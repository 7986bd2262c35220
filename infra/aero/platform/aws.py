"""The boto3 clients of the AWS emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aero.platform.environment import DUMMY_AWS

if TYPE_CHECKING:
    from boto3.session import Session


class Emulator:
    """Makes boto3 clients for one endpoint with dummy credentials. boto3 is imported on first use."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._session: Session | None = None

    def client(self, service: Any, *, read_timeout: int = 60, attempts: int = 3) -> Any:
        """Return a client of a service. The caller types it, since boto3's stubs overload on the literal name."""
        import boto3  # noqa: PLC0415 - takes a third of a second, which `aero --help` must not spend
        from botocore.config import Config  # noqa: PLC0415

        if self._session is None:
            self._session = boto3.session.Session(
                aws_access_key_id=DUMMY_AWS["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=DUMMY_AWS["AWS_SECRET_ACCESS_KEY"],
                region_name=DUMMY_AWS["AWS_REGION"],
            )
        config = Config(
            connect_timeout=5,
            read_timeout=read_timeout,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            s3={"addressing_style": "path"},
        )
        return self._session.client(service, endpoint_url=self.endpoint, config=config)
