import re
from pathlib import Path

import pytest

from stridetale import errors
from stridetale.errors import (
    CursorInvalid,
    FileEmpty,
    HostNotAllowed,
    StoreTooNew,
    StridetaleError,
    Unforeseen,
)

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
BRANCH = re.compile(r"^ {4}((?:│   )*)[├└]── (\w+)", re.MULTILINE)


def below(error: type[StridetaleError]) -> list[type[StridetaleError]]:
    """All errors of the package that derive from this one, itself first."""
    children = [one for one in error.__subclasses__() if one.__module__.startswith(errors.__name__)]
    return [error, *(one for child in children for one in below(child))]


TREE = below(StridetaleError)
LEAVES = [one for one in TREE if len(below(one)) == 1]
leaf = pytest.mark.parametrize("error", LEAVES)


def sections() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def drawn() -> list[tuple[int, str]]:
    """Depth and name of each branch in the docstring."""
    return [(len(found[1]) // 4, found[2]) for found in BRANCH.finditer(errors.__doc__ or "")]


def test_each_error_has_its_own_kind() -> None:
    kinds = [error.kind for error in TREE]
    assert sorted(kinds) == sorted(set(kinds))


def test_each_leaf_has_its_own_title() -> None:
    titles = [error.title for error in LEAVES]
    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("error", TREE)
def test_a_kind_is_safe_in_an_address(error: type[StridetaleError]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.kind)


@leaf
def test_a_leaf_has_the_status_of_an_error(error: type[StridetaleError]) -> None:
    assert 400 <= error.status <= 599


@leaf
def test_a_kind_is_the_name_of_its_class(error: type[StridetaleError]) -> None:
    assert re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).casefold() == error.kind


@leaf
def test_only_what_may_pass_is_transient(error: type[StridetaleError]) -> None:
    assert not error.transient or error.status in {502, 503, 504}


def test_the_tree_is_drawn_as_it_is() -> None:
    depths = {name: depth for depth, name in drawn()}
    assert depths == {
        error.__name__: error.__mro__.index(StridetaleError) - 1 for error in TREE[1:]
    }


def test_each_branch_is_drawn_below_its_parent() -> None:
    parents: dict[str, str] = {}
    path: list[str] = []
    for depth, name in drawn():
        path[depth:] = [name]
        parents[name] = path[depth - 1] if depth else "StridetaleError"
    assert parents == {error.__name__: error.__mro__[1].__name__ for error in TREE[1:]}


@leaf
def test_a_leaf_is_explained(error: type[StridetaleError]) -> None:
    assert len(sections().get(error.kind, "").split()) >= 10


def test_nothing_is_explained_that_is_no_error() -> None:
    assert set(sections()) <= {error.kind for error in TREE}


def test_an_error_of_a_file_is_a_sentence_that_begins_with_its_name() -> None:
    error = FileEmpty("ride.gpx", "is empty.")
    assert (str(error), error.detail, error.file, error.reason) == (
        "ride.gpx is empty.",
        "ride.gpx is empty.",
        "ride.gpx",
        "is empty.",
    )


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (errors.ActivityNotFound("7"), "7"),
        (errors.PageNotFound("/nowhere"), "/nowhere"),
        (CursorInvalid(), "`next`"),
        (errors.MethodNotAllowed("PATCH", "/activities/"), "PATCH"),
        (HostNotAllowed("evil.example"), "STRIDETALE_ALLOWED_HOSTS"),
        (errors.OriginNotAllowed("https://evil.example"), "evil.example"),
        (errors.TooManyAtOnce(), "again"),
        (errors.EngineMissing(), "pip install xllamacpp"),
        (StoreTooNew(3, 2), "update Stridetale"),
        (errors.PortTaken("127.0.0.1", 8000), "--port"),
        (Unforeseen("r-1"), "r-1"),
    ],
)
def test_an_error_that_knows_its_sentence_names_what_matters(
    error: StridetaleError, hint: str
) -> None:
    assert hint in error.detail
    assert error.detail.endswith(".")


def test_a_host_cannot_break_the_line_that_names_it() -> None:
    assert "\n" not in HostNotAllowed("evil\r\nexample").detail
