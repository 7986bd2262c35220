"""Apache Pulsar with TLS, tokens, and permissions for roles."""

from __future__ import annotations

import base64
import hmac
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import requests

from aero.platform.ports import LOOPBACK
from aero.run.components.pulsar_apache import ApachePulsar
from support.aero.certificates import CertificateAuthority

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.ports import PortTable

KEY: Final = b"signs the tokens of the test's broker"
ADMINISTRATOR: Final = "administrator"
CONNECTOR: Final = "connector"
_TOKENS: Final = "org.apache.pulsar.broker.authentication.AuthenticationProviderToken"
_TOKENS_OF_CLIENTS: Final = "org.apache.pulsar.client.impl.auth.AuthenticationToken"


def token(role: str, *, key: bytes = KEY) -> str:
    """Make a JWT for a role."""
    signed = ".".join(_base64url(json.dumps(part).encode()) for part in ({"alg": "HS256"}, {"sub": role}))
    return f"{signed}.{_base64url(hmac.digest(key, signed.encode(), 'sha256'))}"


class SecuredPulsar(ApachePulsar):
    """The platform's broker with the settings of a broker elsewhere; its certificate is for 127.0.0.1 alone."""

    def __init__(self, paths: Paths, table: PortTable) -> None:
        super().__init__(paths, table)
        self.authority = CertificateAuthority("The test's authority")
        self._encrypted_port = self._broker.number + 1  # not a port of the table

    @property
    def address(self) -> str:
        """The service URL."""
        return f"pulsar+ssl://{LOOPBACK}:{self._encrypted_port}"

    async def is_ready(self) -> bool:
        """Return whether topics can be made and the connector may use them."""
        for check in ("brokers/ready", "namespaces/public/default", "brokers/health"):
            if self._ask("GET", check) != HTTPStatus.OK:
                return False
        permissions = f"namespaces/public/default/permissions/{CONNECTOR}"
        return self._ask("POST", permissions, json=["produce", "consume"]) == HTTPStatus.NO_CONTENT

    def _ask(self, method: str, path: str, **body: Any) -> int:
        headers = {"Authorization": f"Bearer {token(ADMINISTRATOR)}"}
        try:
            url = f"{self._admin.http}/admin/v2/{path}"
            return requests.request(method, url, headers=headers, timeout=10, **body).status_code
        except requests.RequestException:
            return 0

    def _settings(self) -> dict[str, object]:
        certificate, key = self.authority.issue(LOOPBACK)
        files = {"broker": certificate, "key": key, "authority": self.authority.pem}
        for name, pem in files.items():
            (self._paths.run / f"{name}.pem").write_text(pem)
        return super()._settings() | {
            "brokerServicePortTls": self._encrypted_port,
            "tlsCertificateFilePath": self._paths.run / "broker.pem",
            "tlsKeyFilePath": self._paths.run / "key.pem",
            "tlsTrustCertsFilePath": self._paths.run / "authority.pem",
            "authenticationEnabled": "true",
            "authenticationProviders": _TOKENS,
            "tokenSecretKey": f"data:;base64,{base64.b64encode(KEY).decode()}",
            "authorizationEnabled": "true",
            "superUserRoles": ADMINISTRATOR,
            "brokerClientAuthenticationPlugin": _TOKENS_OF_CLIENTS,
            "brokerClientAuthenticationParameters": f"token:{token(ADMINISTRATOR)}",
        }


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
