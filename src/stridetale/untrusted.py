"""Text that somebody typed: names, descriptions, gear. Data, never instructions.

What passes `clean` is short, plain and harmless enough to stand in a prompt or a story.
"""

import re
import unicodedata
from functools import cache

from stridetale.wordlists import table

_PUNCTUATION = frozenset(" .,'‘’&!?–-")
_PLAIN = re.compile(r"LM{0,3}(?:P{0,3}LM{0,3})*P{0,3}")
"""Over kinds of characters: letters with their marks, a little punctuation between them."""
_LINK = re.compile(r"\w\.\w{2,}")
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Hangul fillers: letters by their category, and nothing to see."""


def printable(text: str) -> str:
    """The text without what nobody sees: control, format (zero-width, direction), private use.

    Line breaks and runs of blanks become one blank. What is printable stays as it is.
    """
    kept = "".join(" " if char.isspace() else char for char in text if _is_seen(char))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _is_seen(char: str) -> bool:
    if char.isspace():
        return True
    return unicodedata.category(char)[0] != "C" and char not in _BLANK_LETTERS


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
    if len(plain) > most or not _PLAIN.fullmatch(_kinds(plain)) or _LINK.search(plain):
        return None
    if has_profanity(plain, language) or _orders(language).search(_folded(plain)):
        return None
    return plain


def has_profanity(text: str, language: str) -> bool:
    """Whether the text has a word that we do not say, in its usual disguises."""
    folded = _folded(text)
    plain = folded.translate(_DISGUISES)
    spelled = re.sub(r"(?<=\b\w)[\W_]+(?=\w\b)", "", plain)  # "f u c k", "f.u.c.k"
    drawn_out = (re.sub(r"(.)\1{2,}", kept, plain) for kept in (r"\1", r"\1\1"))  # "fuuuck"
    pattern = _profanity(language)
    return any(pattern.search(form) for form in (folded, plain, spelled, *drawn_out))


def _kinds(text: str) -> str:
    """For each character the first letter of its Unicode category; P only for what is plain."""
    return "".join(
        "P" if char in _PUNCTUATION else unicodedata.category(char)[0].replace("P", "-")
        for char in text
    )


def _folded(text: str) -> str:
    """Lower case without accents, full-width forms, and letters that only look Latin."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(char for char in folded if unicodedata.category(char)[0] != "M")
    return bare.translate(_LOOKALIKES)


_DISGUISES = str.maketrans("013457@$!|€", "oieastasiie")
_LOOKALIKES = str.maketrans(
    "асеһіјкмоԛрѕтԁухԝανικορτυχıɡɑ",  # Cyrillic, Greek, Latin
    "acehijkmoqpstdyxwavikoptuxiga",
)


@cache
def _profanity(language: str) -> re.Pattern[str]:
    rows = table(f"{language}/profanity.toml")
    whole = "|".join(map(re.escape, rows["words"]))
    stems = "|".join(map(re.escape, rows["stems"]))
    return re.compile(rf"\b(?:{whole})\b|{stems}")


@cache
def _orders(language: str) -> re.Pattern[str]:
    rows = table(f"{language}/orders.toml")
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, rows['words']))})\b")
