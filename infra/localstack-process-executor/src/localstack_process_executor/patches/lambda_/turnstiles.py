"""The turnstiles of all functions; the server's loop looks at them while invocations wait."""

from collections import defaultdict
from collections.abc import Callable
from typing import Final

from twisted.internet import reactor
from twisted.python.threadable import isInIOThread

from localstack_process_executor.runtime.turnstile import Turnstile


def _call_later(seconds: float, call: Callable[[], None]) -> None:
    if isInIOThread():
        reactor.callLater(seconds, call)
    else:
        reactor.callFromThread(reactor.callLater, seconds, call)


turnstiles: Final[defaultdict[str, Turnstile]] = defaultdict(
    lambda: Turnstile(_call_later)
)  # by the version manager's id
