"""Gives the time of a request with its time zone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from localstack.services.apigateway.next_gen.execute_api.handlers.parse import InvocationRequestParser

CLF: Final = "%d/%b/%Y:%H:%M:%S %z"


def patch() -> None:
    """LocalStack writes the machine's local time without its zone."""
    make: Callable[..., Any] = InvocationRequestParser.create_context_variables

    def create_context_variables(context: Any) -> Any:
        variables = make(context)
        moment = datetime.fromtimestamp(variables["requestTimeEpoch"] / 1000, UTC)
        variables["requestTime"] = moment.strftime(CLF)
        return variables

    InvocationRequestParser.create_context_variables = staticmethod(create_context_variables)
