"""Nobody who reads Japanese is told a field or a choice by its code name."""

import ast
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, get_args, get_origin
from uuid import uuid4

import pytest

import domain
from domain import approval, challenge, labels, proposal, survey
from domain.agreement import Renewal
from domain.errors import DateInvalid, Refusal
from domain.files import MediaType
from domain.notice import Reach
from domain.policy import AgreementKind, Degree
from domain.proposal import CityMoney
from domain.selection import Response
from domain.survey import Reply
from domain.values import Day
from domain.words import SAID, WORDS, chosen
from domain.words_of_choices import OF_KIND
from tenants.commands import WISHES
from tenants.commands.challenges import Publish
from tenants.members import Role
from tenants.saying import camel
from tenants.wish import Entry, Wish
from tests.conftest import SAPPORO, House
from tests.domain.shapes import alternatives, hints
from tests.golden.wishes import Filled, granted

EACH: Final = pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.name)
ROOT: Final = Path(domain.__file__).parents[1]
PRODUCT: Final = [
    path for folder in ("domain", "tenants", "projections", "api") for path in (ROOT / folder).rglob("*.py")
]
HEADERS: Final = {"Content-Disposition", "Idempotency-Key"}
"""Of a request that sends a file: its programmer must find them under these names."""
WORDS_FOR_ALL: Final = {
    "SHA",
    "UUID",
    "PDF",
    "ZIP",
    "UTF",
    "attachment",
    "filename",
    "name",
    "pdf",
    "Office",
    "T",
    "XML",
}
"""Latin words that stand in Japanese text in their own right."""
CHECKS: Final = {"text", "known", "words", "some_words", "in_time", "not_ahead", "know_departments"}
"""Functions whose first argument is a field."""


def latin(text: str) -> list[str]:
    """Latin words in a text."""
    return re.findall(r"[A-Za-z]{2,}", text)


def every_field(kind: type, path: str = "") -> Iterator[str]:
    """Each field of a command and of what it is made of, by its path."""
    for name, hint in hints(kind).items():
        yield path + name
        for part in made_of(hint):
            yield from every_field(part, f"{path}{name}.")


def made_of(hint: Any) -> list[type]:
    """The dataclasses in a type."""
    found = [each for kind in alternatives(hint) for each in (get_args(kind) if get_origin(kind) is tuple else (kind,))]
    return [each for each in found if isinstance(each, type) and is_dataclass(each)]


@EACH
def test_every_field_of_every_command_has_a_japanese_word(wish: type[Wish[Any]]) -> None:
    assert [path for path in every_field(wish) if not labels.has_word(camel(path), wish.name)] == []
    assert [path for path in every_field(wish) if latin(labels.in_japanese(camel(path)))] == []


def test_so_has_how_a_command_is_entered() -> None:
    assert [path for path in every_field(Entry) if not labels.has_word(f"entry.{camel(path)}")] == []
    assert "occurred_on.on" in set(every_field(Entry))
    assert made_of(Day) == [Day]


