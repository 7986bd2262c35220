"""`sam local invoke` against the running platform; needs a container engine (`make test-sam-local`)."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from uuid import uuid4

from support.lambda_events import sample
from support.platform import run

if TYPE_CHECKING:
    from pathlib import Path

    from support.platform import Platform


def test_a_function_in_a_container_works_with_the_platform(platform: Platform, tmp_path: Path) -> None:
    """A payment accepted by a container reaches EXITOSO on the platform."""
    event = sample("pagos-api/post-pago")
    event["body"] = json.dumps(json.loads(event["body"]) | {"referencia_pago": f"sam-local-{uuid4()}"})
    event_file = tmp_path / "event.json"
    event_file.write_text(json.dumps(event))
    answer = run(
        "sam", "local", "invoke", "PagosApi",
        "--event", str(event_file),
        "--env-vars", str(platform.home / "env.local.json"),
        "--docker-network", "host",
        *(["--skip-pull-image"] if os.environ.get("CI") else []),
        env=platform.environment,
        timeout=300,
    )  # fmt: skip
    response = json.loads(answer.stdout.strip().splitlines()[-1])
    assert response["statusCode"] == 200
    assert platform.final_state(json.loads(response["body"])["id_pago"])["estado"] == "EXITOSO"
