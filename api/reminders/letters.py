"""Which mails are due to whom today: pure, from the city's rule, what waits, and who holds which right."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.organisation import Organisation
from domain.policy import Reminders
from domain.rights import Right
from projections.due import Waiting
from tenants.holidays import business_day
from tenants.members import Role
from tenants.outbox import Letter
from tenants.standing import Manned
from tenants.tenancy import JAPAN

LATEST: Final = timedelta(days=30)
"""What has been overdue for longer was told before, or is none of this mail's business."""


class Reminder(StrEnum):
    """Of what a mail reminds (通知の種類): the names of the templates."""

    DUE = "due"
    OVERDUE = "overdue"
    TURN = "turn"


def letters(
    rule: Reminders,
    today: date,
    found: Iterable[Waiting],
    rights: Mapping[UUID, frozenset[Right]],
    organisation: Organisation,
) -> Iterator[Letter]:
    """One mail for each that is due, to each whose turn it is."""
    for item in found:
        for kind, day in reminders(rule, today, item):
            facts = {"kind": item.kind, "due_on": item.due_on.isoformat() if item.due_on else None}
            for member in sorted(whose_turn(item, rights, organisation, today)):
                yield Letter(kind.value, item.id, day, member, facts)


def reminders(rule: Reminders, today: date, item: Waiting) -> Iterator[tuple[Reminder, date]]:
    """Of what a record reminds today, and the day that makes the mail another one than that of another day."""
    if item.due_on is not None:
        if today <= item.due_on <= business_day(today, rule.days_before):
            yield Reminder.DUE, item.due_on
        if rule.overdue and today - LATEST <= item.due_on < today:
            yield Reminder.OVERDUE, item.due_on
    changed = item.since.astimezone(JAPAN).date() if item.since else None
    if rule.turns and changed == today:
        yield Reminder.TURN, changed


def whose_turn(
    item: Waiting, rights: Mapping[UUID, frozenset[Right]], organisation: Organisation, today: date
) -> set[UUID]:
    """The members with rights today for whom it waits: by name, by a post they hold, or by their role.

    The desk, besides, where it waits for somebody who left, or at a post that nobody holds.
    """
    manned = {post for post in item.posts if any(organisation.stands_for(member, post, today) for member in rights)}
    left = Manned(frozenset(rights), frozenset(manned)).left(item.member, item.posts)
    return {
        member
        for member, held in rights.items()
        if member == item.member
        or any(organisation.stands_for(member, post, today) for post in item.posts)
        or any(right.role == item.role and _reaches(right, item, organisation, today) for right in held)
        or (left and any(right.role is Role.DESK_OFFICER for right in held))
    }


def _reaches(right: Right, item: Waiting, organisation: Organisation, today: date) -> bool:
    if right.department is None:
        return True
    whose = (item.department, *item.departments)
    return any(each is not None and organisation.inherits(right.department, each, today) for each in whose)
