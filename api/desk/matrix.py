"""Who may give which command, ask which question and read which value, as tables of README.md (権限表).

Nothing is said here: the tables are read from the commands, from the declarations beside the fields, and from
``tenants.visibility``. ``renkei matrix`` writes them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any, Final, get_type_hints

from api.desk.mutation import OFFERED
from api.desk.naming import mutation_name
from api.desk.schema import desk_schema
from api.graphql.shown import DECLARED
from domain.roles import EVERYBODY, SIGNED_IN, Role
from tenants.visibility import OUTSIDE, READERS, TO_PARTY, Shown, View
from tenants.wish import Wish

PAGE: Final = Path(__file__).parent / "README.md"
BEGIN: Final = "<!-- made by `renkei matrix` from the code -->"
END: Final = "<!-- to here -->"
YES: Final = "●"
NO: Final = "–"
OWN: Final = "own"
ROLES: Final = tuple(role for role in Role if role in SIGNED_IN)

Givers = Mapping[str, frozenset[Role]]
"""What a command depends on (``decided_by=council``; empty for most) to the roles that may give it then."""


def givers(wish: type[Wish[Any]]) -> Givers:
    """Who may give a command. Where that depends on what is wished, every choice of its enumerations is tried."""
    hints = get_type_hints(wish)
    chosen = {each.name: list(hints[each.name]) for each in fields(wish) if _choice(hints[each.name])}  # type: ignore[arg-type]  # every wish is a dataclass
    if wish.needed is Wish.needed:
        return {"": wish.roles & EVERYBODY}
    found: dict[str, frozenset[Role]] = {}
    for values in product(*chosen.values()):
        asked: Any = wish(**{each.name: None for each in fields(wish)} | dict(zip(chosen, values, strict=True)))  # type: ignore[arg-type]
        found[", ".join(f"{name}={value}" for name, value in zip(chosen, values, strict=True))] = asked.needed()
    return _only_what_matters(found)


def _choice(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, StrEnum)


def _only_what_matters(found: Givers) -> Givers:
    """Without the choices on which nothing depends."""
    for part in zip(*(name.split(", ") for name in found), strict=True):
        by_choice = {choice: {roles for name, roles in found.items() if choice in name.split(", ")} for choice in part}
        if len(by_choice) > 1 and all(len(several) == 1 for several in by_choice.values()):
            return {choice: several.pop() & EVERYBODY for choice, several in by_choice.items()}
    return {name: roles & EVERYBODY for name, roles in found.items()}


def commands() -> dict[str, Givers]:
    """Mutation to who may give it."""
    return {mutation_name(wish): givers(wish) for wish in OFFERED}


def questions() -> dict[str, frozenset[Role]]:
    """Root field of the queries to who may ask it."""
    asked = desk_schema()._schema.query_type  # noqa: SLF001 - strawberry offers no other way to it
    assert asked is not None  # noqa: S101 - every schema has queries
    told = {name: field.extensions["strawberry-definition"].metadata for name, field in asked.fields.items()}
    return {name: READERS[metadata[DECLARED]] for name, metadata in told.items()}


def tables() -> str:
    """The three tables in Markdown."""
    given = {
        f"`{name}`{f' ({choice})' if choice else ''}": roles
        for name, choices in commands().items()
        for choice, roles in choices.items()
    }
    values = {_named(shown): roles for shown, roles in READERS.items()}
    outside = {_named(shown) for shown in OUTSIDE}
    own = {_named(shown) for shown in (TO_PARTY | {View.OWN}) - OUTSIDE}
    return "\n".join(
        [
            "**Commands.** " + NOTE_COMMANDS,
            "",
            *_table("mutation", given),
            "",
            "**Questions.** " + NOTE_QUESTIONS,
            "",
            *_table("query", {f"`{name}`": roles for name, roles in questions().items()}),
            "",
            "**Values and views.** " + NOTE_VALUES,
            "",
            *_table("for", values, "everybody else", outside, own),
            "",
        ]
    )


def _named(shown: Shown) -> str:
    return f"{type(shown).__name__} `{shown.value}`"


NOTE_COMMANDS: Final = (
    "● is granted if the record allows it, – is refused with `NOT_ALLOWED`. Who audits is refused whatever other role"
    " there is. `city.open` is the operator's alone."
)
NOTE_QUESTIONS: Final = "● is answered, – is refused with `NOT_ALLOWED`."
NOTE_VALUES: Final = (
    "● is read; – is null with `withheld` for a typed value, and not told of otherwise; own is read in the records of a"
    " party by who stands for it, and so is whatever that party wrote there itself."
)


def _table(
    what: str,
    rows: Mapping[str, frozenset[Role]],
    last: str = "in another city",
    outside: Iterable[str] = (),
    own: Collection[str] = (),
) -> list[str]:
    """Rows against roles; the last column is for a token of another city, or for whoever is no member.

    ``own``: rows of which a proposer reads its own.
    """
    yes = frozenset(outside)

    def cell(name: str, role: Role) -> str:
        return OWN if role is Role.PROPOSER and name in own else YES if role in rows[name] else NO

    no = NO if yes else "401"
    return [
        f"| {what} | {' | '.join(ROLES)} | {last} |",
        "|---" * (len(ROLES) + 2) + "|",
        *(
            f"| {name} | {' | '.join(cell(name, role) for role in ROLES)} | {YES if name in yes else no} |"
            for name in rows
        ),
    ]


def written(page: str) -> str:
    """The page with the tables as they are now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"


def write(*, check: bool) -> bool:
    """Write the tables into README.md, or only compare; whether they differed."""
    page = PAGE.read_text("utf-8")
    now = written(page)
    if not check:
        PAGE.write_text(now, "utf-8")
    return now != page
