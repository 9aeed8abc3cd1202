from stridetale.writers.grammar import free


def test_a_free_grammar_has_all_slots() -> None:
    assert 'slot ::= "{day}" | "{distance}"' in free(["day", "distance"]).splitlines()


def test_a_free_grammar_has_no_digit_that_could_be_written() -> None:
    written = free(["day"]).split('"')[1::2]
    assert not any(char.isdigit() for char in "".join(written))
