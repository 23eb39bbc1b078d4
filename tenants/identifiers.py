"""Numbers that name an organisation, checked as people type them (法人番号).

Source: 法人番号の指定等に関する省令 article 2 (check digit), as python-stdnum computes it.
"""

from stdnum.exceptions import ValidationError
from stdnum.jp import cn

from domain.errors import CorporateNumberInvalid
from domain.values import CorporateNumber


def corporate_number(text: str) -> CorporateNumber:
    """Thirteen ASCII digits from what was typed: full-width digits, spaces and any kind of dash are taken.

    Raises CorporateNumberInvalid; it does not repeat what was typed, since that may be a number of another kind.
    """
    typed = text.replace("ー", "-")  # the long vowel sign, which Japanese keyboards give for a dash
    try:
        return CorporateNumber(cn.validate(typed))  # stdnum itself knows full-width digits, spaces and other dashes
    except ValidationError as error:
        raise CorporateNumberInvalid(field="corporateNumber") from error
