"""The parameters of one request, as Stripe's forms and query strings spell them."""

from __future__ import annotations

import hashlib
import re
from typing import Final, Self
from urllib.parse import parse_qsl

from stripe_simulator.protocol.stripe_error import StripeError

FORM: Final = "application/x-www-form-urlencoded"
MAX_METADATA_KEYS: Final = 50
MAX_METADATA_KEY_LENGTH: Final = 40
MAX_METADATA_VALUE_LENGTH: Final = 500

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_EXPAND: Final = re.compile(r"expand\[[0-9]*\]")
_METADATA: Final = re.compile(r"metadata\[([^\[\]]+)\]")


class Parameters:
    """Parameters that an endpoint takes one by one, so that `finish()` can refuse the unknown rest.

    `expand` is accepted and ignored.

    >>> parameters = Parameters.parse(b"amount=1050&metadata[id_pago]=7")
    >>> parameters.integer("amount", minimum=1), parameters.metadata()
    (1050, {'id_pago': '7'})
    """

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.fingerprint = hashlib.sha256(repr(sorted(pairs)).encode()).hexdigest()
        self._values = {name: value for name, value in pairs if not _EXPAND.fullmatch(name)}

    @classmethod
    def parse(cls, encoded: bytes) -> Self:
        """Parse a form; raises `StripeError` for anything but form-encoded UTF-8."""
        try:
            return cls(parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=200))
        except ValueError:  # also UnicodeDecodeError
            raise StripeError(f"Invalid request: the parameters are not valid {FORM} in UTF-8.") from None

    def text(self, name: str) -> str | None:
        """Take an optional parameter; an empty one counts as absent."""
        return self._values.pop(name, None) or None

    def required_text(self, name: str) -> str:
        """Take a required parameter, which must not be empty."""
        if name not in self._values:
            raise StripeError.missing(name)
        return self.text(name) or self._refuse_empty(name)

    def choice(self, name: str, among: tuple[str, ...], *, default: str) -> str:
        """Take one of a few words."""
        value = self.text(name) or default
        if value not in among:
            raise StripeError(f"Invalid {name}: must be one of {', '.join(among)}", param=name)
        return value

    def integer(self, name: str, *, minimum: int, maximum: int | None = None) -> int | None:
        """Take an optional whole number in decimal digits."""
        if name not in self._values:
            return None
        text = self.text(name) or self._refuse_empty(name)
        if not _INTEGER.fullmatch(text):
            raise StripeError.invalid_integer(f"Invalid integer: {text[:64]}", name)
        value = int(text)
        if value < minimum:
            raise StripeError.invalid_integer(f"This value must be greater than or equal to {minimum}.", name)
        if maximum is not None and value > maximum:
            raise StripeError.invalid_integer(f"This value must be less than or equal to {maximum}.", name)
        return value

    def required_integer(self, name: str, *, minimum: int) -> int:
        """Take a required whole number."""
        value = self.integer(name, minimum=minimum)
        if value is None:
            raise StripeError.missing(name)
        return value

    def metadata(self) -> dict[str, str]:
        """Take `metadata[key]=value` pairs within Stripe's limits; an empty value leaves its key out."""
        if self.text("metadata") is not None:  # `metadata=` alone means none
            raise StripeError("Invalid metadata: must be a set of key-value pairs.", param="metadata")
        keys = {name: found[1] for name in self._values if (found := _METADATA.fullmatch(name))}
        metadata = {key: value for name, key in keys.items() if (value := self._values.pop(name))}
        if len(metadata) > MAX_METADATA_KEYS:
            raise StripeError(f"Metadata can have up to {MAX_METADATA_KEYS} keys.", param="metadata")
        for key, value in metadata.items():
            _require_length("Metadata keys", key, MAX_METADATA_KEY_LENGTH)
            _require_length("Metadata values", value, MAX_METADATA_VALUE_LENGTH)
        return metadata

    def finish(self) -> None:
        """Raise `StripeError` if unknown parameters are left."""
        if self._values:
            raise StripeError.unknown_parameters(list(self._values))

    @staticmethod
    def _refuse_empty(name: str) -> str:
        raise StripeError.empty(name)


def _require_length(what: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise StripeError(
            f"{what} can have up to {limit} characters, but you passed in one of {len(text)} characters.",
            param="metadata",
        )
