"""A switch waits for Parameter Store longer than a report, which can use the last known version."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import pytest

from reportes.dominio.errores import VersionNoLegibleError
from reportes.infraestructura.aws.versions import READ_SECONDS, SsmVersiones
from support.reportes.builders import un_reparto

# The service's answers: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
FOUND: Final = {"Parameter": {"Name": "version", "Type": "String", "Value": "v1", "Version": 1, "LastModifiedDate": 1}}
ANSWERS: Final = {"AmazonSSM.PutParameter": {"Version": 1, "Tier": "Standard"}, "AmazonSSM.GetParameter": FOUND}


class SlowStore(BaseHTTPRequestHandler):
    """Parameter Store on a slow machine."""

    def do_POST(self) -> None:
        """Answer later than a report would wait."""
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(READ_SECONDS * 2)
        body = json.dumps(ANSWERS[self.headers["X-Amz-Target"]]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Log nothing."""


class RefusesFirst(SlowStore):
    """Parameter Store that throttles once."""

    requests = 0

    def do_POST(self) -> None:
        """Refuse the first request, as AWS throttles frequent ones."""
        type(self).requests += 1
        if self.requests > 1:
            return super().do_POST()
        body = b'{"__type": "ThrottlingException", "message": "Rate exceeded"}'
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None


@contextmanager
def a_store(kind: type[SlowStore], monkeypatch: pytest.MonkeyPatch) -> Iterator[SsmVersiones]:
    """Return a function's versions with a store of that kind."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}"), ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    try:
        yield SsmVersiones("version")
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("kind", [SlowStore, RefusesFirst])
def test_a_switch_succeeds_with_a_slow_store(kind: type[SlowStore], monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of delay or one refused request does not cause a 503."""
    with a_store(kind, monkeypatch) as versiones:
        assert versiones.publicar(un_reparto("v2"), por="ana").reparto == un_reparto("v2")


def test_a_report_does_not_wait_for_a_slow_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """It uses the last known version."""
    with a_store(SlowStore, monkeypatch) as versiones, pytest.raises(VersionNoLegibleError):
        versiones.leer()
