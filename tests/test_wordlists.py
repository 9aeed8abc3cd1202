import pytest

from stridetale.saying import known_locale
from stridetale.sports import known_sport_types
from stridetale.wordlists import languages, table


def test_the_languages_are_those_that_have_words_for_values() -> None:
    assert languages() == ("en",)


def test_a_table_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="tlh"):
        table("tlh/saying.toml")


@pytest.mark.parametrize("language", languages())
def test_a_language_names_every_known_sport(language: str) -> None:
    assert set(table(f"{language}/sports.toml")) == set(known_sport_types())


@pytest.mark.parametrize("language", languages())
def test_a_language_says_every_weather_and_what_it_supports(language: str) -> None:
    kinds = {"clear", "sun", "cloud", "rain", "snow", "fog", "storm", "wind"}
    rows = table(f"{language}/weather.toml").values()
    assert all(
        row["said"] and set(row["kinds"]) | set(row.get("by_day", ())) <= kinds for row in rows
    )


@pytest.mark.parametrize("language", languages())
def test_a_weather_is_looked_up_in_lower_case(language: str) -> None:
    conditions = table(f"{language}/weather.toml")
    assert [name for name in conditions if name != name.casefold().strip()] == []


@pytest.mark.parametrize(
    ("text", "locale"),
    [("en_GB", "en_GB"), ("en-us", "en_US"), (" en ", "en"), ("EN_AU", "en_AU")],
)
def test_a_locale_is_known_however_it_is_written(text: str, locale: str) -> None:
    assert known_locale(text) == locale


@pytest.mark.parametrize("text", ["", "_", "English", "en_GB_x", "\0", "e" * 10_000])
def test_what_is_no_locale_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not a locale such as en_GB$"):
        known_locale(text)


@pytest.mark.parametrize("text", ["de_DE", "fr-FR", "zh_Hans_CN"])
def test_a_language_that_is_not_there_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"not there yet \(there is: en\)$"):
        known_locale(text)
