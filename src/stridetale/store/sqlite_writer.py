"""One thread that writes: what waits goes into one transaction, each write in its own savepoint.

So many tasks share the cost of one commit to the disk, and a write that fails undoes itself alone.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from stridetale.store.sqlite_file import translated

BATCH = 256
"""How many writes share a transaction at the most."""

T = TypeVar("T")

Work = Callable[[sqlite3.Connection], T]
"""Writes through the connection that it is given; begins and ends no transaction."""


class SqliteWriter:
    """Carries out writes in the order in which they were submitted.

    Args:
        path: the file, for error messages.
        connection: a connection to it that nothing else uses; it is closed in the end.
        loop: where the writes are waited for.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._path, self._connection, self._loop = path, connection, loop
        self._waiting: SimpleQueue[_Write[Any] | None] = SimpleQueue()
        # a daemon, so that a program that forgot to close its store still ends
        self._thread = threading.Thread(target=self._run, name="stridetale-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> asyncio.Future[T]:
        """Have work done; the future is resolved when it is on the disk.

        Cancelling the future does not stop the work.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.put(_Write(work, future))
        return future

    def finish(self) -> None:
        """Let the thread end when everything that was submitted so far is written."""
        self._waiting.put(None)

    def join(self) -> None:
        """Wait until it has ended, then close the connection; blocks."""
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._next()
            if batch:
                self._write(batch)
                with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                    self._loop.call_soon_threadsafe(_settle, batch)

    def _next(self) -> tuple[list["_Write[Any]"], bool]:
        """What is to be written next, and whether more may follow."""
        batch: list[_Write[Any]] = []
        with suppress(Empty):
            while len(batch) < BATCH:
                write = self._waiting.get(block=not batch)
                if write is None:
                    return batch, False
                batch.append(write)
        return batch, True

    def _write(self, batch: Sequence["_Write[Any]"]) -> None:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            for write in batch:
                write.attempt(connection, self._path)
            connection.execute("COMMIT")
        except Exception as exc:  # noqa: BLE001 (who waits must hear of it, whatever it is)
            with suppress(sqlite3.Error):  # it may have rolled back by itself
                connection.execute("ROLLBACK")
            for write in batch:
                write.fail(self._path, exc)


class _Write(Generic[T]):
    """A write and who waits for it; first the writer's thread has it, then the loop."""

    def __init__(self, work: Work[T], future: asyncio.Future[T]) -> None:
        self._work, self._future = work, future
        self._outcome: Callable[[], object] = future.cancel

    def attempt(self, connection: sqlite3.Connection, path: Path) -> None:
        """Do the work; what goes wrong in it is undone and kept for who waits.

        Raises:
            Exception: the transaction is lost, and all other writes in it.
        """
        connection.execute("SAVEPOINT one")
        try:
            result = self._work(connection)
        except Exception as exc:
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO one")
            self.fail(path, exc)
        else:
            self._outcome = lambda: self._future.set_result(result)
        connection.execute("RELEASE one")

    def fail(self, path: Path, cause: Exception) -> None:
        """Keep an error for who waits."""
        error = cause
        if isinstance(cause, sqlite3.Error):
            error = translated(path, cause)
            error.__cause__ = cause
        self._outcome = lambda: self._future.set_exception(error)

    def settle(self) -> None:
        """Tell who waits, if anyone still does."""
        if not self._future.done():
            self._outcome()


def _settle(batch: Sequence[_Write[Any]]) -> None:
    for write in batch:
        write.settle()
