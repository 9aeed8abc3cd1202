"""The bar that is seen while the embedded model is prepared."""

import io

from rich.console import Console

from stridetale.printing import PreparingBar


def a_console(*, terminal: bool) -> tuple[Console, io.StringIO]:
    seen = io.StringIO()
    console = Console(file=seen, force_terminal=terminal, width=100, force_interactive=terminal)
    return console, seen


def test_where_nothing_is_prepared_nothing_is_shown() -> None:
    console, seen = a_console(terminal=True)
    with PreparingBar(console):
        pass
    assert seen.getvalue() == ""


def test_a_terminal_shows_how_much_is_prepared() -> None:
    console, seen = a_console(terminal=True)
    with PreparingBar(console) as bar:
        for done in (0, 50, 100):
            bar.preparing(done, 100)
    assert "Preparing the model, once" in seen.getvalue()
    assert "100%" in seen.getvalue()


def test_a_log_file_gets_one_line() -> None:
    console, seen = a_console(terminal=False)
    with PreparingBar(console) as bar:
        for done in (0, 50, 100):
            bar.preparing(done, 100)
    assert seen.getvalue().strip() == "Preparing the model, once …"


def test_why_the_model_is_not_prepared_is_said() -> None:
    console, seen = a_console(terminal=False)
    with PreparingBar(console) as bar:
        bar.unprepared("The disk is full.")
    assert seen.getvalue().startswith("The disk is full. ")
