"""A certificate authority for a test, and the certificates that it issues for a server on this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

VALID_FOR: Final = timedelta(days=1)


class CertificateAuthority:
    """An authority; its own certificate is `pem`."""

    def __init__(self, name: str) -> None:
        self._key = _new_key()
        self._name = _name(name)
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        certificate = self._certificate(self._name, self._key).add_extension(constraints, critical=True)
        self.pem = certificate.sign(self._key, SHA256()).public_bytes(Encoding.PEM).decode()

    def issue(self, address: str) -> tuple[str, str]:
        """Return a certificate for a server with that IP address and no other name, and its key in PKCS 8."""
        key = _new_key()
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        certificate = self._certificate(_name("broker"), key).add_extension(names, critical=False)
        pem = certificate.sign(self._key, SHA256()).public_bytes(Encoding.PEM).decode()
        return pem, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def _certificate(self, subject: x509.Name, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - VALID_FOR,
            not_valid_after=now + VALID_FOR,
        )


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)  # Pulsar cannot read elliptic-curve keys


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
