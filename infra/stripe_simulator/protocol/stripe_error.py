"""Errors in Stripe's words and shape: https://docs.stripe.com/api/errors."""

from __future__ import annotations

from typing import Any, Self


class StripeError(Exception):
    """An answer other than 200, with the HTTP status and the members of Stripe's error object."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",  # noqa: A002 - Stripe's own name
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param

    def body(self) -> dict[str, Any]:
        """Return the JSON document of the answer; it leaves out members that do not apply, as Stripe does."""
        error = {"code": self.code, "message": self.message, "param": self.param, "type": self.type}
        if self.code is not None:
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return {"error": {name: value for name, value in error.items() if value is not None}}

    @classmethod
    def missing(cls, param: str) -> Self:
        """A required parameter is absent."""
        return cls(f"Missing required param: {param}.", code="parameter_missing", param=param)

    @classmethod
    def empty(cls, param: str) -> Self:
        """A required parameter is an empty string."""
        return cls(
            f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty "
            "value.",
            code="parameter_invalid_empty",
            param=param,
        )

    @classmethod
    def unknown_parameters(cls, names: list[str]) -> Self:
        """The endpoint does not have these parameters."""
        plural = "s" if len(names) > 1 else ""
        return cls(f"Received unknown parameter{plural}: {', '.join(names)}", code="parameter_unknown", param=names[0])

    @classmethod
    def invalid_integer(cls, message: str, param: str) -> Self:
        """A number is malformed or out of range."""
        return cls(message, code="parameter_invalid_integer", param=param)

    @classmethod
    def no_such(cls, kind: str, value: str, *, param: str, status: int = 400) -> Self:
        """No object has this id: 404 if the id is in the path, 400 if it is a parameter."""
        return cls(f"No such {kind}: '{value}'", status=status, code="resource_missing", param=param)

    @classmethod
    def unrecognized_url(cls, method: str, path: str) -> Self:
        """Nothing is served at this URL."""
        return cls(f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs.", status=404)

    @classmethod
    def internal(cls, status: int = 500) -> Self:
        """Stripe itself failed: the outcome is unknown."""
        return cls("An unknown error occurred", status=status, type="api_error")
