"""Merging: an adapter and its base made into one file, once, and kept.

An adapter that is applied while the model writes costs a third of its speed. So both are merged
on first use, in some seconds, and the file is kept in a folder of the user's.

Only a whole file is ever used. It is written under another name, synced, and renamed when it is
finished; its name holds the SHA-256 of its content, which is computed again whenever the file is
to be used, so one that was cut off or changed since is made anew. Its name also holds a digest of
what it was made of: another adapter, base, quantisation or way of merging looks for another name.

A lock on the folder, which the system takes back from a process that is killed, lets one process
merge at a time. The others wait and find what it made; and what is unfinished while nobody merges
was left behind, and is removed.
"""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from stridetale.errors import WeightsUnusable
from stridetale.writers.weights import checksum

Kind = Literal["Q8_0", "Q4_0"]
KIND: Kind = "Q4_0"
"""How merged weights are quantised."""

Progress = Callable[[int, int], bool]
"""Called with the bytes that are done and all there will be; true stops the work."""

_FORMAT = 1
"""Goes up with every change of what is written for the same input."""
_PATIENCE_S = 60.0
"""For another process that merges."""
_WHOLE = re.compile(r"stridetale-(?P<made_of>[0-9a-f]{16})-(?P<content>[0-9a-f]{64})\.gguf")
_PART = re.compile(r"stridetale-[0-9a-f]{16}\.part")


class Watcher(Protocol):
    """Hears how the model is prepared before its first use, in a thread of the writer's."""

    def preparing(self, done: int, total: int) -> None:
        """So many bytes of `total` are done; called only where there is something to do."""
        ...

    def unprepared(self, why: str) -> None:
        """It could not be; the adapter is applied while the model writes, which is slower."""
        ...


@dataclass(frozen=True)
class Merging:
    """How an adapter is merged into its base before they are first used."""

    folder: Path
    """Keeps the file."""
    watcher: Watcher
    kind: Kind = KIND
    """The quantisation that both become."""


def merged(base: Path, adapter: Path, kind: Kind, folder: Path, progress: Progress) -> Path:
    """A GGUF file in `folder` with the adapter merged into its base, made if it is not there.

    Files that earlier adapters left there are removed when a new one is made. A file that is
    loaded may be removed: who has it open keeps it.

    Raises:
        WeightsUnusable: it cannot be made or kept; the sentence says why.
    """
    try:
        made_of = _made_of(base, adapter, kind)
        if (kept := _kept(folder, made_of)) is not None:
            return kept
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, progress):
            kept = _kept(folder, made_of)  # another process may have made it
            if kept is None:
                _remove(folder, _PART)
                kept = _make(base, adapter, kind, folder / f"stridetale-{made_of}", progress)
                _remove(folder, _WHOLE, but=kept)
            return kept
    except WeightsUnusable:
        raise
    except OSError as exc:
        why = exc.strerror or type(exc).__name__
        raise WeightsUnusable(
            f"The prepared model cannot be kept in {folder}: {why}. "
            "STRIDETALE_CACHE_DIR names another folder."
        ) from exc
    except Exception as exc:  # what libraries raise for damaged files, or where they are missing
        raise WeightsUnusable(
            f"{adapter.name} cannot be merged into {base.name}: {str(exc) or type(exc).__name__}."
        ) from exc


def _made_of(base: Path, adapter: Path, kind: Kind) -> str:
    with adapter.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    # of the base, a hundred MB of a released wheel, its ends are enough to recognise it
    return hashlib.sha256(f"{_FORMAT} {kind} {checksum(base)} {content}".encode()).hexdigest()[:16]


def _kept(folder: Path, made_of: str) -> Path | None:
    """The whole file that was made of this, if it is there, unchanged and nobody else's."""
    for path, found in _named(folder, _WHOLE):
        if found["made_of"] == made_of and _is_unchanged(path, found["content"]):
            return path
    return None


def _is_unchanged(path: Path, content: str) -> bool:
    try:
        with path.open("rb") as file:
            # in a folder that others can write to, a name and a digest are easily forged
            ours = os.fstat(file.fileno()).st_uid in {0, os.geteuid()}
            return ours and hashlib.file_digest(file, "sha256").hexdigest() == content
    except OSError:  # removed in the meantime, or not for us to read
        return False


def _make(base: Path, adapter: Path, kind: Kind, stem: Path, progress: Progress) -> Path:
    """Write the file and give it its name when it is whole."""
    part = stem.with_name(f"{stem.name}.part")
    content = hashlib.sha256()
    try:
        with part.open("xb") as file:
            if progress(0, 1):
                raise _stopped()
            from stridetale.writers.tensors import pieces

            for piece, done, total in pieces(base, adapter, kind):
                file.write(piece)
                content.update(piece)
                if progress(done, total):
                    raise _stopped()
            file.flush()
            os.fsync(file.fileno())
        return part.rename(stem.with_name(f"{stem.name}-{content.hexdigest()}.gguf"))
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path, progress: Progress) -> Iterator[None]:
    """Hold the lock of the folder; its end, or that of the process, gives it back."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        until = time.monotonic() + _PATIENCE_S
        while not _locks(handle):
            if progress(0, 1):
                raise _stopped()
            if time.monotonic() > until:
                raise WeightsUnusable(f"Another process keeps preparing the model in {folder}.")
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _locks(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(folder: Path, form: re.Pattern[str], *, but: Path | None = None) -> None:
    """Remove the files with a name of this form, and nothing else."""
    for path, _ in _named(folder, form):
        if path != but:
            path.unlink(missing_ok=True)


def _named(folder: Path, form: re.Pattern[str]) -> list[tuple[Path, re.Match[str]]]:
    try:
        paths = list(folder.iterdir())
    except FileNotFoundError:
        return []
    found = ((path, form.fullmatch(path.name)) for path in paths)
    return [(path, match) for path, match in found if match is not None and path.is_file()]


def _stopped() -> WeightsUnusable:
    return WeightsUnusable("The writer was closed while it prepared the model.")
