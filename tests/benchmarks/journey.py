"""The journey that is measured: seven commands from receipt to decision of one proposal, through a desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from domain.policy import OrganisationKind, Policy
from domain.proposal import Outcome
from domain.values import Code
from tenants.commands.proposals import Accepted, Decide, Match, ProposalWish, Receive, RecordDialogue, Screen
from tenants.desk import Desk
from tenants.onboarding import desk_department
from tenants.wish import Entry

ORGANISATION: Final = "見本株式会社"
TITLE: Final = "除雪ボランティアの見守りアプリ"
SUMMARY: Final = "雪の多い地区で、住民と事業者が除雪の当番を分け合う仕組みを実証します。" * 3
SCREENED: Final = "市の課題に合い、実現できる。"
MATCHED: Final = "担当課の施策と重なる。"
MINUTES: Final = "実証の区域、期間、費用の分担を話し合った。次回までに担当課が場所を決める。" * 3
DECIDED: Final = "次年度の実証として行う。"
DIALOGUES: Final = 3
COMMANDS: Final = 4 + DIALOGUES
"""Commands, and so events, of one journey."""


@dataclass(frozen=True, slots=True)
class Journeys:
    """Proposals that go their way through one desk, under the policy its city has in force."""

    desk: Desk
    policy: Policy

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """The conditions that a proposer of this city must accept."""
        return tuple(Accepted(condition=item.code, version=item.version) for item in self.policy.conditions)

    def go(self, journeys: int) -> int:
        """So many proposals, one after the other; gives the number of commands."""
        for _ in range(journeys):
            for wish in self.wishes():
                self.desk.do(wish, Entry(uuid4()))
        return journeys * COMMANDS

    def answers(self) -> Iterator[int]:
        """Command after command without end; each gives the last log position it took."""
        while True:
            for wish in self.wishes():
                yield self.desk.do(wish, Entry(uuid4())).last

    def wishes(self) -> tuple[ProposalWish, ...]:
        """The commands of one proposal."""
        of = uuid4()
        return (
            Receive(
                proposal=of,
                kind=Code("free"),
                organisation_kind=OrganisationKind.COMPANY,
                proposer=uuid4(),
                organisation=ORGANISATION,
                contact_name="鈴木 一郎",
                contact="suzuki@example.jp",
                title=TITLE,
                summary=SUMMARY,
                accepted=self.accepted,
                purpose=1,
            ),
            Screen(proposal=of, reason=SCREENED),
            Match(proposal=of, department=desk_department(self.desk.city), reason=MATCHED),
            *(RecordDialogue(proposal=of, minutes=MINUTES) for _ in range(DIALOGUES)),
            Decide(proposal=of, outcome=Outcome.ADOPTED, reason=DECIDED),
        )
