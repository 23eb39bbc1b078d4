"""A proposal as its own proposer sees it: what it wrote, where it stands, and what the city told it (自らの提案).

Nothing of how the city works on it: no department, officer, note, history, version or place in the log. What was typed
is shown by the one rule for proposers, ``tenants.visibility.may_read_own``; of other records about it what
``tenants.visibility.TOLD`` names.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import strawberry

from api.desk.answers import ReceiptNumber
from api.desk.attachments import told as kind_and_size
from api.desk.attachments import url_of
from api.desk.context import DeskInfo
from api.desk.enums import SHOWN
from api.desk.kinds import arrival_of, names_of
from api.desk.own_records import own_records
from api.desk.own_words import OwnWords, own_words
from api.desk.words import shown
from api.graphql.fields import resolved
from api.graphql.scalars import PartialDate, partial_date
from api.graphql.shown import shown_to
from domain.files import MediaType
from domain.proposal import Stage
from domain.values import Sealed
from domain.words import WORDS
from projections.attachments import AttachmentRow
from projections.proposals import ProposalRow
from projections.queries.desk_own import Written
from tenants.members import Member
from tenants.visibility import View

ASKED: Final = "proposal.returned"
"""The event in which the city asks for completion."""


TAKEN_BACK: Final = "proposal.step_corrected"
SENT_AWAY: Final[Mapping[str, Stage]] = {"proposal.refused": Stage.REFUSED, "proposal.referred": Stage.REFERRED}
"""What tells a proposer that the city does not take it up, to where it then stands."""


@shown_to(View.OWN)
@strawberry.type(
    description="Something that the city told you about a proposal: a reason, what is missing (市からの通知)."
)
class Told:
    """Something that the city told a proposer."""

    topic: str = strawberry.field(description="What happened, as `proposal.returned`: a name that never changes.")
    on: PartialDate = strawberry.field(description="The day, as far as it is known.")
    words: OwnWords = strawberry.field(description="What it said.")


@shown_to(View.OWN)
@strawberry.type(description="A file that belongs to your proposal (添付ファイル).")
class OwnAttachment:
    """A file that belongs to a proposer's own proposal."""

    id: UUID = strawberry.field(description="Opaque.")
    name: OwnWords = strawberry.field(description="What it is called.")
    media_type: MediaType = strawberry.field(graphql_type=SHOWN[MediaType], description="What kind of file it is.")
    size: int = strawberry.field(description="In bytes.")
    digest: OwnWords | None = strawberry.field(description="SHA-256 of the file, to compare it with your own copy.")
    attached_on: date = strawberry.field(description="When it was put there.")
    url: str = strawberry.field(description="Where it is read.")


@shown_to(View.OWN)
@strawberry.type(description="The published challenge that a proposal answers (課題).")
class OwnChallenge:
    """The published challenge that a proposal answers."""

    public_id: UUID = strawberry.field(description="Its id outside: `challenge(id:)` of the public API.")
    title: OwnWords | None = strawberry.field(description="件名, as published.")


