"""法人番号 as people type them."""

import pytest

from domain.errors import CorporateNumberInvalid
from tenants.identifiers import corporate_number

AOMORI = "4000020022012"


@pytest.mark.parametrize(
    "typed",
    [
        "4000020022012",
        "4-0000-2002-2012",
        "４０００-０２０-０２２-０１２",
        "４ー０００0ー２００２ー２０１２",
        " 4000 0200 22012\n",
        "4　0000　2002　2012",
        "4−0000–2002‐2012",
    ],
)
def test_a_number_is_taken_as_people_type_it(typed: str) -> None:
    assert corporate_number(typed) == AOMORI


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "4000020022013",  # another check digit
        "4000020022102",  # two digits changed places
        "0000020022012",
        "400002002201",
        "40000200220120",
        "400002002201X",
        "٤٠٠٠٠٢٠٠٢٢٠١٢",  # digits of another script
        "4000020022012\x00",
        "T4000020022012",  # the number of a qualified invoice issuer has a letter before it
        "123456789018",  # twelve digits: never an individual's number
        "4" * 10_000,
    ],
)
def test_what_is_no_corporate_number_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(CorporateNumberInvalid) as refused:
        corporate_number(typed)
    assert refused.value.details == {"field": "corporateNumber"}
    assert refused.value.code == "CORPORATE_NUMBER_INVALID"
