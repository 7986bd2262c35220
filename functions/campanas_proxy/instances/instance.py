"""An instance of the campaigns API, and the check of its answers."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from campanas_proxy.instances.invoker import InvocationError
from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    from campanas_proxy.instances.invoker import Invoker
    from campanas_proxy.instances.tally import Tally

ProxyResponse = dict[str, Any]  # in the format that API Gateway expects from a function


class InstanceError(Exception):
    """An instance failed; `answer` is its 5xx, or None if it gave no answer."""

    def __init__(self, cause: str, *, answer: ProxyResponse | None = None) -> None:
        super().__init__(cause)
        self.answer = answer


class Condition(StrEnum):
    """The condition of an instance: it serves, or answers that it cannot serve, or does not answer."""

    HEALTHY = "healthy"
    UNREADY = "unready"
    DEAD = "unhealthy"


class Instance:
    """One of the two functions."""

    def __init__(self, name: str, *, function: str, invoker: Invoker, tally: Tally) -> None:
        self.name = name
        self._function = function
        self._invoker = invoker
        self._tally = tally

    def ask(self, event: bytes, *, seconds: float) -> ProxyResponse:
        """Return its answer, 4xx included, and count the outcome; raises InstanceError and EventTooLargeError."""
        try:
            answer = self._answer(event, seconds)
        except InstanceError as error:
            logger.warning("instance failed", extra={"instance": self.name, "cause": str(error)})
            self._tally.failed(self.name, cause=str(error))
            raise
        self._tally.succeeded(self.name)
        return answer

    def look(self, event: bytes, *, seconds: float) -> Condition:
        """Return its current condition, without counting anything."""
        try:
            answer = self._answer(event, seconds)
        except InstanceError as error:
            return Condition.UNREADY if error.answer else Condition.DEAD
        return Condition.HEALTHY if answer["statusCode"] == HTTPStatus.OK else Condition.UNREADY

    def _answer(self, event: bytes, seconds: float) -> ProxyResponse:
        try:
            answer = self._invoker.invoke(self._function, event, seconds=seconds)
        except InvocationError as error:
            raise InstanceError(str(error)) from error
        if not isinstance(answer, dict) or not isinstance(answer.get("statusCode"), int):
            raise InstanceError("not an answer")
        answer["headers"] = {**(answer.get("headers") or {}), "X-Served-By": self.name}
        if answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise InstanceError(f"answered {answer['statusCode']}", answer=answer)
        return answer
