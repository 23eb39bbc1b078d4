"""No secret in the log: what a person typed is sealed, and nothing else may be text (promise 4).

First the types: a clear field is an enumeration, id, day, number, flag or code. Then the wishes: each is filled with
texts of its own, granted, sealed and stored; none of them is in the stored bytes, all of them open again.
"""

import base64
import pkgutil
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from domain.circumstances import Circumstances
from domain.errors import CityCodeInvalid, CodeUnknown
from domain.events import DECIDERS, EVENTS
from domain.proposal import Destination
from domain.values import Audience, CityCode, Code, CorporateNumber, Mark, Sealed, Typed
from tenants import commands
from tenants.commands import WISHES
from tenants.keys import KeyStore
from tenants.mapper import EventMapper, Recorded
from tenants.sealing import Sealer, unseal
from tenants.wish import Wish
from tests.domain.shapes import parts, values
from tests.golden import examples
from tests.golden.wishes import CITY, CODES, POLICY, Filled, brought, granted

# --- the types of the events -------------------------------------------------------------------------------------

CLEAR: Final = (UUID, date, datetime, int, bool, type(None), Code, CityCode, Sealed)
BYTES: Final = {"Circumstances.approval.digest", "Attached.digest"}
"""Where bytes may stand: the SHA-256 of an approved document, and of what lies encrypted in the storage of files."""


def not_clear(cls: type) -> list[str]:
    """The fields, by path, that could carry what somebody typed."""
    return [
        f"{path}: {kind.__name__ if isinstance(kind, type) else kind}"
        for path, kind in parts(cls, cls.__name__)
        if kind not in CLEAR
        and not (isinstance(kind, type) and issubclass(kind, Enum))
        and not (kind is bytes and path in BYTES)
    ]


@pytest.mark.parametrize("cls", [Circumstances, *EVENTS.values()], ids=[Circumstances.__name__, *EVENTS])
def test_an_event_holds_nothing_that_was_typed(cls: type) -> None:
    assert not_clear(cls) == []


@dataclass(frozen=True)
class Inner:
    name: str


@dataclass(frozen=True)
class Leaking:
    plain: str
    optional: str | None
    listed: tuple[str, ...]
    nested: Inner
    deep: tuple[Inner, ...] | None
    number: CorporateNumber
    digest: bytes
    still_readable: Typed
    loose: Any
    table: dict[str, int]
    several: list[int]
    amount: float
    fine: UUID | None
    code: Code
    sealed: Sealed


def test_the_walk_finds_text_at_every_depth() -> None:
    assert not_clear(Leaking) == [
        "Leaking.plain: str",
        "Leaking.optional: str",
        "Leaking.listed[]: str",
        "Leaking.nested.name: str",
        "Leaking.deep[].name: str",
        "Leaking.number: domain.values.CorporateNumber",
        "Leaking.digest: bytes",
        "Leaking.still_readable: Typed",
        "Leaking.loose: Any",
        "Leaking.table: dict[str, int]",
        "Leaking.several: list[int]",
        "Leaking.amount: float",
    ]


UNKNOWN: Final = "ひみつの連絡先 017-700-0000"
EACH: Final = pytest.mark.parametrize("kind", WISHES, ids=lambda kind: kind.name)


# --- what was typed ----------------------------------------------------------------------------------------------


@EACH
def test_every_text_of_a_wish_is_sealed_and_opens_again(kind: type[Wish[Any]], tmp_path: Path) -> None:
    filled = Filled(kind)
    wish = filled.wish()
    events = granted(wish)
    assert events
    KeyStore.create(tmp_path)
    keys = KeyStore(tmp_path)
    sealer = Sealer(CITY, keys, lambda _place: None)
    mapper = EventMapper(sealer.seal)
    states = [
        mapper.to_stored_event(Recorded(wish.target(CITY), number, examples.BARE, event)).state
        for number, event in enumerate(events, 1)
    ]
    readable = b"".join(states) + b"".join(box for _, box, _ in sealer.boxes)
    for text in filled.typed.values():
        assert text.encode() not in readable
        assert base64.b64encode(text.encode()) not in readable
        assert text.encode("unicode_escape") not in readable
    opened = [unseal(CITY, sealed, box, keys, sealer.new_keys) for sealed, box, _ in sealer.boxes]
    assert sorted(filter(None, opened)) == sorted(filled.typed.values())


