"""Services: the one place that picks implementations.

async with open_services(load_settings()) as services:
    entry = await services.library.get(LOCAL_ATHLETE, activity_id)
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from pydantic import SecretStr

from stridetale.athlete import AthleteId
from stridetale.copying import Portable
from stridetale.errors import SettingsInvalid
from stridetale.library import Library, Store
from stridetale.policy import DataPolicy
from stridetale.settings import SQLITE, Settings, known_store
from stridetale.story import Budget, StoryWriter, Wish
from stridetale.strava.connection import Connection, Terms, connect
from stridetale.strava.oauth import Application
from stridetale.vault import open_vault

if TYPE_CHECKING:
    from stridetale.writers.merging import Watcher

log = structlog.get_logger()


@dataclass(frozen=True)
class Services:
    """Everything that a request or a command may need."""

    settings: Settings
    store: Store
    writer: StoryWriter | None
    """None for the composer alone."""
    library: Library
    strava: Connection | None = None
    """None where it is not set up: then there is one athlete, and no sign-in."""

    @property
    def wish(self) -> Wish:
        """What the settings wish of every story; a request changes parts of it."""
        return wish_of(self.settings)


class LoggingWatcher:
    """Logs that the model is prepared, that it is ready, or why it could not be."""

    def __init__(self) -> None:
        self._began: float | None = None

    def preparing(self, done: int, total: int) -> None:
        """Log the beginning and the end; see `Watcher`."""
        if self._began is None:
            self._began = time.monotonic()
            log.info("model.preparing")
        if done == total:
            log.info("model.prepared", seconds=round(time.monotonic() - self._began, 1))

    def unprepared(self, why: str) -> None:
        """Log it; see `Watcher`."""
        log.warning("model.unprepared", detail=why)


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open what the settings ask for, and close it in the end.

    Raises:
        SettingsInvalid: settings that do not go together.
        StoreFailed: the store cannot be opened.
    """
    async with open_writer(settings) as writer:
        store = await open_store(settings.store_url)
        try:
            policy = DataPolicy(settings.strava_data_policy)
            library = Library(store, writer, budget_of(settings), policy)
            async with _connection(settings, store, library) as strava:
                yield Services(settings, store, writer, library, strava)
        finally:
            await store.close()


@asynccontextmanager
async def _connection(
    settings: Settings, store: Store, library: Library
) -> AsyncIterator[Connection | None]:
    client_id, secret = settings.strava_client_id, settings.strava_client_secret
    if settings.no_strava is not None or client_id is None or secret is None:
        yield None
        return
    terms = Terms(
        application=Application(client_id, secret, settings.strava_oauth_url),
        api_url=settings.strava_api_url,
        policy=DataPolicy(settings.strava_data_policy),
        athletes=frozenset(map(AthleteId, settings.strava_athletes)),
        polls=settings.strava_updates == "poll",
    )
    vault = open_vault(settings.secret_keys, settings.key_file)
    async with connect(terms, store, library, vault) as connection:
        yield connection


async def open_store(url: SecretStr) -> Portable:
    """Open the store at an address (see `Settings.store`); it is made where there is none.

    Raises:
        SettingsInvalid: the address cannot be used, or its driver is not installed.
        StoreFailed: the store cannot be opened.
    """
    path = file_of(url)
    if path is None:
        _need_mongo_driver()
        from stridetale.store.mongo import open_mongo

        return await open_mongo(url)
    from stridetale.store.sqlite import open_sqlite

    return await open_sqlite(path)


async def open_existing_store(url: SecretStr) -> Portable | None:
    """As `open_store`; None where there is none yet, and then none is made."""
    path = file_of(url)
    if path is not None:
        return await open_store(url) if path.exists() else None
    _need_mongo_driver()
    from stridetale.store.mongo import open_existing_mongo

    return await open_existing_mongo(url)


def file_of(url: SecretStr) -> Path | None:
    """The file of SQLite that the address of a store names; None where it is no such address.

    Raises:
        SettingsInvalid: the address is of no kind that we know, or names no file.
    """
    try:
        address = known_store(url).get_secret_value()
    except ValueError as exc:
        raise SettingsInvalid(f"The address of a store {exc}.") from None
    if not address.startswith(SQLITE):
        return None
    path = address.removeprefix(SQLITE).removeprefix("//")
    if not path:
        raise SettingsInvalid(f"The address {address} names no file: {SQLITE}///path/to/file does.")
    return Path(path).expanduser()


def _need_mongo_driver() -> None:
    if find_spec("pymongo") is None:
        raise SettingsInvalid(
            "MongoDB's driver is not installed: `pip install 'stridetale[mongo]'` brings it."
        )


@asynccontextmanager
async def open_writer(
    settings: Settings, *, watcher: "Watcher | None" = None
) -> AsyncIterator[StoryWriter | None]:
    """The writer that the settings name; None where that is the composer.

    Args:
        settings: as the operator chose.
        watcher: hears how the embedded model is prepared before its first use; by default the
            log has it.

    Raises:
        SettingsInvalid: the remote writer without an address or a model.
    """
    writer = _writer(settings, watcher or LoggingWatcher())
    try:
        yield writer
    finally:
        if writer is not None:
            await writer.close()


def budget_of(settings: Settings) -> Budget:
    """What one story may cost."""
    return Budget(seconds=settings.story_seconds, drafts=settings.story_drafts)


def wish_of(settings: Settings) -> Wish:
    """What the settings wish of every story."""
    return Wish(tone=settings.tone, style=settings.style)


def _writer(settings: Settings, watcher: "Watcher") -> StoryWriter | None:
    match settings.writer:
        case "composer":
            return None
        case "embedded":
            from stridetale.writers.embedded import EmbeddedWriter
            from stridetale.writers.merging import Merging
            from stridetale.writers.weights import shipped_adapter

            return EmbeddedWriter(
                model=settings.model,
                lora=settings.lora or (shipped_adapter() if settings.model is None else None),
                merging=Merging(settings.cache_dir, watcher),
                threads=settings.threads,
            )
        case "remote":
            from stridetale.writers.remote import RemoteWriter

            if settings.remote_url is None or settings.remote_model is None:
                raise SettingsInvalid(
                    "The remote writer needs STRIDETALE_REMOTE_URL and STRIDETALE_REMOTE_MODEL."
                )
            return RemoteWriter(
                url=settings.remote_url, model=settings.remote_model, key=settings.remote_key
            )
