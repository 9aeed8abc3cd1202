"""The one way in which XML is read here: streamed, and with nothing in it that can do harm.

Document types, entities and anything from elsewhere are refused, so are elements nested without
end. Of the elements only what a handler keeps stays in memory.
"""

from typing import Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from stridetale.errors import FileDamaged, FileDangerous
from stridetale.files.limits import Reading

CHUNK_BYTES = 64 * 1024
LONGEST_TEXT = 10_000
"""Characters of one element that are kept."""
BLANKS = b"\xef\xbb\xbf \t\r\n"
"""What may stand before the first `<` though XML does not allow it: Strava's TCX has blanks."""


class Handler(Protocol):
    """What is told of each element. Names come without their namespace."""

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def closed(self, name: str, parent: str, text: str) -> None:
        """An element ends. `text` is what stood in it after its last child."""


class _Target:
    """What the parser calls."""

    def __init__(self, handler: Handler, reading: Reading) -> None:
        self.handler, self.reading = handler, reading
        self.names = [""]
        self.texts: list[str] = []
        self.characters = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.names) > self.reading.limits.depth:
            raise FileDangerous(
                self.reading.file,
                f"nests elements more than {self.reading.limits.depth} deep, as no recording does.",
            )
        name = tag.rpartition("}")[2]
        self.names.append(name)
        self._forget()
        self.handler.opened(name, attributes)

    def end(self, _tag: str) -> None:
        name = self.names.pop()
        self.handler.closed(name, self.names[-1], "".join(self.texts)[:LONGEST_TEXT])
        self._forget()

    def data(self, text: str) -> None:
        if self.characters < LONGEST_TEXT:
            self.texts.append(text)
            self.characters += len(text)

    def close(self) -> None:
        """Nothing is built, so there is nothing to give back."""

    def _forget(self) -> None:
        self.texts.clear()
        self.characters = 0


def parse(data: bytes, handler: Handler, reading: Reading) -> None:
    """Tell a handler of every element of a document.

    Raises:
        FileDamaged: it is not well-formed.
        FileDangerous: it declares a document type or entities, or nests without end.
        FileTooLarge: it takes too long.
    """
    parser = DefusedXMLParser(target=_Target(handler, reading), forbid_dtd=True)
    whole = memoryview(data)[len(data) - len(data.lstrip(BLANKS)) :]
    try:
        for start in range(0, len(whole), CHUNK_BYTES):
            parser.feed(whole[start : start + CHUNK_BYTES])
            reading.check_time()
        parser.close()
    except DefusedXmlException as exc:
        raise FileDangerous(
            reading.file, "declares a document type or entities, which no recording needs."
        ) from exc
    except ParseError as exc:
        line = exc.position[0]
        raise FileDamaged(
            reading.file, f"is not well-formed from line {line:,} on: it may have been cut off."
        ) from exc
    except (LookupError, ValueError) as exc:  # what expat says of encodings
        raise FileDamaged(reading.file, "is in an encoding that we cannot read.") from exc
