"""A city's catalogues are looked up by code, and so are those that all cities share."""

import re
from dataclasses import replace
from typing import Final

import pytest

from domain.errors import CodeUnknown, PartMissing
from domain.fields import FIELD_CODES, FIELDS
from domain.methods import METHOD_CODES, METHODS
from domain.policy import Entry, Policy, known
from domain.values import Code
from tests.domain.facts import AOMORI, SAPPORO

TWO: Final = (Code("pfi"), Code("pilot"))


def test_a_policy_gives_the_codes_of_its_methods() -> None:
    assert AOMORI.method_codes() == ("designated_manager", "agreement")


def test_a_policy_gives_the_codes_of_the_fields_of_all_its_plans() -> None:
    assert SAPPORO.field_codes() == ("vision_snow", "vision_energy")
    plan = replace(SAPPORO.plans[0], code=Code("second"), fields=SAPPORO.plans[0].fields[:1])
    assert replace(SAPPORO, plans=(*SAPPORO.plans, plan)).field_codes() == (
        "vision_snow",
        "vision_energy",
        "vision_snow",
    )


def test_a_city_without_documents_has_empty_catalogues() -> None:
    assert (Policy().version, Policy().method_codes(), Policy().field_codes()) == (0, (), ())


def test_a_known_code_is_given_back() -> None:
    assert known("method", "pilot", TWO) == "pilot"


@pytest.mark.parametrize("value", ["PFI", "pfi ", "pf", "pfi, pilot"])
def test_an_unknown_code_is_refused_naming_those_there_are(value: str) -> None:
    with pytest.raises(CodeUnknown) as refused:
        known("method", value, TWO)
    assert refused.value.details == {"field": "method", "value": value, "known": "pfi, pilot"}


def test_an_unknown_code_is_not_repeated_at_length() -> None:
    with pytest.raises(CodeUnknown) as refused:
        known("method", "x" * 10_000, ())
    assert refused.value.details == {"field": "method", "value": "x" * 60, "known": ""}


@pytest.mark.parametrize("value", ["", " "])
def test_a_code_that_was_left_empty_is_told_as_missing(value: str) -> None:
    with pytest.raises(PartMissing) as refused:
        known("method", value, TWO)
    assert refused.value.message("en") == "method is missing: use one of: pfi, pilot."
    assert refused.value.message("ja") == "「手法」を確認してください。次のいずれかを指定してください: pfi, pilot。"


@pytest.mark.parametrize("value", ["pilot", ""])
def test_where_nothing_is_known_nothing_is_offered(value: str) -> None:
    with pytest.raises(CodeUnknown) as refused:
        known("method", value, ())
    assert refused.value.message("en") == "method: there is none to choose from here. Leave it out."
    assert refused.value.message("ja") == "「手法」: ここで選べるものはありません。指定しないでください。"


@pytest.mark.parametrize(("entries", "codes"), [(FIELDS, FIELD_CODES), (METHODS, METHOD_CODES)])
def test_the_shared_catalogues_name_each_code_once_in_both_languages(
    entries: tuple[Entry, ...], codes: tuple[Code, ...]
) -> None:
    assert len(set(codes)) == len(codes) == len(entries)
    for entry in entries:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", entry.code)
        assert entry.name.ja
        assert entry.name.en
