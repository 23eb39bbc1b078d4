"""What the search compares, which grams it keeps, and what it refuses to look for."""

import pytest

from domain.errors import TextTooLong, TooMany
from projections.search import grams, needed, normalised, searchable, terms


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("ﾃｽﾄ", "テスト"),
        ("テスト", "テスト"),
        ("ＡＩ", "ai"),
        ("Ai", "ai"),
        ("㈱ポケット", "(株)ポケット"),
        ("ガ", "ガ"),
        ("Straße", "strasse"),
        ("ⅷ", "viii"),
        ("札幌市\u3000 窓口\r\n担当", "札幌市 窓口 担当"),
        ("雪\0害", "雪害"),
        ("葛\U000e0100飾", "葛飾"),
        ("辻\ufe00", "辻"),
        ("見\u200b守り", "見守り"),
        ("  ", ""),
    ],
)
def test_texts_are_compared_in_one_width_and_case_without_what_nobody_sees(typed: str, compared: str) -> None:
    assert normalised(typed) == compared


def test_normalising_twice_changes_nothing() -> None:
    for text in ("ﾊﾟｰﾄﾅｰ", "İstanbul", "㌔", "ﬀ", "ſ", "\u1e9b\u0323", "ᾳ", "ŉ"):
        assert normalised(normalised(text)) == normalised(text)


def test_grams_are_characters_and_neighbours_within_words_each_once() -> None:
    assert grams("除雪 除雪") == ("除", "除雪", "雪")
    assert grams("除 雪") == ("除", "雪")
    assert grams("") == ()


def test_parts_of_a_text_do_not_run_into_each_other() -> None:
    assert searchable("共創", None, "", "窓口") == "共創 窓口"
    assert "創窓" not in grams(searchable("共創", "窓口"))


def test_a_query_is_its_words_each_once() -> None:
    assert terms(" 除雪\u3000ＡＩ ai 除雪 ") == ("除雪", "ai")
    assert terms(" \u200b ") == ()


def test_what_a_text_must_have_is_pairs_or_a_single_character() -> None:
    assert needed(("除雪機", "雪", "100%")) == sorted(["除雪", "雪機", "雪", "10", "00", "0%"])


def test_words_of_64_characters_are_looked_for_and_longer_ones_refused() -> None:
    assert terms("雪" * 64) == ("雪" * 64,)
    with pytest.raises(TextTooLong) as refused:
        terms("雪" * 65)
    assert refused.value.details == {"field": "text", "limit": 64, "length": 65}


def test_a_word_that_grows_past_the_limit_when_normalised_is_refused() -> None:
    assert terms("㌔" * 32) == ("キロ" * 32,)
    with pytest.raises(TextTooLong):
        terms("㌔" * 33)


def test_eight_words_are_looked_for_and_more_refused() -> None:
    assert len(terms("一 二 三 四 五 六 七 八")) == 8
    with pytest.raises(TooMany) as refused:
        terms("一 二 三 四 五 六 七 八 九")
    assert refused.value.details == {"field": "text", "count": 9, "limit": 8}


def test_an_endless_query_is_refused_before_it_is_read() -> None:
    with pytest.raises(TextTooLong):
        terms(" " * 521)
