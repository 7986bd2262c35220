"""The failover from the primary to the replica within one request, repeated while neither answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from campanas_proxy.http import problems
from campanas_proxy.http.request import Request
from campanas_proxy.instances.breaker import CircuitBreakerOpenError
from campanas_proxy.instances.instance import InstanceError
from campanas_proxy.instances.invoker import EventTooLargeError

if TYPE_CHECKING:
    from campanas_proxy.instances.breaker import Breaker
    from campanas_proxy.instances.instance import Instance, ProxyResponse


class NoAnswerError(Exception):
    """No instance served the request; `answer` is the last 5xx, if any, and `is_final` tells that both gave one."""

    def __init__(self, answer: ProxyResponse | None, *, is_final: bool) -> None:
        super().__init__()
        self.answer = answer
        self.is_final = is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """An instance behind its breaker, and the seconds that it may take in the first round."""

    instance: Instance
    breaker: Breaker
    seconds: float


class Forwarder:
    """Asks the primary, then the replica; an instance with an open circuit is asked only after the other has failed."""

    def __init__(self, *, primary: Guarded, replica: Guarded, request_seconds: float) -> None:
        self._in_order = (primary, replica)
        self._request_seconds = request_seconds

    def forward(self, event: dict[str, Any]) -> ProxyResponse:
        """Return the answer of an instance, or 503 with Retry-After."""
        try:
            return self._served(Request.of(event, seconds=self._request_seconds))
        except NoAnswerError as error:
            return error.answer or problems.unavailable(event)
        except EventTooLargeError:
            return problems.too_large(event)

    def _served(self, request: Request) -> ProxyResponse:
        """Ask both instances, again and again while one of them is silent: killed, throttled or too slow.

        If both answer with a 5xx of their own, no instance is at fault and the request is not repeated.
        """
        try:
            return self._ask_both(request)
        except NoAnswerError as error:
            if error.is_final:
                raise
        return self._insist(request)

    def _insist(self, request: Request) -> ProxyResponse:
        import tenacity  # noqa: PLC0415 - rarely needed, and slow to import in a cold start

        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, NoAnswerError) and not error.is_final),
            wait=tenacity.wait_random_exponential(multiplier=0.1, min=0.05, max=2),
            stop=tenacity.stop_after_delay(self._request_seconds),
            reraise=True,
        )
        answer: ProxyResponse = again(self._ask_both, request)
        return answer

    def _ask_both(self, request: Request) -> ProxyResponse:
        request.begin_round()
        failures: list[InstanceError] = []
        passed_over: list[Guarded] = []
        for guarded in self._in_order:
            try:
                return guarded.breaker.call(partial(self._ask, guarded, request))
            except CircuitBreakerOpenError:
                passed_over.append(guarded)
            except InstanceError as error:
                failures.append(error)
        for guarded in passed_over:
            try:
                return self._ask(guarded, request)
            except InstanceError as error:
                failures.append(error)
        answers = [failure.answer for failure in failures if failure.answer]
        raise NoAnswerError(answers[-1] if answers else None, is_final=len(answers) == len(failures))

    @staticmethod
    def _ask(guarded: Guarded, request: Request) -> ProxyResponse:
        return guarded.instance.ask(request.event, seconds=request.seconds(guarded.seconds))
