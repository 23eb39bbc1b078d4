"""For which proposer a record about its proposal is: what it may be told of it is ``tenants.visibility.TOLD``.

The proposer is a party by its id, that of the proposal. A name that stands in a record says nothing of who it is.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from domain.agreement import Party
from projections.records.agreements import AgreementBody
from projections.records.dialogues import DialogueBody
from projections.records.projects import ProjectBody
from projections.records.selections import SelectionBody
from projections.records.table import BY_NAME, RecordRow
from tenants.visibility import TOLD

BODIES: Final[Mapping[str, Any]] = {kind: BY_NAME[kind].body for kind in TOLD}
"""Kind of record of which a proposer is told something, to its body."""


def for_proposer(rows: Iterable[RecordRow], proposal: UUID) -> tuple[RecordRow, ...]:
    """Those of the records about a proposal that concern its proposer; pure.

    Dialogues and selections do. An agreement does while the proposer is a party to it, a project while no other
    party carries it out. One that covers several proposals names none of them as its own, so it is nobody's here.
    """
    own = tuple(row for row in rows if getattr(row.content, "proposal", None) == proposal)
    chosen = {row.id: row.content.by_proposer for row in own if isinstance(row.content, SelectionBody)}
    return tuple(row for row in own if _concerns(row, chosen))


def _concerns(row: RecordRow, chosen: dict[UUID, bool | None]) -> bool:
    match row.content:
        case DialogueBody() | SelectionBody():
            return True
        case AgreementBody(signatories=signatories):
            return any(each.side is Party.PROPOSER for each in signatories)
        case ProjectBody(implementer=None, selection=selection):
            return selection is None or chosen.get(selection) is True
        case _:
            return False
