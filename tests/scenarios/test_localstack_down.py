"""LocalStack is killed, with API Gateway, all functions, the schedule and DynamoDB; then it is started again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sized
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import psutil
import pytest

from aero.process.run_record import RunRecord
from support.platform.platform import eventually

if TYPE_CHECKING:
    import requests

    from support.platform.platform import Platform

CLIENTS: Final = 4
MORE: Final = 20
PAUSE_SECONDS: Final = 0.1


class Clients:
    """Clients that repeat each payment until it is accepted, then send the next."""

    def __init__(self, platform: Platform) -> None:
        self.answers: list[requests.Response] = []
        self.stop = threading.Event()
        self._platform = platform

    def accepted(self) -> list[str]:
        """Return the ids of the accepted payments."""
        return [answer.json()["id_pago"] for answer in list(self.answers) if answer.status_code == 200]

    def refused(self) -> list[requests.Response]:
        """Return all other answers."""
        return [answer for answer in list(self.answers) if answer.status_code != 200]

    def more(self, kind: Callable[[], Sized]) -> None:
        """Wait for MORE further answers of a kind."""
        enough = len(kind()) + MORE
        eventually(lambda: len(kind()) >= enough, timeout=30, what="answers")

    def work(self) -> None:
        """Send payments until stopped."""
        body: dict[str, Any] = {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP"}
        while not self.stop.is_set():
            body["referencia_pago"] = f"localstack-{uuid4()}"
            while self._send(body).status_code != 200 and not self.stop.wait(PAUSE_SECONDS):
                pass

    def _send(self, body: dict[str, Any]) -> requests.Response:
        answer = self._platform.post_pago(body)
        self.answers.append(answer)
        return answer


@pytest.mark.slow
def test_without_localstack_requests_get_503_until_it_returns(platform: Platform) -> None:
    """All answers are 200, or 503 with Retry-After; accepted payments are made once; no function process survives."""
    clients = Clients(platform)
    with ThreadPoolExecutor(CLIENTS) as pool:
        try:
            # Given functions under load
            work = [pool.submit(clients.work) for _ in range(CLIENTS)]
            clients.more(clients.accepted)
            functions = below_localstack(platform)
            # When LocalStack goes
            platform.aero("stop", "localstack", "--kill")
            # Then its functions go with it, and requests are refused
            _, alive = psutil.wait_procs(functions, timeout=3)
            assert len(functions) >= 3
            assert alive == []
            clients.more(clients.refused)
            # When it comes back
            platform.aero("start", "localstack", timeout=600)
            # Then it serves as before, without a further command
            assert platform.get("/health").status_code == 200
            clients.more(clients.accepted)
        finally:
            clients.stop.set()
    for client in work:
        client.result()
    for answer in clients.refused():
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json"), answer.text
        assert answer.json()["codigo"] == "servicio-no-disponible"
        assert int(answer.headers["Retry-After"]) > 0
    accepted = clients.accepted()
    assert {platform.final_state(id_pago, timeout=60)["estado"] for id_pago in accepted} == {"EXITOSO"}
    charges = platform.charges()
    assert [charges.get(id_pago) for id_pago in accepted] == [1] * len(accepted)


def below_localstack(platform: Platform) -> list[psutil.Process]:
    """Return the running processes below LocalStack, those of the functions."""
    record = RunRecord.running(platform.home / "run.json")
    localstack = record and record.component("localstack")
    assert localstack
    assert localstack.program
    return psutil.Process(localstack.program.pid).children(recursive=True)
