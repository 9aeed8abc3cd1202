"""The tables in `data/`: words for each language, and what no language changes."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """A TOML table of the package, by its path below `data/`: "en/weather.toml".

    It is read once and shared: do not change it.

    Raises:
        FileNotFoundError: there is no such table, so that language is not there yet.
    """
    file = resources.files("stridetale").joinpath("data", name)
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def languages() -> tuple[str, ...]:
    """The languages that stories can be told in: the folders of `data/` with words for values."""
    folder = resources.files("stridetale").joinpath("data")
    return tuple(
        sorted(entry.name for entry in folder.iterdir() if entry.joinpath("saying.toml").is_file())
    )
