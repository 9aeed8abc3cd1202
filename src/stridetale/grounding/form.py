"""The form of a draft: length, marks, sentences, language, repetition. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from stridetale.draft import Draft, count_words, say_body, say_title
from stridetale.facts import Facts
from stridetale.grounding.contradiction import Contradiction
from stridetale.grounding.reading import Text
from stridetale.untrusted import has_profanity
from stridetale.wordlists import table

LEAST_WORDS, MOST_WORDS = 40, 60
"""Of a body as it is said."""
MOST_TITLE_WORDS, MOST_TITLE_CHARACTERS = 8, 60
LEAST_SENTENCES = 2
MOST_WORDS_OF_A_SENTENCE = 40
LEAST_SHARE_OF_FUNCTION_WORDS = 0.25
LEAST_WORDS_TO_TELL_A_LANGUAGE = 8
MOST_EXCLAMATIONS = 2
MOST_TIMES_OF_A_RUN = {3: 2, 4: 1}
"""How often so many words in a row may come."""

# braces are for the reading of slots to judge
_MARKS = frozenset("{} .,;:!?'\"’‘“”()–—-…&\u00a0")
_LINK = re.compile(r"\b(?:https?|www)\b|\w\.\w{2,}|\w@\w", re.IGNORECASE)
_ENDS_BODY = re.compile(r"[.!?…][\"”'’)]*$")
_ENDS_TITLE = re.compile(r"[^.,;:–—-]$|\.\.\.$")
_OPENS = re.compile(r"[\"“'‘(]*(?:[^\W\d_]|\{)")
_OPENS_TITLE = re.compile(r"[\"“'‘(]*[^\W_]|\{")
_SMALL_START = re.compile(r"[a-z][.!?][\"”'’)]*\s+[\"“'‘(]*[a-z]\w*")
_TWICE_MARKED = re.compile(
    r"[,;:]\s*[,;:.!?]|(?<!\.)\.\.(?!\.)|\.{4,}|\s[,.;:!?](?!\.\.)|[!?]\s*[.,;:]"
)
_SHOUTED_MARKS = re.compile(r"[!?]\s*[!?]")
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def contradictions(draft: Draft, title: Text, body: Text, facts: Facts) -> Iterator[Contradiction]:
    """What in the form of a draft cannot be told."""
    language = facts.style.language
    for text in (title, body):
        yield from _characters(text)
        yield from _capitals(text, facts)
        if has_profanity(text.outside, language):
            yield Contradiction("profanity", "a word", None, text.where)
    yield from _title(draft, facts)
    yield from _length(draft, facts)
    yield from _punctuation(body)
    yield from _repetition(body)
    yield from _language(title, body, language)


def _characters(text: Text) -> Iterator[Contradiction]:
    for number, run in groupby(text.outside, _is_number):
        if number:
            yield Contradiction("number", "".join(run), None, text.where)
    for char in dict.fromkeys(text.outside):
        if unicodedata.category(char)[0] == "L":
            if not unicodedata.name(char, "").startswith("LATIN") or _is_styled(char):
                yield Contradiction("language", char, None, text.where)
        elif char not in _MARKS and not _is_number(char):
            said = char if char.isprintable() else f"U+{ord(char):04X}"
            yield Contradiction("characters", said, None, text.where)
    for link in _LINK.finditer(text.outside):
        yield Contradiction("characters", link[0], None, text.where)


def _is_number(char: str) -> bool:
    return unicodedata.category(char)[0] == "N"


def _is_styled(char: str) -> bool:
    """Whether a letter is another one in disguise: fullwidth, small capital, ligature."""
    return unicodedata.normalize("NFKC", char) != char or "SMALL CAPITAL" in unicodedata.name(char)


def _capitals(text: Text, facts: Facts) -> Iterator[Contradiction]:
    known = " ".join([facts.name or "", *(fact.said for fact in facts if fact.unit is None)])
    for token in text.words:
        word = token.text
        if not word.isupper() or word in {"I", "A", "O"} or word in known.split():
            continue
        if _ROMAN.fullmatch(word):
            yield Contradiction("number", word, None, text.where)
        elif len(word) > 1:
            yield Contradiction("shouting", word, None, text.where)
    if text.raw.count("!") > MOST_EXCLAMATIONS or _SHOUTED_MARKS.search(text.raw):
        yield Contradiction("shouting", "!", None, text.where)


def _title(draft: Draft, facts: Facts) -> Iterator[Contradiction]:
    said = say_title(draft, facts)
    words = count_words(said)
    if not 1 <= words <= MOST_TITLE_WORDS:
        yield Contradiction("title", said, f"1 to {MOST_TITLE_WORDS} words", "title")
    elif len(said) > MOST_TITLE_CHARACTERS:
        yield Contradiction("title", said, f"at most {MOST_TITLE_CHARACTERS} characters", "title")
    elif not _ENDS_TITLE.search(said) or said != said.strip():
        yield Contradiction("title", said, "no full stop at its end", "title")
    elif not _OPENS_TITLE.match(draft.title) or draft.title[0].islower():
        yield Contradiction("title", said, "a capital first", "title")


def _length(draft: Draft, facts: Facts) -> Iterator[Contradiction]:
    words = count_words(say_body(draft, facts))
    if not LEAST_WORDS <= words <= MOST_WORDS:
        yield Contradiction("length", f"{words} words", f"{LEAST_WORDS} to {MOST_WORDS} words")


def _punctuation(body: Text) -> Iterator[Contradiction]:
    raw = body.raw
    if raw and not _ENDS_BODY.search(raw):
        yield Contradiction("punctuation", raw[-20:], "an end")
    if raw and (not _OPENS.match(raw) or raw[0].islower()):
        yield Contradiction("punctuation", raw[:20], "a capital first")
    for pattern in (_SMALL_START, _TWICE_MARKED):
        for found in pattern.finditer(raw):
            yield Contradiction("punctuation", found[0])
    if raw.count('"') % 2 or raw.count("“") != raw.count("”") or raw.count("(") != raw.count(")"):
        yield Contradiction("punctuation", "a quotation or bracket that does not close")
    lengths = Counter(token.sentence for token in body.tokens)
    if 0 < len(lengths) < LEAST_SENTENCES:
        yield Contradiction("punctuation", "one sentence", f"at least {LEAST_SENTENCES}")
    if max(lengths.values(), default=0) > MOST_WORDS_OF_A_SENTENCE:
        yield Contradiction("punctuation", "a sentence without an end")


def _repetition(body: Text) -> Iterator[Contradiction]:
    words = [token.word for token in body.tokens]
    for length, most in MOST_TIMES_OF_A_RUN.items():
        runs = Counter(zip(*(words[start:] for start in range(length)), strict=False))
        for run, times in runs.items():
            if times > most:
                yield Contradiction("repetition", " ".join(run))
    for one, two, three in zip(words, words[1:], words[2:], strict=False):
        if one == two == three:
            yield Contradiction("repetition", f"{one} {two} {three}")
    for sentence, times in Counter(_sentences(body)).items():
        if times > 1:
            yield Contradiction("repetition", sentence)


def _sentences(body: Text) -> list[str]:
    by_number: dict[int, list[str]] = {}
    for token in body.tokens:
        by_number.setdefault(token.sentence, []).append(token.word)
    return [" ".join(words) for words in by_number.values()]


def _language(title: Text, body: Text, language: str) -> Iterator[Contradiction]:
    functions, foreign = _function_words(language)
    if len(body.words) >= LEAST_WORDS_TO_TELL_A_LANGUAGE:
        share = sum(token.stem in functions for token in body.words) / len(body.words)
        if share < LEAST_SHARE_OF_FUNCTION_WORDS:
            yield Contradiction("language", f"{share:.0%} function words")
    for text in (title, body):
        for token in text.words:
            if token.word in foreign:
                yield Contradiction("language", token.text, None, text.where)


@cache
def _function_words(language: str) -> tuple[frozenset[str], frozenset[str]]:
    rows = table(f"{language}/function_words.toml")
    return frozenset(rows["own"]), frozenset(rows["foreign"])
