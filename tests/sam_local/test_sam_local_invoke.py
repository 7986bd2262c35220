"""`sam local invoke` with the environment file of the running platform; it needs a container engine.

SAM 1.170 takes `--docker-network host` for "join no network", so that a container on Linux cannot reach the platform's
loopback. What needs nothing of it is answered as on the platform; what does is answered 503, as with a dead dependency.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from support.platform.platform import run

if TYPE_CHECKING:
    from support.platform.platform import Platform


def _invoke(platform: Platform, event: str) -> dict[str, Any]:
    answer = run(
        "sam", "local", "invoke", "PagosApi",
        "--config-env", "local",
        "--event", f"events/pagos-api/{event}.json",
        "--env-vars", str(platform.home / "env.local.json"),
        "--docker-network", "host",
        *(["--skip-pull-image"] if os.environ.get("CI") else []),
        env=platform.environment,
        timeout=300,
    )  # fmt: skip
    response: dict[str, Any] = json.loads(answer.stdout.strip().splitlines()[-1])
    return response


def test_a_function_runs_in_a_container_with_its_layers(platform: Platform) -> None:
    """The health check is answered from Lambda's image."""
    assert _invoke(platform, "get-health")["statusCode"] == 200


def test_bad_input_is_refused_in_a_container_too(platform: Platform) -> None:
    """With the same problem details as on the platform."""
    response = _invoke(platform, "post-pago-invalido")
    assert (response["statusCode"], json.loads(response["body"])["codigo"]) == (422, "datos-no-validos")
