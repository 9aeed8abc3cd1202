import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from stridetale.words import is_common, is_word

DATA = Path(__file__).parents[1] / "training" / "data"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@pytest.mark.parametrize(
    "word", ["hill", "tyres", "centre", "color", "pedalling", "blunter", "a", "i", "oars"]
)
def test_an_ordinary_word_is_one(word: str) -> None:
    assert is_word(word, "en")


@pytest.mark.parametrize("word", ["youchevoudened", "lakers", "brimmery", "sqq", "climbeded"])
def test_an_invented_word_is_none(word: str) -> None:
    assert not is_word(word, "en")


@pytest.mark.parametrize("word", ["don't", "you'd", "it's", "o'clock", "that'd", "couldn't"])
def test_a_contraction_is_a_word(word: str) -> None:
    assert is_word(word, "en")


@pytest.mark.parametrize("word", ["watchmaker's", "hills'", "kettlebell's"])
def test_a_possessive_is_a_word(word: str) -> None:
    assert is_word(word, "en")


def test_a_possessive_of_an_invented_word_is_none() -> None:
    assert not is_word("youchevou's", "en")


@pytest.mark.parametrize("word", ["parkrun", "kettlebell", "velomobile"])
def test_sport_words_and_their_plurals_are_words(word: str) -> None:
    assert is_word(word, "en")
    assert is_word(f"{word}s", "en")


def test_only_words_of_our_own_list_take_an_s() -> None:
    assert not is_word("gravelys", "en")


def test_in_a_language_without_a_list_every_word_is_one() -> None:
    assert is_word("kurbelwellenfeier", "de")
    assert is_common("kurbelwellenfeier", "de")


@pytest.mark.parametrize("word", ["road", "time", "long"])
def test_what_every_text_has_is_common(word: str) -> None:
    assert is_common(word, "en")


@pytest.mark.parametrize("word", ["pendulum", "cathedral", "kettlebell", "youchevoudened"])
def test_an_image_is_not_common(word: str) -> None:
    assert not is_common(word, "en")


def test_every_word_of_the_training_stories_is_one() -> None:
    unknown = Counter[str]()
    for file in sorted(DATA.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            story = json.loads(line)
            text = re.sub(r"\{[a-z_]+\}", " ", f"{story['title']} {story['body']}")
            words = (word.casefold().replace("’", "'") for word in WORD.findall(text))
            unknown.update(word for word in words if not is_word(word, "en"))
    assert not unknown


def test_the_package_of_the_list_is_not_imported() -> None:
    code = "import sys; from stridetale import words; words.is_word('a', 'en'); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "symspellpy" not in ran.stdout.split()
