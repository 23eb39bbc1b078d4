"""One municipality, its desk and its rules, as its file describes them (自治体の定義)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from domain.errors import Invalid
from domain.policy import Names, Policy, Provenance
from domain.values import CityCode, CorporateNumber


class Municipality(StrEnum):
    """市, 町, 村 or 特別区."""

    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"
    SPECIAL_WARD = "special_ward"


@dataclass(frozen=True, slots=True)
class Portal:
    """The web pages on which a desk shows challenges and cases and takes proposals in (ポータルサイト)."""

    name: Names
    provenance: Provenance
    url: str | None = None
    note: Names | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How the desk is reached, as far as the document says (連絡先). ``form``: what its form asks for."""

    provenance: Provenance
    postal_code: str | None = None
    address: Names | None = None
    telephone: str | None = None
    form: Names | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk that takes proposals in for the whole city (窓口).

    ``departments`` from the outermost to the innermost. ``rules_known`` is false for a desk of which the documents give
    the name but not the rules: it is listed, and takes nothing in here.
    """

    name: Names
    provenance: Provenance
    departments: tuple[Names, ...] = ()
    portal: Portal | None = None
    contact: Contact | None = None
    rules_known: bool = True


@dataclass(frozen=True, slots=True)
class CityFile:
    """One municipality as its file describes it; ``provenance`` is that of the whole, parts have their own."""

    code: CityCode
    slug: str
    name: Names
    corporate_number: CorporateNumber
    municipality: Municipality
    provenance: Provenance
    desk: Desk | None = None
    policy: Policy = field(default_factory=Policy)

    @property
    def has_desk(self) -> bool:
        """Whether the city has a desk (窓口の有無)."""
        return self.desk is not None


class CityFileInvalid(Invalid):
    """A city file cannot be taken. Details: ``file``, ``line`` (or None), ``key`` (or empty), ``problem``."""

    en: ClassVar[str] = "{file}{place}: {problem}"
    ja: ClassVar[str] = "{file}{place_ja}: {problem_ja}"
