"""Turns: a few stories are told at once, some wait, and the rest are asked to come back."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from anyio import Semaphore

from stridetale.errors import TooManyAtOnce

WAITING = 32


class Turns:
    """Who may tell now.

    Args:
        at_once: how many are told at once.
        waiting: how many more may wait.
    """

    def __init__(self, at_once: int, waiting: int = WAITING) -> None:
        # no CapacityLimiter: a stream may be closed by another task than the one that began it
        self._free = Semaphore(at_once)
        self._most = at_once + waiting
        self._asked = 0

    def check(self) -> None:
        """Return if there is still room to wait.

        Raises:
            TooManyAtOnce: there is none.
        """
        if self._asked >= self._most:
            raise TooManyAtOnce

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None, None]:
        """Wait for a turn, and give it on in the end.

        Raises:
            TooManyAtOnce: too many wait already.
        """
        self.check()
        self._asked += 1
        try:
            async with self._free:
                yield
        finally:
            self._asked -= 1
