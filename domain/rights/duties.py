"""What no change of rights may do: alter the past, leave nobody to administer, mix duties (職務の分離)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from domain.days_in_words import in_japanese
from domain.errors import DateInvalid, DutiesMixed, LastAdministrator, SidesMixed
from domain.organisation import Organisation, Validity
from domain.rights.held import rights_on
from domain.rights.state import Both, Right, Rights
from domain.roles import ACTING, Role


def keep_past(before: Both, after: Both, today: date) -> None:
    """See that a change leaves it as it is who could do what before today. Raises DateInvalid, naming the first day."""
    for day in _days_changed(before, after):
        if day >= today:
            return
        if rights_on(*before, day) != rights_on(*after, day):
            raise DateInvalid(
                field="validFrom",
                problem=f"it would change who could do what on {day}: enter it from today ({today}) or later",
                problem_ja=f"{in_japanese(day)}にさかのぼって権限が変わります。"
                f"今日、{in_japanese(today)}以降の日付にしてください",
            )


def keep_duties(before: Both, after: Both) -> None:
    """See that a change leaves the city an administrator where it had one, and gives nobody who audits what acts.

    Nor does anybody of the city come to stand for who proposes to it. What was mixed before the change, as by an
    import, does not hold up others. Raises LastAdministrator, DutiesMixed, SidesMixed; all name the first day.
    """
    for day in _days_changed(before, after):
        had, have = rights_on(*before, day), rights_on(*after, day)
        for member, held in have.items():
            mixed = _mixed(held) - _mixed(had.get(member, frozenset()))
            if mixed:
                raise DutiesMixed(day=day.isoformat(), roles=_roles(mixed))
            sides = _both_sides(held) - _both_sides(had.get(member, frozenset()))
            if sides:
                raise SidesMixed(day=day.isoformat(), roles=_roles(_both_sides(held) - _proposing(held)))
        if not _administered(have) and _administered(had):
            raise LastAdministrator(day=day.isoformat())


def _administered(rights: Mapping[UUID, frozenset[Right]]) -> bool:
    """Whether somebody can administer: who audits as well is refused every command."""
    roles = ({right.role for right in held} for held in rights.values())
    return any(Role.CITY_ADMINISTRATOR in held and Role.AUDITOR not in held for held in roles)


def _mixed(held: frozenset[Right]) -> frozenset[Right]:
    """What acts among the rights of somebody who audits."""
    audits = any(right.role is Role.AUDITOR for right in held)
    return frozenset(right for right in held if right.role in ACTING) if audits else frozenset()


def _proposing(held: frozenset[Right]) -> frozenset[Right]:
    return frozenset(right for right in held if right.role is Role.PROPOSER)


def _both_sides(held: frozenset[Right]) -> frozenset[Right]:
    """All rights of somebody who works for the city and stands for who proposes to it."""
    proposing = _proposing(held)
    return held if proposing and proposing != held else frozenset()


def _roles(held: frozenset[Right]) -> str:
    return ", ".join(sorted({right.role for right in held}))


def _days_changed(before: Both, after: Both) -> list[date]:
    """Every day, in order, on which somebody may come to have or lose a right, from the first that a change touches."""
    old, new = _turns(*before), _turns(*after)
    first = min((day for _, day in old ^ new), default=date.max)
    return sorted({day for _, day in old | new if day >= first})


def _turns(rights: Rights, organisation: Organisation) -> set[tuple[object, date]]:
    """Whatever begins or ends, and when."""
    kinds: tuple[Mapping[Any, Validity], ...] = (
        rights.members,
        {id_: grant.validity for id_, grant in rights.grants.items()},
        organisation.posts,
        organisation.departments,
        organisation.holdings,
    )
    return {
        ((place, key, end), day)
        for place, kind in enumerate(kinds)
        for key, validity in kind.items()
        for span in validity.spans()
        for end, day in enumerate((span.since, span.until))
        if day is not None
    }
