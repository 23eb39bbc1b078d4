"""Histories by chance, also impossible ones, over few ids and days so that events meet each other."""

from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from typing import Any, Final, get_args, get_origin
from uuid import UUID

from hypothesis import strategies as st

from domain.decider import Decider
from domain.organisation import Organisation, Validity
from domain.policy import Policy
from domain.values import Audience, CityCode, Code, Mark, Sealed
from tests.domain.facts import AOMORI, SAPPORO
from tests.domain.shapes import alternatives, hints

IDS: Final = tuple(UUID(int=number) for number in range(1, 5))
DAYS: Final = (date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1), date(2028, 4, 1))

SEALED: Final = (
    Sealed(IDS[0], Audience.PUBLIC, b"a" * 32),
    Sealed(IDS[0], Audience.DESK, b"b" * 32, (Mark.PERSONAL,)),
    Sealed(IDS[1], Audience.PROPOSER, bytes(range(32)), (Mark.KNOW_HOW, Mark.NON_DISCLOSURE)),
)

OFFICE: Final = Organisation(
    departments=dict.fromkeys(IDS, Validity(DAYS[0])),
    posts=dict.fromkeys(IDS, Validity(DAYS[0])),
    holdings={(IDS[0], IDS[2]): Validity(DAYS[0]), (IDS[1], IDS[3]): Validity(DAYS[0], DAYS[2])},
    department_of=dict(zip(IDS, IDS, strict=True)),
)

# Most codes are known somewhere, so that wishes are granted often enough to be worth trying.
CODES: Final = {
    "method": ("agreement", "pilot", "no_such_code"),
    "track": ("pilot_support", "partnership", "no_such_code"),
    "fields": ("welfare", "welfare", "safety", "no_such_code"),
    "plan_fields": ("vision_snow", "vision_snow", "no_such_code"),
    "code": ("designated_manager", "startup_center", "no_such_code"),
    "item": ("useful", "able", "no_such_code"),
    "kind": ("themed", "free", "no_such_code"),
    "retention": ("five_years", "permanent", "no_such_code"),
    "condition": ("read_rules", "liability", "no_such_code"),
}

PLAIN: Final[dict[Any, st.SearchStrategy[Any]]] = {
    Sealed: st.sampled_from(SEALED),
    CityCode: st.sampled_from(("011002", "022012")),
    UUID: st.sampled_from(IDS),
    date: st.sampled_from(DAYS),
    int: st.integers(0, 3),
    bool: st.booleans(),
    bytes: st.binary(max_size=32),
    type(None): st.none(),
    Organisation: st.sampled_from((OFFICE, OFFICE, OFFICE, Organisation())),
    Policy: st.sampled_from((SAPPORO, AOMORI, Policy())),
}


def of(hint: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Any value of a type that events, policies and commands use; ``name`` is the field that holds it."""
    members = alternatives(hint)
    if len(members) > 1:
        return st.one_of(*(of(member, name) for member in members))
    if hint is Code:
        return st.sampled_from(CODES[name])
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) is tuple:
        return st.lists(of(get_args(hint)[0], name), max_size=2).map(tuple)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    assert isinstance(hint, type), hint
    assert is_dataclass(hint), hint
    return st.builds(hint, **{inner: of(kind, inner) for inner, kind in hints(hint).items()})


def events(decider: Decider[Any]) -> st.SearchStrategy[Any]:
    """Any event of an aggregate."""
    return st.one_of(*map(of, decider.events.values()))


def histories(decider: Decider[Any]) -> st.SearchStrategy[list[Any]]:
    """Any events of an aggregate in any order, possible or not."""
    return st.lists(events(decider), max_size=8)


def arguments(takes: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    """What a command takes after the state."""
    return st.tuples(*map(of, takes))
