"""Numbers that name an organisation, checked as people type them (法人番号).

Source: 法人番号の指定等に関する省令 article 2 (check digit), as python-stdnum computes it.
"""

import unicodedata

from stdnum.exceptions import ValidationError
from stdnum.jp import cn

from domain.errors import CorporateNumberInvalid
from domain.values import CorporateNumber

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")
_LONGEST = 40  # thirteen digits with a dash or space between any two, and some to spare


def corporate_number(text: str) -> CorporateNumber:
    """Thirteen ASCII digits from what was typed: full-width digits, spaces and any kind of dash are taken.

    Raises CorporateNumberInvalid; it does not repeat what was typed, since that may be a number of another kind.
    """
    if len(text) > _LONGEST:
        raise CorporateNumberInvalid
    typed = unicodedata.normalize("NFKC", text).translate(_DASHES)
    try:
        digits = cn.validate("".join(typed.split()))
    except ValidationError as error:
        raise CorporateNumberInvalid from error
    return CorporateNumber(digits)
