"""Receipt numbers that no record bears, each with why, for who keeps the register and who checks it (欠番)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry

from api.desk.answers import ReceiptNumber
from api.desk.context import DeskInfo
from api.desk.enums import SHOWN
from api.desk.words import shown
from api.graphql.fields import resolved
from api.graphql.language import in_language
from api.graphql.shown import shown_to
from domain.policy import Names
from projections.queries.desk import GapCause
from projections.queries.desk import NumberGap as Row
from tenants.visibility import View

TOLD: Final[Mapping[GapCause, Names]] = {
    GapCause.UNDER_WAY: Names(
        "番号を取ったばかりです。まもなく記録されることがあります。",
        "The number was taken just now; its record may be there in a moment.",
    ),
    GapCause.REFUSED: Names(
        "番号を取った後、先に別の記録が行われたため判断し直し、受付できないと分かりました。受付は行われていません。",
        "After the number was taken somebody else recorded something first, and what was to be received was refused."
        " Nothing was received under it.",
    ),
    GapCause.NUMBERED_ANEW: Names(
        "同じ受付が、別の年度または区分の番号で記録されました。",
        "The same submission was recorded under another number, of another fiscal year or kind.",
    ),
    GapCause.NOT_RECORDED: Names(
        "番号を取った後、障害などで記録に至らず、再送もありませんでした。受付は行われていません。",
        "After the number was taken it did not come to a record, as in an outage, and it was not sent again. Nothing"
        " was received under it.",
    ),
    GapCause.NOT_TAKEN: Names(
        "この番号を取った記録がありません。システムの動作では生じないため、管理者の調査が必要です。",
        "There is no trace of this number being taken. This program leaves none out: the operator must look.",
    ),
}
"""What people read of each cause."""


@shown_to(View.CASEWORK)
@strawberry.type(description="A receipt number that no record bears, and why (欠番).")
class NumberGap:
    """A receipt number that no record bears, and why."""

    number: ReceiptNumber = strawberry.field(description="The number.")
    cause: GapCause = strawberry.field(graphql_type=SHOWN[GapCause], description="Why no record bears it.")
    refused: str | None = strawberry.field(description="The code of the refusal, where it was refused: WRONG_STAGE.")
    command_id: UUID | None = strawberry.field(description="The command that took it.")
    taken_at: datetime | None = strawberry.field(description="When it was taken.")

    @resolved
    async def told(self, info: DeskInfo) -> str:
        """The same in words, in your language."""
        return in_language(TOLD[GapCause(self.cause)], info.context.language)


def number_gap(fiscal_year: int, kind: str, row: Row) -> NumberGap:
    """A gap as the schema shows it."""
    return shown(NumberGap, row, number=ReceiptNumber(fiscal_year=fiscal_year, kind=kind, serial=row.serial))
