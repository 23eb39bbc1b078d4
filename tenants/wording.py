"""An outward act in words: what who agrees and decides reads of a draft before answering for it (起案の内容).

Line by line, each with what it is called in both languages: first which act, then on which record, then everything that
was entered, also what was left out. Made from the very text that is carried out (``tenants.deeds``), so that nothing
else can be read than what takes effect. A new act needs nothing here, unless it has choices of a catalogue of its own.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from domain import days_in_words, labels
from domain.events import DECIDERS
from domain.fields import FIELDS
from domain.methods import METHODS
from domain.policy import Names, Policy
from domain.values import Day, Unit
from domain.words import chosen
from tenants.commands.approvals import BY_NAME
from tenants.deeds import Deed, read
from tenants.saying import DepartmentId, PostId, Says, camel, some

UNSAID: Final = Names("指定なし", "not given")
UNSAID_AS: Final[Mapping[str, Names]] = dict.fromkeys(
    ("agreement.sign:on", "agreement.end:on", "agreement.giveNotice:on"),
    Names("施行の日", "the day on which this is carried out"),
)
"""What is meant where a field is left out, if that is more than nothing."""

YES: Final = {True: Names("はい", "yes"), False: Names("いいえ", "no")}

RESTS_ON: Final = {
    "wording": Names("協定等の内容 第{}版", "edition {} of the agreement's wording"),
    "assessment": Names(
        "判断に要る事項（{}回目の確認・訂正）", "what the decision needs to know, as entered {} time(s)"
    ),
    "completion": Names("提案の内容（{}回目の補正・訂正の後）", "the proposal as completed or put right {} time(s)"),
    "preparation": Names("選定の準備（{}回目の記録）", "preparation of the selection, as recorded {} time(s)"),
}
"""What an act may rest on, by the first word of ``rests_on``; the number follows."""

UNITS: Final = {
    "renewal_months": Names("{}か月", "{} month(s)"),
    "notice_days": Names("{}日前", "{} day(s) before"),
    "capacity": Names("{}人", "{} person(s)"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """What an id names: a kind of record, or a department, post or agenda item (then ``within`` is its session)."""

    kind: str
    id: UUID
    within: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is decided: its code name, what it is called, and what was entered or which thing was named."""

    field: str
    label: Names
    said: Names | Named


def lines(told: str, policy: Policy) -> tuple[Line, ...] | None:
    """An act as it was written into its approval; ``None`` for what this version of the program cannot read."""
    try:
        deed = read(told, BY_NAME)
        rests_on: tuple[str, ...] = tuple(msgspec.json.decode(told)[2:])
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
        return None
    return (
        *_of_act(deed),
        *_Telling(deed, policy).parts("", deed),
        *(_line("rests_on", _rests(on)) for on in rests_on),
    )


def _of_act(deed: Deed) -> Iterator[Line]:
    first = (inspect.getdoc(type(deed)) or "").partition("\n")[0]
    yield _line("act", Names(deed.ja, first))


def _rests(on: str) -> Names:
    word, _, number = on.partition(" ")
    told = RESTS_ON.get(word, Names(f"{word} {{}}", f"{word} {{}}"))
    return Names(told.ja.format(number), told.en.format(number))


def _line(path: str, said: Names | Named, of: str = "") -> Line:
    return Line(camel(path), Names(labels.in_japanese(path, of), labels.in_english(path, of)), said)


class _Telling:
    """Tells the fields of one act."""

    def __init__(self, deed: Deed, policy: Policy) -> None:
        self.deed, self.policy = deed, policy

    def parts(self, path: str, part: Any) -> Iterator[Line]:
        """Each field of the act, or of a part of it."""
        told = get_type_hints(type(part), include_extras=True)
        for each in fields(part):
            yield from self.field(f"{path}{each.name}", getattr(part, each.name), some(told[each.name]))

    def field(self, path: str, value: Any, hint: Any) -> Iterator[Line]:
        """One field: a line, or several for a list or for what has parts."""
        name = self.deed.name
        if value is None or value == ():
            yield _line(path, UNSAID_AS.get(f"{name}:{path}", UNSAID), name)
        elif isinstance(value, tuple) and get_args(hint)[0] is str:
            each = [_code(path, code, self.policy) for code in value]
            yield _line(path, Names("、".join(one.ja for one in each), ", ".join(one.en for one in each)), name)
        elif isinstance(value, tuple):
            for place, one in enumerate(value, 1):
                yield from self.field(f"{path}.{place}", one, get_args(hint)[0])
        elif is_dataclass(value) and not isinstance(value, Day):
            yield from self.parts(f"{path}.", value)
        else:
            yield _line(path, self.said(path, value, hint), name)

    def said(self, path: str, value: Any, hint: Any) -> Names | Named:
        """A single value in words."""
        marks = hint.__metadata__ if get_origin(hint) is Annotated else ()
        match value:
            case UUID():
                return self.named(path, value, hint)
            case StrEnum():
                return Names(chosen(value), value.replace("_", " "))
            case bool():
                return YES[value]
            case int() if Unit.YEN in marks:
                return Names(f"{value:,}円", f"{value:,} yen")
            case int():
                unit = UNITS.get(_last(path), Names("{}", "{}"))
                return Names(unit.ja.format(value), unit.en.format(value))
            case Day() | date():
                day = value if isinstance(value, Day) else Day(value)
                return Names(days_in_words.in_japanese(day), days_in_words.in_english(day))
            case _ if any(isinstance(mark, Says) for mark in marks):
                return Names(value, value)
            case _:
                return _code(path, value, self.policy)

    def named(self, path: str, value: UUID, hint: Any) -> Named:
        """What an id names: as its type says, or its field."""
        kind = NAMED.get(hint) or KINDS.get(_last(path), _last(path))
        return Named(kind, value, getattr(self.deed, "council_session", None) if kind == ITEM else None)


ITEM: Final = "agenda_item"
NAMED: Final[Mapping[Any, str]] = {DepartmentId: "department", PostId: "post"}
KINDS: Final = {**{decider.name: decider.name for decider in DECIDERS}, "council_session": "session", ITEM: ITEM}
"""Fields that name a thing to the kind of it."""


def _last(path: str) -> str:
    return next(name for name in reversed(path.split(".")) if not name.isdigit())


def _code(path: str, code: str, policy: Policy) -> Names:
    """What the city or the program calls a code; the code itself where the catalogue has it no longer."""
    catalogue = CATALOGUES.get(_last(path))
    return (catalogue(policy) if catalogue else {}).get(code, Names(code, code))


def _methods(policy: Policy) -> dict[str, Names]:
    own = policy.methods.entries if policy.methods else ()
    return {**{each.code: each.name for each in METHODS}, **{each.code: each.name for each in own}}


CATALOGUES: Final[Mapping[str, Callable[[Policy], Mapping[str, Names]]]] = {
    "fields": lambda _policy: {each.code: each.name for each in FIELDS},
    "plan_fields": lambda policy: {each.code: each.name for plan in policy.plans for each in plan.fields},
    "method": _methods,
    "code": lambda policy: {**_methods(policy), **{each.code: each.name for each in policy.partner_programmes}},
}
"""Fields that hold codes to the names of these."""
