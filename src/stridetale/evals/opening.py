"""The writers that can be measured, by the names that the command line has for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from stridetale.errors import SettingsInvalid
from stridetale.printing import PreparingBar
from stridetale.services import open_writer
from stridetale.settings import Settings
from stridetale.story import StoryWriter

NAMES = ("embedded", "composer", "untuned", "remote")
_GGUF = ".gguf"


def settings_for(name: str, settings: Settings) -> Settings:
    """The settings with which a writer is opened.

    Args:
        name: one of `NAMES` ("untuned" is the embedded one without an adapter), or the path of a
            GGUF file.
        settings: all others.

    Raises:
        SettingsInvalid: there is no such writer.
        WeightsMissing: the weights are not installed.
    """
    match name:
        case "embedded" | "composer" | "remote":
            return settings.model_copy(update={"writer": name})
        case "untuned":
            from stridetale.writers.weights import bundled_weights

            alone = {"writer": "embedded", "model": bundled_weights(), "lora": None}
            return settings.model_copy(update=alone)
        case _ if name.endswith(_GGUF):
            alone = {"writer": "embedded", "model": Path(name), "lora": None}
            return settings.model_copy(update=alone)
        case _:
            raise SettingsInvalid(
                f"There is no writer “{name}”: {', '.join(NAMES)}, or a GGUF file."
            )


def label(name: str) -> str:
    """The name as it is shown: of a file, without its folder."""
    return Path(name).stem if name.endswith(_GGUF) else name


@asynccontextmanager
async def opened(
    name: str, settings: Settings, bar: PreparingBar
) -> AsyncIterator[StoryWriter | None]:
    """The writer of this name, warm; None for the composer alone.

    Args:
        name: see `settings_for`.
        settings: likewise.
        bar: is seen while the model is prepared, and gone then.

    Raises:
        SettingsInvalid: there is no such writer, or it lacks a setting.
        WriterFailed: it cannot write.
    """
    async with open_writer(settings_for(name, settings), watcher=bar) as writer:
        if writer is not None:
            with bar:
                await writer.warm_up()
        yield writer
