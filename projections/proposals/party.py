"""What becomes of who proposes: its names, whom to ask, to which city that was told (名称・連絡先)."""

from bisect import bisect_left, bisect_right
from datetime import date
from typing import assert_never

from msgspec.structs import replace

from domain.proposal import ConsentChanged, ContactChanged, ContactPassedOn, PartyRenamed
from projections.proposals.row import FormerName, PassedOn, ProposalRow

Party = PartyRenamed | ContactChanged | ConsentChanged | ContactPassedOn


def changed_party(row: ProposalRow, event: Party, day: date) -> ProposalRow:
    """The row after an event about its party, which happened on a day."""
    words, dossier = row.words, row.dossier
    match event:
        case PartyRenamed():
            return _renamed(row, event)
        case ContactChanged():
            words = replace(
                words, contact_name=event.contact_name, contact_kana=event.contact_kana,
                contact_department=event.contact_department, contact=event.contact,
            )  # fmt: skip
            dossier = replace(dossier, purpose=event.purpose, share_contact=event.share_contact)
            return replace(row, words=words, dossier=dossier)
        case ConsentChanged(share_contact=share):
            return replace(row, dossier=replace(dossier, share_contact=share))
        case ContactPassedOn(city=city, reason=reason):
            passed = (*dossier.passed_on, PassedOn(city, day, reason))
            return replace(row, dossier=replace(dossier, passed_on=passed))
        case _:
            assert_never(event)


def _renamed(row: ProposalRow, event: PartyRenamed) -> ProposalRow:
    """Each name until the day of the next, in whatever order they were entered; of one day, that entered last."""
    former = row.dossier.former_names
    names = [*((each.name, each.kana) for each in former), (row.organisation, row.words.organisation_kana)]
    days = [each.until for each in former]  # on which each name but the first began
    place, end = bisect_left(days, event.since), bisect_right(days, event.since)
    days[place:end] = [event.since]
    names[place + 1 : end + 1] = [(event.organisation, event.organisation_kana)]
    (organisation, kana), borne = names[-1], zip(names[:-1], days, strict=True)
    return replace(
        row,
        organisation=organisation,
        words=replace(row.words, organisation_kana=kana),
        dossier=replace(row.dossier, former_names=tuple(FormerName(*name, until) for name, until in borne)),
    )
