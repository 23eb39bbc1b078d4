"""Every refusal says in two languages what is wrong; the tree that is drawn is the tree there is."""

import re
from string import Formatter

import pytest

from domain import errors
from domain.errors import Refusal, RenkeiError, TextTooLong


def classes(root: type[RenkeiError] = RenkeiError) -> list[type[RenkeiError]]:
    """All classes of the module's tree (another module may add children of its own)."""
    children = [child for child in root.__subclasses__() if child.__module__ == errors.__name__]
    return [root, *(found for child in children for found in classes(child))]


def drawn() -> dict[str, str]:
    """Class to parent as the docstring draws them; several names on one line are siblings."""
    assert errors.__doc__ is not None
    above = {0: "RenkeiError"}
    found: dict[str, str] = {}
    for line in errors.__doc__.splitlines():
        match = re.fullmatch(r"([│ ]*)[├└]── (\w+(?: · \w+)*)(?:  .*)?", line)
        if match is None:
            continue
        depth = len(match[1]) // 4 + 1
        names = match[2].split(" · ")
        found |= dict.fromkeys(names, above[depth - 1])
        above[depth] = names[0]
    return found


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_the_drawn_tree_is_the_tree_of_the_classes() -> None:
    assert drawn() == {
        cls.__name__: cls.__base__.__name__ for cls in classes() if cls is not RenkeiError and cls.__base__
    }


ONLY_BRANCHES = {"Refusal", "Invalid"}


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_each_error_has_words_of_its_own_in_both_languages(cls: type[RenkeiError]) -> None:
    if cls.__name__ not in ONLY_BRANCHES:
        assert {"en", "ja"} <= set(vars(cls))
    assert re.search(r"[ぁ-ん]", cls.ja)
    assert re.match(r"[A-Z{]", cls.en)
    assert cls.ja.endswith(("。", "}", "）。"))


def test_no_two_errors_say_the_same() -> None:
    told = [cls for cls in classes() if cls.__name__ not in ONLY_BRANCHES]
    assert len({cls.en for cls in told}) == len({cls.ja for cls in told}) == len(told)


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_messages_fill_from_the_same_details(cls: type[RenkeiError]) -> None:
    details: dict[str, object] = {name: f"<{name}>" for name in fields(cls.en) | fields(cls.ja)}
    assert {name.removesuffix("_ja") for name in fields(cls.ja)} <= fields(cls.en)
    error = cls(**details)
    for language in ("en", "ja"):
        message = error.message(language)
        assert "{" not in message
        for name in fields(cls.ja) if language == "ja" else fields(cls.en):
            assert f"<{name}>" in message
    assert str(error) == error.message("en") == error.message("fr")


def test_what_was_typed_into_a_detail_is_no_template() -> None:
    error = TextTooLong(field="{limit}", limit=200, length=201)
    assert error.message("en") == "{limit} has 201 characters; at most 200 fit. Shorten it."


def test_codes_are_stable_names_and_each_is_used_once() -> None:
    codes = [cls(**dict.fromkeys(fields(cls.en), "x")).code for cls in classes()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)*", code) for code in codes)
    assert TextTooLong(field="title", limit=200, length=201).code == "TEXT_TOO_LONG"


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_each_error_is_explained(cls: type[RenkeiError]) -> None:
    assert vars(cls).get("__doc__")


def test_only_refusals_mean_that_nothing_was_recorded() -> None:
    outside = {cls.__name__ for cls in classes() if not issubclass(cls, Refusal)}
    assert outside == {
        "RenkeiError",
        "Conflict",
        "CommandReused",
        "CityUnknown",
        "Unreadable",
        "LogDiffers",
        "LogUnchecked",
        "Unavailable",
        "StoreUnavailable",
        "StoreFull",
        "KeysUnavailable",
    }
