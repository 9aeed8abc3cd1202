"""Text that somebody typed: names, descriptions, gear. Data, never instructions.

What passes `clean` is short, plain and harmless enough to stand in a prompt or a story.
"""

import re
import unicodedata
from functools import cache

from stridetale.wordlists import table

_PLAIN = re.compile(r"[^\W\d_][^\W\d_ .,'\u2019&!?-]*(?:[ .,'\u2019&!?-]+[^\W\d_]+)*[!?.]?")
_LINK = re.compile(r"\w\.\w{2,}")


def printable(text: str) -> str:
    """The text without control, format (zero-width, direction) and private characters.

    Line breaks and runs of blanks become one blank.
    """
    kept = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in kept if unicodedata.category(c)[0] != "C").split())


def clean(text: str | None, *, language: str, most: int = 60) -> str | None:
    """The text if it is short, plain words without digits, links, orders or profanity.

    Args:
        text: as it was typed.
        language: whose word lists to use.
        most: characters that it may have.

    Returns:
        The printable form of the text, or None where it may be used for nothing.
    """
    if text is None or len(text) > 10 * most:
        return None
    plain = printable(text)
    if not plain or len(plain) > most or not _PLAIN.fullmatch(plain) or _LINK.search(plain):
        return None
    if has_profanity(plain, language) or _orders(language).search(plain):
        return None
    return plain


def has_profanity(text: str, language: str) -> bool:
    """Whether the text has a word that we do not say, in its usual disguises."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    plain = folded.translate(_DISGUISES)
    joined = re.sub(r"(?<=\b\w)[\W_]+(?=\w\b)", "", plain)  # "f u c k", "f.u.c.k"
    pattern = _profanity(language)
    return any(pattern.search(form) for form in (folded, plain, joined, _undoubled(plain)))


_DISGUISES = str.maketrans("013457@$!|€", "oieastasiie")


def _undoubled(text: str) -> str:
    return re.sub(r"(.)\1{2,}", r"\1", text)


@cache
def _profanity(language: str) -> re.Pattern[str]:
    rows = table(f"{language}/profanity.toml")
    whole = "|".join(map(re.escape, rows["words"]))
    stems = "|".join(map(re.escape, rows["stems"]))
    return re.compile(rf"\b(?:{whole})\b|\b\w*(?:{stems})\w*")


@cache
def _orders(language: str) -> re.Pattern[str]:
    rows = table(f"{language}/orders.toml")
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, rows['words']))})\b", re.IGNORECASE)
