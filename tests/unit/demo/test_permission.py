"""The demonstration never writes to AWS."""

from __future__ import annotations

import pytest

from aero.platform.errors import AeroError
from aero.platform.settings import External
from demo.permission import refuse_aws

LOCAL = "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("external", "endpoint"),
    [
        (External(), "https://lambda.us-east-1.amazonaws.com"),
        (External(aws_endpoint_url="https://sts.cn-north-1.amazonaws.com.cn"), LOCAL),
        (External(database_url="postgresql://u:p@aero.abc.us-east-1.rds.amazonaws.com:5432/aero"), LOCAL),
        (External(pulsar_url="pulsar+ssl://nlb.elb.us-east-1.amazonaws.com:6651"), LOCAL),
    ],
)
def test_services_on_aws_are_refused(external: External, endpoint: str) -> None:
    """One of them on AWS is enough."""
    with pytest.raises(AeroError, match="never writes to AWS"):
        refuse_aws(external, endpoint)


def test_services_elsewhere_are_accepted() -> None:
    """The containers of compose.yaml listen on loopback too."""
    refuse_aws(External(database_url="postgresql://u:p@127.0.0.1:5432/aero"), LOCAL)
