"""Thirty-two concurrent clients: waiting requests do not block others."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import psutil
import requests

from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

CLIENTS: Final = 32
CAMPANA: Final = {
    "presupuesto": {"monto": 1000, "moneda": "COP"},
    "fecha_inicio": "2026-01-01",
    "fecha_fin": "2999-01-01",
    "id_afiliado": "afiliado-e2e",
}


@contextmanager
def hung_postgres(platform: Platform) -> Iterator[None]:
    """Suspend PostgreSQL, which keeps its connections but does not answer."""
    ours = str(platform.home)
    processes = [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and any(ours in word for word in process.info["cmdline"] or ())
    ]
    assert processes
    everything = processes + [child for process in processes for child in process.children(recursive=True)]
    try:
        for process in everything:
            process.suspend()
        yield
    finally:
        for process in everything:
            process.resume()


def test_all_clients_are_served_through_the_proxy(platform: Platform) -> None:
    """The proxy's function waits for an instance's function, which competes for the same machine."""

    def create(number: int) -> requests.Response:
        body = CAMPANA | {"nombre": f"Campaña {number}"}
        return requests.post(f"http://127.0.0.1:{platform.port(8080)}/api/campaigns/", json=body, timeout=60)

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(create, range(4 * CLIENTS)))
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert [answer.json()["nombre"] for answer in answers] == [f"Campaña {number}" for number in range(len(answers))]
    assert len({answer.json()["id"] for answer in answers}) == len(answers)


def test_requests_without_the_database_are_served_while_it_hangs(platform: Platform) -> None:
    """The same function's other requests all wait for the database; each is answered in the end."""

    def ask(_: int) -> int:
        return requests.get(f"{platform.url}/pagos/{uuid4()}", timeout=60).status_code

    def is_well(_: int) -> int:
        return requests.get(f"{platform.url}/health", timeout=60).status_code

    with ThreadPoolExecutor(2 * CLIENTS) as pool:
        with hung_postgres(platform):
            waiting = [pool.submit(ask, number) for number in range(CLIENTS)]
            assert list(pool.map(is_well, range(CLIENTS))) == [200] * CLIENTS
        assert {one.result() for one in waiting} <= {404, 503}
    eventually(lambda: ask(0) == 404, timeout=30, what="answer from the resumed database")
