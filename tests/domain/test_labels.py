"""Fields are called by words that people use, each in its place."""

import re
from datetime import date

import pytest

from domain import days_in_words, labels
from domain.labels import around, process, work
from domain.labels.english import ENGLISH
from domain.values import Day, Precision


@pytest.mark.parametrize(
    ("path", "ja", "en"),
    [
        ("title", "件名", "Title"),
        ("nextStep", "次の段階", "Next step"),
        ("terms.signatories.2.name", "当事者2／名称", "Signatories 2 / Name"),
        ("costs.description", "費用／説明", "Costs / Description"),
        ("items.2.item", "確認項目2／項目", "Items 2 / Item"),
        ("goals.1.description", "目標1／目標", "Goals 1 / Description"),
        ("content.outcomes.12", "成果12", "Outcomes 12"),
        ("terms", "協定等の内容", "Terms"),
        ("entry.occurredOn.on", "手続の日／日付", "Occurred on / Day"),
    ],
)
def test_a_field_is_called_by_its_words_with_what_it_stands_in(path: str, ja: str, en: str) -> None:
    assert (labels.in_japanese(path), labels.in_english(path)) == (ja, en)


def test_the_same_field_means_something_else_in_another_command() -> None:
    assert labels.in_japanese("on") == "日付"
    assert labels.in_japanese("on", "agreement.sign") == "締結日"
    assert labels.in_japanese("on", "gathering.announce") == "開催日"
    assert labels.in_english("on", "gathering.announce") == "Held on"


@pytest.mark.parametrize("path", ["Query.records", "Idempotency-Key", "goals.unheardOf", "{limit}", ""])
def test_what_has_no_word_is_said_as_it_is(path: str) -> None:
    assert labels.in_japanese(path) == path
    assert not labels.has_word(path)


def test_japanese_words_are_japanese_english_ones_english_and_each_is_said_once() -> None:
    tables = (process.PROCESS, work.WORK, around.AROUND)
    assert len(labels.JAPANESE) == sum(map(len, tables))
    assert [word for word in labels.JAPANESE.values() if re.search(r"[A-Za-z]", word)] == []
    assert [word for word in ENGLISH.values() if not word.isascii()] == []
    assert [key for key, word in ENGLISH.items() if word == key.replace("_", " ").capitalize()] == []


@pytest.mark.parametrize(
    ("day", "ja", "en"),
    [
        (Day(date(2027, 4, 1)), "令和9年（2027年）4月1日", "2027-04-01"),
        (Day(date(2019, 5, 1)), "令和元年（2019年）5月1日", "2019-05-01"),
        (Day(date(2019, 4, 30)), "平成31年（2019年）4月30日", "2019-04-30"),
        (Day(date(1989, 1, 1), Precision.MONTH), "平成元年（1989年）1月", "1989-01"),
        (Day(date(2019, 1, 1), Precision.YEAR), "令和元年（2019年）", "2019"),
        (Day(date(1989, 1, 7)), "1989年1月7日", "1989-01-07"),
        (Day(date(1988, 1, 1), Precision.YEAR), "1988年", "1988"),
    ],
)
def test_a_day_is_said_as_exactly_as_it_is_known(day: Day, ja: str, en: str) -> None:
    assert (days_in_words.in_japanese(day), days_in_words.in_english(day)) == (ja, en)
