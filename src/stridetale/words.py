"""Words: which ones a language has, and which of them are common.

The English list is the one of the package `symspellpy`: 82,834 words with how often books have
them, each of which also stands in a spelling dictionary, so that it holds no misspellings. Only
that file is used, never the package's code. Loading takes 0.04 s and 10 MB, once, when the first
word is looked up.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from stridetale.wordlists import table

_PACKAGE = "symspellpy"
_FILES = {"en": "frequency_dictionary_en_82_765.txt"}

SHORT = 4
"""Letters. Among the rare words of up to so many, most are abbreviations: "sqq", "knt", "lxix"."""
LEAST_OF_SHORT = 400_000
"""Times that books must have a short word. Of 1,400 stories it costs 5 words, which are in our
own list; 956 of the list's 1,326 words of three letters and less stay."""
COMMON = 30_000_000
"""Times from which on a word is a common one: about 2,800 words are."""


def is_word(word: str, language: str) -> bool:
    """Whether a word of small letters is one: "tyre's", "don't", "kettlebells".

    In a language without a word list everything is.
    """
    known = _known(language)
    if known is None or word in known:
        return True
    if word.endswith(("'s", "s'")):
        return is_word(word.removesuffix("'s").removesuffix("'"), language)
    return word.removesuffix("s") in _own(language)


def is_common(word: str, language: str) -> bool:
    """Whether a text may have a word without being about it; true without a word list."""
    known = _known(language)
    return known is None or known.get(word, 0) >= COMMON


@cache
def _known(language: str) -> dict[str, int] | None:
    """All words, and how often books have them; None where there is no list."""
    if language not in _FILES:
        return None
    known = dict.fromkeys(_own(language), 0)
    with _file(_FILES[language]).open(encoding="utf-8-sig") as lines:
        for line in lines:
            word, times = line.split()
            if len(word) > SHORT or int(times) >= LEAST_OF_SHORT or "'" in word:
                known[word] = int(times)
    return known


@cache
def _own(language: str) -> frozenset[str]:
    rows = table(f"{language}/words.toml")
    return frozenset(word for group in rows.values() for word in group)


def _file(name: str) -> Path:
    spec = find_spec(_PACKAGE)  # importing it takes longer than reading the list
    [folder] = spec.submodule_search_locations or [] if spec is not None else []
    return Path(folder, name)
