"""Services: the one place that picks implementations.

async with open_services(load_settings()) as services:
    entry = await services.library.get(LOCAL_ATHLETE, activity_id)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from stridetale.errors import SettingsInvalid
from stridetale.library import Library, Store
from stridetale.settings import Settings
from stridetale.story import Budget, StoryWriter, Wish


@dataclass(frozen=True)
class Services:
    """Everything that a request or a command may need."""

    settings: Settings
    store: Store
    writer: StoryWriter | None
    """None for the composer alone."""
    library: Library

    @property
    def wish(self) -> Wish:
        """What the settings wish of every story; a request changes parts of it."""
        return wish_of(self.settings)


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open what the settings ask for, and close it in the end.

    Raises:
        SettingsInvalid: settings that do not go together.
        StoreFailed: the store cannot be opened.
    """
    from stridetale.store.sqlite import open_sqlite

    async with open_writer(settings) as writer:
        store = await open_sqlite(settings.database)
        try:
            library = Library(store, writer, budget_of(settings))
            yield Services(settings=settings, store=store, writer=writer, library=library)
        finally:
            await store.close()


@asynccontextmanager
async def open_writer(settings: Settings) -> AsyncIterator[StoryWriter | None]:
    """The writer that the settings name; None where that is the composer.

    Raises:
        SettingsInvalid: the remote writer without an address or a model.
    """
    writer = _writer(settings)
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


def _writer(settings: Settings) -> StoryWriter | None:
    match settings.writer:
        case "composer":
            return None
        case "embedded":
            from stridetale.writers.embedded import EmbeddedWriter

            return EmbeddedWriter(
                model=settings.model, lora=settings.lora, threads=settings.threads
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
