"""The part of AWS that the connector calls, over HTTP: parameters, secrets, and functions that are Python callables."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

Function = Callable[[dict[str, Any]], Any]


class ThrottledError(Exception):
    """A function raises it to answer as Lambda does without capacity."""


class FakeAws:
    """Listens on loopback; processes reach it by AWS_ENDPOINT_URL."""

    def __init__(self) -> None:
        self.parameters: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        self.functions: dict[str, Function] = {}
        aws = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle(self) -> None:
                """Serve until the client closes the connection or is killed."""
                with suppress(ConnectionError):
                    super().handle()

            def do_POST(self) -> None:
                """Serve a call; every call of AWS is a POST."""
                body = self.rfile.read(length := int(self.headers["Content-Length"]))
                if len(body) < length:
                    raise ConnectionAbortedError
                status, headers, answer = aws._answer(self.path, self.headers.get("X-Amz-Target", ""), json.loads(body))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path: str, target: str, body: Any) -> tuple[int, dict[str, str], bytes]:
        match target.rpartition(".")[2]:
            case "GetParametersByPath":
                found = [
                    {"Name": name, "Value": value, "Type": "String"}
                    for name, value in self.parameters.items()
                    if name.rpartition("/")[0] == body["Path"]
                ]
                return 200, {}, json.dumps({"Parameters": found}).encode()
            case "GetSecretValue":
                secret = {"Name": body["SecretId"], "SecretString": self.secrets[body["SecretId"]]}
                return 200, {}, json.dumps(secret).encode()
        return self._invoke(unquote(path.split("/")[-2]), body)

    def _invoke(self, function: str, event: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        try:
            return 200, {}, json.dumps(self.functions[function](event)).encode()
        except ThrottledError:
            return 429, {"X-Amzn-ErrorType": "TooManyRequestsException"}, b'{"message": "Rate Exceeded."}'
        except Exception as error:  # noqa: BLE001 - what a function raises is its error
            answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return 200, {"X-Amz-Function-Error": "Unhandled"}, json.dumps(answer).encode()
