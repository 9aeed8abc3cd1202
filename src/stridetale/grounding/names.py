"""Names: a word with a capital where no sentence begins. Pure."""

from collections.abc import Iterator
from functools import cache

from stridetale.facts import Facts
from stridetale.grounding.contradiction import Contradiction
from stridetale.grounding.reading import Text, Token, words_of
from stridetale.wordlists import table


def contradictions(text: Text, facts: Facts) -> Iterator[Contradiction]:
    """Each name in a text that is neither a weekday nor a word of a fact.

    What the athlete called the activity is none: it may be an order, or somebody's name.

    In a title most words have a capital, so there only what looks like a name in any case is
    found: a word with letters of another language, or with the ending of a place's name. A
    title in sentence case is read like a body.
    """
    lists = _lists(facts.style.language)
    known = _words_of(facts) | lists.ordinary
    titled = text.where == "title" and not _is_sentence_case(text, lists)
    for token in text.words:
        if not token.text[0].isupper() or token.stem in known:
            continue
        if _looks_like_a_name(token, lists) if titled or token.opens else True:
            yield Contradiction("name", token.text, None, text.where)


class _Lists:
    def __init__(self, language: str) -> None:
        rows = table(f"{language}/names.toml")
        self.ordinary: frozenset[str] = frozenset(rows["capitalised"])
        self.small: frozenset[str] = frozenset(rows["small_in_titles"])
        self.endings: tuple[str, ...] = tuple(rows["endings"])
        self.spared: frozenset[str] = frozenset(rows["spared"])


@cache
def _lists(language: str) -> _Lists:
    return _Lists(language)


def _is_sentence_case(text: Text, lists: _Lists) -> bool:
    """Whether a word after the first has a small letter that a title would make capital."""
    return any(
        token.text[0].islower() and token.word not in lists.small for token in text.words[1:]
    )


def _looks_like_a_name(token: Token, lists: _Lists) -> bool:
    word = token.stem
    if word in lists.spared:
        return False
    return not word.replace("'", "").isascii() or word.endswith(lists.endings)


def _words_of(facts: Facts) -> frozenset[str]:
    texts = [fact.said for fact in facts if fact.unit is None]
    return frozenset().union(*map(words_of, texts))
