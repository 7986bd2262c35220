"""A function gets the time of a request."""

import json
import re
from datetime import datetime

import pytest

from support.rest_api import Api


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "identity"}], ids=["short", "long"])
def test_the_time_of_a_request_has_its_zone(api: Api, headers: dict[str, str]) -> None:
    """`requestTime` is in the Common Log Format, with its offset, and equals `requestTimeEpoch`.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
    """
    written, epoch = json.loads(api.call("POST", "direct-works?do=time", b"", **headers).body)
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", written)
    assert int(datetime.strptime(written, "%d/%b/%Y:%H:%M:%S %z").timestamp()) == epoch // 1000