@EACH
def test_the_events_of_a_wish_carry_its_texts_as_typed_values_only(kind: type[Wish[Any]]) -> None:
    filled = Filled(kind)
    found = [(path, value) for event in granted(filled.wish()) for path, value in values(event)]
    assert sorted(value.text for _, value in found if isinstance(value, Typed)) == sorted(filled.typed.values())
    clear = {value for _, value in found if type(value) is str}
    assert clear <= {*CODES.get(kind.name, {}).values(), CITY}


@pytest.mark.parametrize("kind", [kind for kind in WISHES if kind.name.startswith("proposal.")], ids=lambda k: k.name)
def test_nothing_that_is_said_about_a_proposal_is_public(kind: type[Wish[Any]]) -> None:
    filled = Filled(kind)
    typed = [value for event in granted(filled.wish()) for _, value in values(event) if isinstance(value, Typed)]
    assert len(typed) == len(filled.typed)
    assert Audience.PUBLIC not in {value.audience for value in typed}


def test_a_proposer_is_known_by_name_and_contact_to_the_desk_alone() -> None:
    (kind,) = (kind for kind in WISHES if kind.name == "proposal.receive")
    filled = Filled(kind)
    (received,) = granted(filled.wish())
    for name in ("contact_name", "contact_kana", "contact_department", "contact"):
        value: Typed = getattr(received, name)
        assert (value.audience, value.marks, value.key) == (Audience.DESK, (Mark.PERSONAL,), received.proposer)


# --- codes -------------------------------------------------------------------------------------------------------

CODE_PATHS: Final = [(name, path) for name, codes in CODES.items() for path in codes]


def wish_called(name: str) -> type[Wish[Any]]:
    return next(kind for kind in WISHES if kind.name == name)


@pytest.mark.parametrize(("name", "path"), CODE_PATHS)
def test_a_code_that_no_catalogue_has_is_refused(name: str, path: str) -> None:
    with pytest.raises((CodeUnknown, CityCodeInvalid)):  # a city's code is known by its check digit
        granted(Filled(wish_called(name), {path: UNKNOWN}).wish(), replace(POLICY, conditions=()))


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, path in CODE_PATHS if path.endswith("[]")])
def test_a_known_code_hides_no_unknown_one_behind_it(name: str, path: str) -> None:
    codes = (CODES[name][path], UNKNOWN)
    with pytest.raises(CodeUnknown):
        granted(Filled(wish_called(name), {f"{path}*": codes}).wish())


@pytest.mark.parametrize("destination", Destination)
def test_a_referral_carries_no_code_that_its_destination_does_not_know(destination: Destination) -> None:
    filled = Filled(wish_called("proposal.refer"), {"destination": destination, "code": UNKNOWN})
    with pytest.raises(CodeUnknown):
        granted(filled.wish())


# --- the list of wishes ------------------------------------------------------------------------------------------


def test_every_wish_that_is_written_can_be_wished() -> None:
    modules = [import_module(f"tenants.commands.{module.name}") for module in pkgutil.iter_modules(commands.__path__)]
    written = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Wish) and "name" in vars(value)
    }
    assert set(WISHES) == written
    assert len(WISHES) == len(written)


def test_every_event_comes_from_a_wish() -> None:
    topics = {cls: topic for topic, cls in EVENTS.items()}
    wishes = [Filled(kind).wish() for kind in WISHES]
    assert {topics[type(event)] for wish in wishes for event in granted(wish) + brought(wish)} == set(EVENTS)


@EACH
def test_a_wish_says_what_it_is_in_both_languages_and_who_may_wish_it(kind: type[Wish[Any]]) -> None:
    assert re.fullmatch(rf"{kind.decider.name}\.[a-z][A-Za-z]*", kind.name)
    assert re.search(r"[ぁ-ん一-龥]", kind.ja)
    doc = vars(kind)["__doc__"]
    assert re.match(r"[A-Z]", doc)
    assert not doc.startswith(f"{kind.__name__}("), "that is only the signature that a dataclass writes"
    assert kind.roles
    assert Filled(kind).wish().needed()


def test_names_are_used_once_and_every_aggregate_has_its_verbs() -> None:
    assert len({kind.name for kind in WISHES}) == len(WISHES) == len({kind.ja for kind in WISHES})
    assert {kind.name.partition(".")[0] for kind in WISHES} == {decider.name for decider in DECIDERS}
