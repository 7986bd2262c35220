"""Every way into the platform named in docs/operating.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import requests

from support.event_collector.on_platform import send_event
from support.lambda_events import PROJECT
from support.platform.platform import eventually, run

if TYPE_CHECKING:
    from support.platform.platform import Platform

HEALTH = "events/pagos-api/get-health.json"
FUNCTION = "aeropartners-local-pagos-api"


def test_aero_invoke(platform: Platform) -> None:
    """A sample's answer is shown."""
    shown = platform.aero("invoke", "pagos-api", "-e", HEALTH).stdout
    assert json.loads(shown)["status"] == "healthy"


def test_aero_invoke_of_a_consumer(platform: Platform) -> None:
    """The sample's payment is made first, so its message is processed."""
    answer = platform.aero("invoke", "procesar-pagos", "-e", "events/procesar-pagos/pago-pendiente.json")
    assert json.loads(answer.stdout) == {"batchItemFailures": []}
    assert "Made for the sample: /pagos/" in answer.stderr


def test_aero_invoke_fails_if_the_request_is_refused(platform: Platform) -> None:
    """The problem is printed, and the exit code is 1."""
    refused = platform.aero("invoke", "pagos-api", "-e", "events/pagos-api/post-pago-invalido.json", check=False)
    assert (refused.returncode, json.loads(refused.stdout)["status"]) == (1, 422)


def test_aero_deploy_updates_a_deployed_stack(platform: Platform) -> None:
    """The API goes on serving."""
    platform.aero("deploy", timeout=300)
    assert platform.get("/health").status_code == 200


def test_aero_invoke_of_an_unknown_function_names_the_functions(platform: Platform) -> None:
    """The command fails without a traceback."""
    refused = platform.aero("invoke", "pagos", "-e", HEALTH, check=False)
    assert refused.returncode != 0
    assert "procesar-pagos" in refused.stdout + refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr


def test_aero_stop_of_an_unknown_component_names_the_components(platform: Platform) -> None:
    """The command fails, and nothing is stopped."""
    refused = platform.aero("stop", "lambda", check=False)
    assert refused.returncode != 0
    assert "postgres" in refused.stdout + refused.stderr
    assert {part["state"] for part in platform.status()["components"]} == {"running"}


def test_aero_gateway(platform: Platform) -> None:
    """Payments meet its faults, and its ledger counts them."""
    platform.aero("gateway", "--decline", "1")
    pago = platform.post_pago(
        {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": f"gateway-{uuid4()}"}
    ).json()
    assert platform.final_state(pago["id_pago"])["estado"] == "FALLIDO"
    shown = json.loads(platform.aero("gateway", "--calm", "--json").stdout)
    assert shown["faults"]["decline_rate"] == 0
    assert shown["ledger"]["currencies"]["cop"]["declines"] > 0


def test_aero_affiliates(platform: Platform) -> None:
    """The event collector requires the key made by the command."""
    id_afiliado = f"afiliado-{uuid4()}"
    platform.aero("affiliates", "add", id_afiliado, "--allow", "CLICK")
    key = platform.aero("affiliates", "key", id_afiliado).stdout.strip()
    evento = {"tipo_evento": "CLICK", "id_afiliado": id_afiliado, "fuente_evento": "API_DIRECT"}
    assert send_event(platform, evento).status_code == 401
    assert send_event(platform, evento, **{"X-Api-Key": key}).status_code == 201
    assert send_event(platform, evento | {"tipo_evento": "PAGE_VIEW", "api_key": key}).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/health", 200),
        ("/event-collector/health", 200),
        ("/event-collector/ready", 200),
        ("/event-collector/nothing", 404),
        ("/pagos/outbox/estadisticas", 404),
        ("/campaigns", 404),
        ("/instances/event-collector/health", 404),
    ],
)
def test_the_event_collectors_own_port(platform: Platform, path: str, status: int) -> None:
    """It answers there as on the API's port, and no other API does."""
    answer = requests.get(f"http://127.0.0.1:{platform.port(8090)}{path}", timeout=60)
    assert answer.status_code == status
    if path.endswith("/health") and status == 200:
        assert answer.json()["service"] == "event-collector-api"


@pytest.mark.parametrize(
    ("port", "service"),
    [
        (8000, "pagos"), (8080, "campanas-proxy"), (8001, "campanas-primaria"), (8002, "campanas-replica"),
        (8090, "event-collector-api"), (9001, "reportes-api"), (9002, "reportes-api"),
    ],
)  # fmt: skip
def test_each_port_describes_its_service_at_its_root(platform: Platform, port: int, service: str) -> None:
    """Each service of the original did so."""
    answer = requests.get(f"http://127.0.0.1:{platform.port(port)}/", timeout=60)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json()["service"] == service
    assert answer.json()["message"]


def test_sam_remote_invoke(platform: Platform) -> None:
    """AWS's own tool invokes a function by its logical id."""
    answer = run(
        "sam", "remote", "invoke", "PagosApi", "--stack-name", "aeropartners-local", "--event-file", HEALTH,
        env=platform.environment,
    )  # fmt: skip
    assert json.loads(answer.stdout)["statusCode"] == 200


def test_awslocal_lambda_invoke(platform: Platform, tmp_path: Path) -> None:
    """LocalStack's own command invokes a function by its name."""
    result = tmp_path / "result.json"
    run(
        "awslocal", "lambda", "invoke", "--function-name", FUNCTION,
        "--payload", f"fileb://{PROJECT / HEALTH}", str(result),
        env=platform.environment,
    )  # fmt: skip
    assert json.loads(result.read_text())["statusCode"] == 200


def test_the_correlation_id_is_in_the_logs(platform: Platform) -> None:
    """`aero logs` and `sam logs` show the function's lines about a request."""
    correlation_id = f"ways-in-{uuid4()}"
    platform.post_pago({}, **{"X-Correlation-Id": correlation_id})
    eventually(
        lambda: correlation_id in platform.aero("logs", "pagos-api").stdout, timeout=20, what="line of `aero logs`"
    )
    eventually(
        lambda: (
            correlation_id
            in run("sam", "logs", "--cw-log-group", f"/aws/lambda/{FUNCTION}", env=platform.environment).stdout
        ),
        timeout=40,
        what="line of `sam logs`",
    )


def test_the_status_is_a_document_too(platform: Platform) -> None:
    """`aero status --json` is for scripts, `aero status` for the operator."""
    assert {part["state"] for part in platform.status()["components"]} == {"running"}
    shown = platform.aero("status", check=False).stdout
    for name in ("PostgreSQL", "Pulsar", "LocalStack", "procesar-pagos"):
        assert name in shown


def test_the_environment_file_for_sam_local_is_written(platform: Platform) -> None:
    """It has the addresses of the running platform's services."""
    environment = json.loads((platform.home / "env.local.json").read_text())
    assert environment["PagosApi"]["AWS_ENDPOINT_URL"] == platform.environment["AWS_ENDPOINT_URL"]
    assert environment["PagosApi"]["DATABASE_SECRET"] == "aeropartners/local/database/pagos"
