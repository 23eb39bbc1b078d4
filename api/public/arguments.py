"""The arguments that the public lists take (一覧の引数)."""

from typing import Annotated

import strawberry

from api.public.where import CaseWhere, ChallengeWhere, GatheringWhere, NoticeWhere

First = Annotated[int, strawberry.argument(description="How many entries at most, 1 to 100.")]
After = Annotated[
    str | None, strawberry.argument(description="`endCursor` of the page before; leave it out for the first page.")
]
WhichCases = Annotated[CaseWhere | None, strawberry.argument(description="Which cases; leave it out for all.")]
WhichChallenges = Annotated[
    ChallengeWhere | None, strawberry.argument(description="Which challenges; leave it out for all.")
]
WhichNotices = Annotated[NoticeWhere | None, strawberry.argument(description="Which notices; leave it out for all.")]
WhichGatherings = Annotated[
    GatheringWhere | None, strawberry.argument(description="Which gatherings; leave it out for all.")
]