@shown_to(View.OWN)
@strawberry.type(description="A proposal of a party for which you stand (自らの提案).")
class OwnProposal:
    """A proposal of a party for which the member stands."""

    row: strawberry.Private[ProposalRow]
    id: UUID = strawberry.field(description="Opaque.")
    party: UUID = strawberry.field(description="The party that proposed it.")
    receipt_number: ReceiptNumber = strawberry.field(description="受付番号.")
    arrival_number: str | None = strawberry.field(
        description="到達番号, which the portal gave you when you handed it in; both numbers name the same proposal."
    )
    kind: str = strawberry.field(description="Kind of intake: a code of the city's policy (受付区分).")
    stage: Stage = strawberry.field(graphql_type=SHOWN[Stage], description="Where it stands (状態).")
    stage_ja: str = strawberry.field(description="The same as a person reads it, in Japanese.")
    stage_en: str = strawberry.field(description="The same as a person reads it, in English.")
    received_on: date = strawberry.field(description="When it reached the city (受付日).")
    due_on: date | None = strawberry.field(description="Until when you shall complete it (補正期限).")
    answer_due_on: date | None = strawberry.field(
        description="Until when the city means to answer first; its own aim, no statutory period (回答目安)."
    )
    title: OwnWords | None = strawberry.field(description="件名.")
    organisation: OwnWords | None = strawberry.field(description="Name of your organisation (団体名).")
    summary: OwnWords | None = strawberry.field(description="概要.")
    completion: OwnWords | None = strawberry.field(description="What you wrote on completing it (補正).")
    contact_name: OwnWords | None = strawberry.field(description="担当者名.")
    contact: OwnWords | None = strawberry.field(description="連絡先.")
    corporate_number: OwnWords | None = strawberry.field(description="法人番号.")
    share_contact: bool = strawberry.field(description="You let your contact be passed on to another city.")
    passed_to: list[str] = strawberry.field(description="The cities, by code, that were told it (連絡先の提供先).")

    @resolved
    async def kind_ja(self, info: DeskInfo) -> str:
        """What the city calls that kind, in Japanese."""
        return (await names_of(info, self.kind)).ja

    @resolved
    async def kind_en(self, info: DeskInfo) -> str:
        """What the city calls that kind, in English."""
        return (await names_of(info, self.kind)).en

    @resolved
    async def asked(self, info: DeskInfo) -> OwnWords | None:
        """What you are asked to complete until `dueOn`, while it waits for you (補正の求め)."""
        if self.stage is not Stage.RETURNED:
            return None
        asked = [each.words for each in await self._told(info) if each.topic == ASKED]
        return asked[-1] if asked else None

    @resolved
    async def told(self, info: DeskInfo) -> list[Told]:
        """What the city told you about it, oldest first: reasons, and what is missing."""
        return await self._told(info)

    async def _told(self, info: DeskInfo) -> list[Told]:
        happened = await info.context.written.load(self.id) or ()
        return [
            each for event in holding(happened, self.stage) for each in told(info.context.member, self.party, event)
        ]

    dialogues = own_records("dialogue", "Meetings and messages, and what became clear (対話).")
    selections = own_records("selection", "What the city shared with you of how it selects who carries it out (選定).")
    agreements = own_records("agreement", "Agreements to which you are a party (協定等).")
    projects = own_records("project", "Work that you carry out (事業).")

    @resolved
    async def attachments(self, info: DeskInfo) -> list[OwnAttachment]:
        """The files that belong to it, oldest first."""
        rows = await info.context.attachments_of.load(self.id) or ()
        found = (own_attachment(info, self.party, row) for row in rows)
        return [each for each in found if each is not None]

    @resolved
    async def challenge(self, info: DeskInfo) -> OwnChallenge | None:
        """The challenge that it answers, as it was published."""
        found = await info.context.challenges.load(self.row.challenge) if self.row.challenge else None
        if found is None or found.public_id is None:
            return None
        return OwnChallenge(public_id=found.public_id, title=own_words(info.context.member, self.party, found.title))


def own_attachment(info: DeskInfo, proposer: UUID, row: AttachmentRow) -> OwnAttachment | None:
    """A file as its proposer sees it; none that the city keeps to itself."""
    name = own_words(info.context.member, proposer, row.words["name"])
    if name is None:
        return None
    media_type, size = kind_and_size(row)
    return OwnAttachment(
        id=row.file,
        name=name,
        media_type=media_type,
        size=size,
        digest=own_words(info.context.member, proposer, row.words["content"]),
        attached_on=row.happened_on,
        url=url_of(info, row.file),
    )


def holding(happened: Sequence[Written], stage: Stage) -> Iterator[Written]:
    """Without the refusal or referral that was taken back: it was a mistake, and no answer to this proposal."""
    back = max((place for place, event in enumerate(happened) if event.topic == TAKEN_BACK), default=-1)
    last = {event.topic: place for place, event in enumerate(happened)}
    for place, event in enumerate(happened):
        stands = place == last[event.topic] and stage in {SENT_AWAY.get(event.topic), Stage.CLOSED}
        if event.topic not in SENT_AWAY or place > back or stands:
            yield event


def told(member: Member, proposer: UUID, event: Written) -> list[Told]:
    """What an event tells the proposer in others' words."""
    told_here = (own_words(member, proposer, typed) for typed in event.words.values() if typed.key != proposer)
    on = partial_date(event.occurred_on, event.precision)
    return [Told(topic=event.topic, on=on, words=each) for each in told_here if each is not None]


def own_proposal(member: Member, row: ProposalRow) -> OwnProposal:
    """A row as its proposer sees it."""

    def own(typed: Sealed | None) -> OwnWords | None:
        return own_words(member, row.proposer, typed)

    words = row.words
    return OwnProposal(
        row=row,
        id=row.id,
        party=row.proposer,
        receipt_number=shown(ReceiptNumber, row.receipt),
        arrival_number=arrival_of(row),
        kind=row.kind,
        stage=row.stage,
        stage_ja=WORDS[row.stage],
        stage_en=row.stage.replace("_", " ").capitalize(),
        received_on=row.received_on,
        due_on=row.due_on if row.stage is Stage.RETURNED else None,
        answer_due_on=row.due_on if row.stage is Stage.RECEIVED else None,
        title=own(row.title),
        organisation=own(row.organisation),
        summary=own(words.summary),
        completion=own(words.completion),
        contact_name=own(words.contact_name),
        contact=own(words.contact),
        corporate_number=own(words.corporate_number),
        share_contact=row.dossier.share_contact,
        passed_to=[each.city for each in row.dossier.passed_on],
    )