def named_in(source: str) -> Iterator[str]:
    """Every field that a piece of the program names as the one that is wrong."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            told = [key.value for key in node.keywords if key.arg == "field"] + node.args[: function in CHECKS]
            yield from (each.value for each in told if isinstance(each, ast.Constant) and isinstance(each.value, str))


def test_every_field_that_a_refusal_names_has_a_japanese_word() -> None:
    found = {name for path in PRODUCT for name in named_in(path.read_text())} - HEADERS
    assert {"councilSession", "terms.noticeDays", "approval.number", "secret", "items.item"} < found
    assert sorted(name for name in found if not labels.has_word(name)) == []


def typed() -> Iterator[Any]:
    """Every text of every command, but for what came in before it."""
    for wish in WISHES:
        filled = Filled(wish)
        filled.wish()
        texts = [path for path, text in filled.typed.items() if text.startswith("佐藤𠮷")]
        yield from (pytest.param(wish, path, id=f"{wish.name} {path}") for path in texts)


@pytest.mark.parametrize(("wish", "path"), [*typed()])
def test_an_empty_text_is_refused_in_japanese_without_a_latin_word(wish: type[Wish[Any]], path: str) -> None:
    with pytest.raises(Refusal) as refused:
        granted(Filled(wish, codes={path: ""}).wish())
    assert latin(refused.value.message("ja")) == []
    field = refused.value.details.get("field")
    if field is not None:
        assert field == camel(path.replace("[]", "").replace("[2]", "")) or field == path
        assert f"「{labels.in_japanese(str(field))}」" in refused.value.message("ja")


def test_a_field_bears_the_word_that_it_has_in_its_command(house: House) -> None:
    house.open_city(SAPPORO)
    desk = house.desk(SAPPORO, Role.DESK_OFFICER)
    late = Publish(challenge=uuid4(), title="雪", description="雪", due_on=date(2020, 4, 1))
    with pytest.raises(DateInvalid) as refused:
        desk.do(late, Entry(uuid4()))
    assert refused.value.message("ja").startswith("「回答期限」: 日付を確認してください。")
    assert refused.value.details["field"] == "dueOn"


def problems(source: str) -> Iterator[str]:
    """What a piece of the program says in Japanese of a problem, without what is filled in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "problem_ja":
            yield "".join(
                each.value
                for each in ast.walk(node.value)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def test_what_is_wrong_is_said_in_japanese_without_a_latin_word() -> None:
    found = [told for path in PRODUCT for told in problems(path.read_text())]
    assert len(found) > 100
    assert [told for told in found if set(latin(told)) - WORDS_FOR_ALL] == []


def enumerations(kind: type[StrEnum] = StrEnum) -> Iterator[type[StrEnum]]:
    """Every enumeration of the domain."""
    for each in kind.__subclasses__():
        if each.__module__.startswith("domain"):
            yield each
        yield from enumerations(each)


CHOICES: Final = sorted({*enumerations()} - {MediaType}, key=lambda kind: (kind.__module__, kind.__name__))


@pytest.mark.parametrize("kind", CHOICES, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_choice_has_a_japanese_word(kind: type[StrEnum]) -> None:
    told = [chosen(each) for each in kind]
    assert [word for word in told if word in {each.value for each in kind} and word != "NPO"] == []
    assert [word for word in told if set(latin(word)) - {"NPO"}] == []
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    ("choice", "word"),
    [
        (Reply.NONE, "該当なし"),
        (Renewal.NONE, "更新の定めなし"),
        (Degree.NONE, "なし"),
        (CityMoney.NONE, "負担なし"),
        (CityMoney.ASKED, "負担を求める"),
        (survey.Stage.ASKED, "照会中"),
        (Response.REFUSED, "不同意"),
        (proposal.Stage.REFUSED, "不受理"),
        (approval.Verdict.APPROVED, "承認"),
        (approval.Stage.APPROVED, "決裁済み"),
        (challenge.Verdict.RETURNED, "差戻し"),
        (Reach.STAFF, "庁内限り"),
        (Role.STAFF, "庁内職員"),
        (AgreementKind.PROJECT, "事業連携協定"),
    ],
)
def test_the_same_code_is_another_word_of_another_kind(choice: StrEnum, word: str) -> None:
    assert chosen(choice) == word


def test_what_is_said_of_a_kind_is_said_of_a_choice_that_it_has() -> None:
    assert {*OF_KIND} <= {f"{kind.__name__}.{each}" for kind in CHOICES for each in kind}


def codes_told(source: str) -> Iterator[str]:
    """The codes that a piece of the program names in a refusal, where it writes them out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for key in node.exc.keywords:
                if key.arg in SAID and isinstance(key.value, ast.Constant):
                    yield from str(key.value.value).split(", ")


def test_every_code_that_a_refusal_writes_out_has_a_japanese_word() -> None:
    found = {code for path in PRODUCT if path.name != "doors.py" for code in codes_told(path.read_text())}
    assert {"reached", "requested", "drafter"} < found
    assert sorted(found - WORDS.keys()) == []


def test_choices_are_those_of_all_processes() -> None:
    assert Role in CHOICES
    assert len(CHOICES) > 60
