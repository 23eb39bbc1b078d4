"""Two cities with the same ids at the same places of their logs, and a canary in everything that could be told.

Every command there is was given in both, with every field filled; the texts, days and names differ, the ids do not.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, get_args, get_origin
from unittest.mock import patch
from uuid import UUID, uuid5

from domain.case import Origin
from domain.case import Stage as CaseStage
from domain.challenge import Stage
from domain.circumstances import ApprovalSystem, Channel
from domain.policy import USUAL_ATTACHMENTS, OrganisationKind, PublicStatistics, RuleStatus
from domain.proposal import CityMoney, DecidedBy, Destination, Outcome
from domain.proposal import Stage as ProposalStage
from domain.values import Audience, CityCode, Code, CorporateNumber, Day, Sealed
from tenants.city_file import CityFile
from tenants.commands import cases, challenges, city, organisation, proposals, rights, selections
from tenants.files.folder import Folder
from tenants.files.taking import entered, take_in
from tenants.files.uploads import Uploads
from tenants.intake.arrival import arrival_number
from tenants.keys import ring
from tenants.mapper import decode
from tenants.members import Member, Role, having, operator
from tenants.register import as_text
from tenants.sealing import unseal
from tenants.tenancy import Tenancy
from tenants.visibility import Shown, View
from tenants.wish import RENKEI, Approval, Entry, Wish
from tests.api.desk_at_work import Person
from tests.conftest import AOMORI, SAPPORO, city_file
from tests.domain.facts import KEPT
from tests.domain.shapes import alternatives, hints, values
from tests.leaks.canaries import BOTH, Canaries, Canary
from tests.leaks.running import Running

P = ParamSpec("P")
T = TypeVar("T")

CITIES: Final = (SAPPORO, AOMORI)
SINCE: Final = {SAPPORO: date(1971, 12, 31), AOMORI: date(1972, 12, 31)}
"""The first day of departments and posts."""
NUMBERS: Final = {SAPPORO: CorporateNumber("3000020141003"), AOMORI: CorporateNumber("3000020231002")}
"""法人番号 of cities that are not here."""
PLANS: Final = {SAPPORO: "area_community", AOMORI: "purpose_services"}
CHECKED: Final = {SAPPORO: "lawful_project", AOMORI: "lawful_handling"}
SLUGS: Final = {SAPPORO: "sapporo", AOMORI: "aomori"}
ACTING: Final = frozenset({Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER, Role.COUNCIL_MEMBER})


def uid(name: str) -> UUID:
    """The id of that name, in both cities."""
    return uuid5(RENKEI, f"leaks/{name}")


ON_THE_DAY: Final = {proposals.PassContactOn, organisation.KeepDepartment, organisation.KeepPost}
"""What is entered on its own day alone, or before the day that it tells."""


@dataclass
class World:
    """What was recorded, who is there, and what may be told to whom."""

    running: Running
    canaries: Canaries = field(default_factory=Canaries)
    people: dict[tuple[CityCode, str], Person] = field(default_factory=dict)
    given: list[type[Wish[Any]]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    """What was shown to everybody by mistake, and is not any more."""

    def do(
        self, city: CityCode, by: Member, step: str, wish: type[Wish[Any]], /, *, bare: bool = False, **told: Any
    ) -> None:
        """Give a command with every field filled, under an entry with every field filled."""
        decided_on = self.canaries.day(city, View.CASEWORK)  # nothing happened before it was approved
        happened = Day(self.canaries.day(city, View.CASEWORK))  # before the last days that are given in it
        made = self.value(city, wish, "", told, wish)
        approval = Approval(
            ApprovalSystem.EXTERNAL,
            decided_on,
            uid("approval"),
            self.canaries.text(f"{wish.name} approval"),
            bytes(range(32)),
        )
        entry = Entry(
            self.id(f"command {step}", nobody=True),
            channel=Channel.PORTAL if wish is proposals.Receive else Channel.TELEPHONE,
            occurred_on=happened,
            on_behalf_of=None if bare else self.id("party"),
            post=None if bare else self.id("post"),
            approval=approval,
            fiscal_year=2021 if city == SAPPORO else 2022,
        )
        tenancy = self.running.house.tenancy
        today = happened.on if wish in ON_THE_DAY else tenancy.today()
        with patch.object(Tenancy, "today", lambda _tenancy: today):
            tenancy.desk(by).do(made, entry)
        self.given.append(wish)

    def id(self, name: str, *, nobody: bool = False) -> UUID:
        """An id that is the same in both cities: nothing for the public, nor, if so said, for anybody."""
        made = uid(name)
        self.canaries.add(str(made), Canary(BOTH, None if nobody else (View.CITY,), f"id {name}"))
        return made

    def value(self, city: CityCode, hint: Any, path: str, told: Mapping[str, Any], wish: type[Wish[Any]]) -> Any:
        """Something that fits the type of a field; a new canary for every text."""
        kind = alternatives(hint)[0]
        if path in told:
            return told[path]
        if kind is CorporateNumber:
            return NUMBERS[city]
        if kind is str:
            return self.canaries.text(f"{wish.name} {path}")
        if kind is date:
            return self.canaries.day(city, *shown_days(wish.name))
        if kind is Day:
            return Day(self.canaries.day(city, Audience.PUBLIC))
        if get_origin(kind) is tuple:
            return (self.value(city, get_args(kind)[0], f"{path}[]", told, wish),)
        if isinstance(kind, type) and is_dataclass(kind):
            inner = f"{path}." if path else ""
            return kind(
                **{name: self.value(city, each, inner + name, told, wish) for name, each in hints(kind).items()}
            )
        if isinstance(kind, type) and issubclass(kind, Enum):
            return next(iter(kind))
        return {UUID: self.id(path.rpartition(".")[2]), int: 1, bool: False}[kind]

    def officer(self, city: CityCode) -> Member:
        """Who works on proposals in every role."""
        return Member(city, uid(f"member {Role.DESK_OFFICER}"), having(ACTING))

    def told(self) -> dict[str, Any]:
        """What fields of these names are given, whatever the command."""
        post, department = self.id("post"), self.id("department")
        ids = {
            "post": post,
            "acting": post,
            "route[].post": post,
            "department": department,
            "departments[]": department,
            "members[]": self.id("holder"),
        }
        return {
            **ids,
            "track": None,
            "answers.method": None,
            "deed": challenges.Publish(challenge=self.id("challenge open"), title="題名", description="内容"),
        }

    def person(
        self,
        city: CityCode,
        name: str,
        *roles: Role,
        department: UUID | None = None,
        parties: Collection[UUID] = (),
    ) -> Person:
        """Somebody with an account, a name that is a canary and the same id as in the other city, signed in."""
        desk, id_ = self.running.desk, self.id(f"member {name}")
        told = self.canaries.text(name)
        member = desk.member(city, *roles, name=told, department=department, id_=id_, parties=parties)
        self.canaries.add(told.split()[0], Canary(city, (View.CITY,), f"name of {name}"))
        for party in parties:
            self.canaries.add(told.split()[0], Canary(city, None, f"own name of {name}", party))
            self.canaries.add(str(id_), Canary(city, None, f"own id {name}", party))
        person = desk.signed_in(member)
        self.canaries.add(person.token, Canary(city, None, f"token of {name}"))
        self.people[city, name] = person
        return person


def read_log(world: World) -> None:
    """Learn for whom each typed value is."""
    for canary, place in [*of_the_log(world), *of_the_parties(world)]:
        world.canaries.add(canary, place)


def offices(world: World, code: CityCode) -> None:
    by, since, later = operator(code), SINCE[code], SINCE[code] + timedelta(days=2000)

    def do(step: str, wish: type[Wish[Any]], **told: Any) -> None:
        names = {"department", "post", "successor", "member"} & told.keys()
        given = {name: world.id(told[name]) for name in names if isinstance(told[name], str)}
        world.do(code, by, step, wish, bare=True, **{"valid_from": since, **told, **given})

    world.canaries.add(since.isoformat(), Canary(code, (View.CITY,), "first day of offices"))
    world.canaries.add(later.isoformat(), Canary(code, (View.CITY,), "day of changes"))
    for name in ("department", "other department", "old department"):
        do(f"establish {name}", organisation.EstablishDepartment, department=name)
    do("rename", organisation.RenameDepartment, department="other department", valid_from=later)
    do("post", organisation.EstablishPost, post="post", department="department")
    do("old post", organisation.EstablishPost, post="old post", department="old department")
    do("rename post", organisation.RenamePost, post="old post", valid_from=later)
    do("enter", rights.EnterMember, member="holder")
    do("assign", organisation.AssignPost, post="post", member="holder")
    do("assign old", organisation.AssignPost, post="old post", member="holder")
    do("vacate", organisation.VacatePost, post="old post", member="holder", valid_from=later)
    do("abolish post", organisation.AbolishPost, post="old post", successor="post", valid_from=later)
    do("keep post", organisation.KeepPost, post="old post", valid_from=later)
    do("abolish post again", organisation.AbolishPost, post="old post", successor="post", valid_from=later)
    successors = (world.id("department"),)
    ended = {"department": "old department", "valid_from": later}
    do("abolish", organisation.AbolishDepartment, **ended, successors=successors)
    do("keep", organisation.KeepDepartment, **ended)
    do("abolish again", organisation.AbolishDepartment, **ended, successors=successors)


def members(world: World, code: CityCode) -> None:
    by, today = operator(code), world.running.house.tenancy.today()

    def do(step: str, wish: type[Wish[Any]], **told: Any) -> None:
        world.do(code, by, step, wish, **{"valid_from": today, **told})

    do("enter gone", rights.EnterMember, member=world.id("gone"))
    until = today + timedelta(days=30)
    do(
        "grant", rights.GrantRight, grant=world.id("grant"), role=Role.STAFF, member=world.id("gone"), post=None,
        department=None, until=until,
    )  # fmt: skip
    do(
        "grant post", rights.GrantRight, grant=world.id("grant post"), role=Role.DEPARTMENT_OFFICER, member=None,
        post=world.id("post"), department=None, until=until,
    )  # fmt: skip
    do("revoke", rights.RevokeRight, grant=world.id("grant"), valid_from=today)
    do("rename member", rights.RenameMember, member=world.id("gone"))
    do("remove", rights.RemoveMember, member=world.id("gone"))
    do("enter agent", rights.EnterMember, member=world.id("agent"))
    world.do(
        code, by, "policy", city.AdoptPolicy, content=as_text(with_numbers(code)), status=RuleStatus.DRAFT,
        valid_from=date(2026, 4, 1),
    )  # fmt: skip


def with_numbers(code: CityCode) -> CityFile:
    """The city with its numbers of proposals open to everybody, however small; it says how long it keeps files."""
    known = city_file(code)
    rule = PublicStatistics(known.provenance, public=True, suppress_under=1)
    return replace(known, policy=replace(known.policy, statistics=rule, retention=KEPT))


def gap(world: World, code: CityCode) -> None:
    """A number that was taken for what was refused then."""
    tenancy, command = world.running.house.tenancy, world.id("command of a gap")
    tenancy.take_serial(code, 2021 if code == SAPPORO else 2022, "free", command, uid("gap"))
    tenancy.explain_number(code, command, "WRONG_STAGE")


def party(proposal: Callable[..., None], other: CityCode) -> None:
    """Another name, another contact, who lets it go to another city."""
    proposal("rename party", proposals.RenameParty, "adopted", since=date(2026, 4, 1))
    proposal("contact", proposals.ChangeContact, "adopted", purpose=1, share_contact=False)
    proposal("consent", proposals.ChangeConsent, "adopted", share_contact=True)
    proposal("pass on", proposals.PassContactOn, "adopted", bare=True, city=other)  # on a day without any post


def challenged(challenge: Callable[..., None]) -> None:
    """Challenges raised, published, closed and dropped."""
    for name in ("open", "closed", "hidden", "dropped"):
        challenge(f"raise {name}", challenges.Raise, f"challenge {name}")
    for name in ("open", "hidden"):
        challenge(f"edit {name}", challenges.Edit, f"challenge {name}")
        challenge(f"contact {name}", challenges.NameContact, f"challenge {name}")
        challenge(f"review {name}", challenges.Review, f"challenge {name}")
    for name in ("open", "closed"):
        challenge(f"publish {name}", challenges.Publish, f"challenge {name}")
    challenge("revise open", challenges.Revise, "challenge open")
    challenge("extend open", challenges.Extend, "challenge open")
    for name in ("closed", "dropped"):
        challenge(f"close {name}", challenges.Close, f"challenge {name}")


def taken_down(challenge: Callable[..., None], case: Callable[..., None]) -> None:
    """A challenge published by mistake, revised and closed before anybody saw that, and a case that was withdrawn."""
    mistaken = "challenge taken down"
    challenge("raise mistaken", challenges.Raise, mistaken)
    for step, wish in (("publish", challenges.Publish), ("revise", challenges.Revise), ("close", challenges.Close)):
        challenge(f"{step} mistaken", wish, mistaken)
    challenge("take down", challenges.CorrectStep, mistaken, to=Stage.RAISED)
    case("case 3", cases.Publish, "withdrawn case")
    case("revise 3", cases.Revise, "withdrawn case")
    case("withdraw case", cases.Withdraw, "withdrawn case")


def casework(world: World, code: CityCode) -> None:
    by = world.officer(code)
    known = world.running.house.tenancy.policy(code, 3).conditions
    accepted = tuple(proposals.Accepted(condition=one.code, version=one.version) for one in known)
    department = world.id("department")

    def challenge(step: str, wish: type[Wish[Any]], name: str, **told: Any) -> None:
        told = {
            "fields": ("welfare",),
            "plan_fields": (PLANS[code],),
            "department": department,
            "sample": False,
            **told,
        }
        world.do(code, by, step, wish, challenge=world.id(name), **told)

    def proposal(step: str, wish: type[Wish[Any]], name: str, **told: Any) -> None:
        fixed = {"departments": (department, world.id("other department")), "department": department}
        world.do(code, by, step, wish, proposal=world.id(name), **{**fixed, **told})

    def received(name: str, **told: Any) -> None:
        fixed: dict[str, Any] = {
            "accepted": accepted,
            "purpose": 1,
            "kind": Code("free"),
            "organisation_kind": OrganisationKind.COMPANY,
            "track": next(iter(world.running.house.tenancy.policy(code, 3).track_codes()), None),
            "plan_fields": (PLANS[code],),
        }
        fixed |= {"challenge": None, "proposer": world.id(f"proposer of {name}"), "sample": False}
        number, given = arrival_number(world.id(name)), {**fixed, **told}
        world.canaries.add(number, Canary(BOTH, (View.CASEWORK,), f"arrival number of {name}"))
        world.canaries.add(number, Canary(BOTH, None, f"own arrival number of {name}", given["proposer"]))
        proposal(f"receive {name}", proposals.Receive, name, **given)

    challenged(challenge)
    received("adopted", kind=Code("themed"), challenge=world.id("challenge open"))
    proposal("return", proposals.ReturnForCompletion, "adopted")
    proposal("extend", proposals.ExtendDeadline, "adopted", due_on=date(2027, 5, 1))
    proposal("complete", proposals.Complete, "adopted")
    party(proposal, AOMORI if code == SAPPORO else SAPPORO)
    proposal("screen", proposals.Screen, "adopted")
    proposal("match", proposals.Match, "adopted")
    proposal("dialogue", proposals.RecordDialogue, "adopted")
    proposal("interest", proposals.DeclareInterest, "adopted", member=world.id("member approver"))
    proposal("no interest", proposals.WithdrawInterest, "adopted", member=world.id("member approver"))
    proposal(
        "decide",
        proposals.Decide,
        "adopted",
        outcome=Outcome.ADOPTED,
        decided_by=DecidedBy.DEPARTMENT,
        council_session=None,
        agenda_item=None,
    )
    world.do(
        code, by, "select", selections.Begin, selection=world.id("own selection"), proposal=world.id("adopted"),
        sample=False,
    )  # fmt: skip
    on_their_way(world, code, proposal, received)
    received("refused")
    proposal("refuse", proposals.Refuse, "refused")
    proposal("close refused", proposals.Close, "refused")
    received("referred")
    proposal("refer", proposals.Refer, "referred", destination=Destination.DEPARTMENT, code=None)
    received("withdrawn")
    proposal("withdraw", proposals.Withdraw, "withdrawn")
    received("waiting")
    attach(world, code, by, proposal)
    received("returned")
    proposal("return it", proposals.ReturnForCompletion, "returned")
    proposal("extend it", proposals.ExtendDeadline, "returned", due_on=date(2027, 4, 1))
    shown(world, code)
    represented(world, code)


def represented(world: World, code: CityCode) -> None:
    """Somebody stood for a party, and does no longer."""
    by, today, stands = operator(code), world.running.house.tenancy.today(), world.id("representation")
    world.do(
        code, by, "represent", rights.GiveRepresentation, representation=stands, member=world.id("agent"),
        party=world.id("proposer of adopted"), valid_from=today, until=today + timedelta(days=900),
    )  # fmt: skip
    world.do(code, by, "end representation", rights.EndRepresentation, representation=stands, valid_from=today)


def shown(world: World, code: CityCode) -> None:
    """Two cases, one of them imported and closed."""

    def case(step: str, wish: type[Wish[Any]], name: str, **told: Any) -> None:
        codes: dict[str, Any] = {"content.method": "pilot", "content.fields": ("welfare",)}
        codes |= dict.fromkeys(("challenge", "proposal", "project"))
        world.do(code, world.officer(code), step, wish, case=world.id(name), **{**codes, "sample": False, **told})

    case("case", cases.Publish, "case", proposal=world.id("adopted"), challenge=world.id("challenge open"))
    case("revise", cases.Revise, "case")
    case("imported", cases.Publish, "imported", origin=Origin.IMPORTED)
    case("case close", cases.Close, "imported")
    first = world.canaries.made + 1

    def challenge(step: str, wish: type[Wish[Any]], name: str, **told: Any) -> None:
        codes = {"fields": ("welfare",), "plan_fields": (PLANS[code],), "department": world.id("department")}
        fixed = {"sample": False, "challenge": world.id(name)}
        world.do(code, world.officer(code), step, wish, **{**codes, **fixed, **told})

    taken_down(challenge, case)
    world.gone |= {f"CANARY{number:05d}" for number in range(first, world.canaries.made + 1)}
    case("case 4", cases.Publish, "case shown again")
    case("withdraw case 4", cases.Withdraw, "case shown again")
    case("show again", cases.ShowAgain, "case shown again")
    case("case goes on", cases.CorrectStep, "imported", to=CaseStage.OPEN)
    case("case close again", cases.Close, "imported")


def attach(world: World, code: CityCode, by: Member, proposal: Callable[..., None]) -> None:
    """Two files that came in; name and content are canaries."""
    house, party = world.running.house, world.id("proposer of waiting")
    uploads, storage = Uploads(house.tenancy, code), Folder(house.folder / "files")

    async def here(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)

    async def come_in(name: str, shown: Audience, own: UUID | None) -> None:
        content = world.canaries.text(name)
        world.canaries.add(content.split()[0], Canary(code, (shown,), f"content of the {name}", own))

        async def chunks() -> AsyncIterator[bytes]:
            yield f"%PDF-1.7 {content}\n%%EOF\n".encode()

        told = (world.canaries.text(f"{name}.pdf"), "application/pdf")
        taken = await take_in(storage, code, world.id(name), told, USUAL_ATTACHMENTS, chunks())
        await entered(storage, uploads, here, world.id(name), by.id, taken)

    asyncio.run(come_in("file", Audience.DEPARTMENT, party))
    asyncio.run(come_in("detached file", Audience.AUDITOR, None))
    proposal("attach", proposals.AttachFile, "waiting", file=world.id("file"))
    proposal("attach other", proposals.AttachFile, "waiting", file=world.id("detached file"))
    proposal("detach", proposals.DetachFile, "waiting", file=world.id("detached file"))


def on_their_way(world: World, code: CityCode, proposal: Callable[..., None], received: Callable[..., None]) -> None:
    """Drafts, opinions, corrections and rest."""
    draft = {
        "kind": Code("free"), "organisation_kind": OrganisationKind.COMPANY, "challenge": None, "track": None,
        "plan_fields": (PLANS[code],),
    }  # fmt: skip
    proposal("draft", proposals.Draft, "draft", **draft, proposer=world.id("proposer of draft"), sample=False)
    proposal("edit", proposals.EditDraft, "draft", **draft)
    proposal("draft 2", proposals.Draft, "discarded", **draft, proposer=world.id("proposer of draft"), sample=False)
    proposal("discard", proposals.DiscardDraft, "discarded")
    received("asked")
    proposal("check", proposals.Check, "asked", **{"items[].item": CHECKED[code]})
    proposal("ask", proposals.AskOpinions, "asked")
    proposal("answer", proposals.GiveOpinion, "asked")
    proposal("assess", proposals.Assess, "asked", city_money=CityMoney.ASKED)
    for name in ("declined", "talking"):
        received(name)
        proposal(f"screen {name}", proposals.Screen, name)
        proposal(f"match {name}", proposals.Match, name)
        proposal(f"recommend {name}", proposals.Recommend, name)
    departments_own = {"decided_by": DecidedBy.DEPARTMENT, "council_session": None, "agenda_item": None}
    proposal("decline", proposals.Decide, "declined", outcome=Outcome.ADOPTED, **departments_own)
    proposal("correct", proposals.CorrectDecision, "declined", outcome=Outcome.DECLINED, **departments_own)
    proposal("tell", proposals.TellReasons, "declined")
    if code == SAPPORO:  # each has what the other's rules do not know
        proposal("escalate", proposals.Escalate, "talking")
    else:
        away = {"organisation_kind": OrganisationKind.INDIVIDUAL, "kind": Code("free"), "sample": False}
        proposal("turn away", proposals.TurnAway, "turned away", **away)
    proposal("correct step", proposals.CorrectStep, "talking", to=ProposalStage.SCREENED)
    proposal("match again", proposals.Match, "talking")
    anew = {"kind": Code("free"), "organisation_kind": OrganisationKind.COMPANY, "challenge": None, "track": None}
    proposal("receive anew", proposals.CorrectReceipt, "talking", **anew, plan_fields=(PLANS[code],), sample=False)
    proposal("suspend", proposals.Suspend, "talking")
    proposal("resume", proposals.Resume, "talking")


def shown_days(name: str) -> tuple[Shown, ...]:
    """For whom the days are that somebody enters by a command."""
    if name.startswith(("challenge", "case")):
        return (Audience.PUBLIC,)
    return (View.CITY if name.startswith(("gathering", "notice")) else View.CASEWORK,)


def of_the_log(world: World) -> Iterator[tuple[str, Canary]]:
    """Every typed value of both logs: its canary, and for whom the log says that it is."""
    ids = {one for one, at in world.canaries.known.items() if at[0].place.startswith("id ")}
    for code in CITIES:
        for place, sealed, text in typed(world, code):
            whole = (sealed.audience,) if sealed.audience is Audience.PUBLIC else (sealed.audience, view_of(place))
            for canary in world.canaries.found([text]) - ids:  # an act in a draft names its record
                yield canary, Canary(code, whole, place)


def of_the_parties(world: World) -> Iterator[tuple[str, Canary]]:
    """What a proposer is told of its own proposals: what it wrote, what was written to it, their days and ids."""
    for code in CITIES:
        parties: dict[UUID, UUID] = {}
        for at in texts(world, code):
            event, day = at.stored.event, at.stored.circumstances.occurred_on.on
            if at.topic == "proposal.received":
                parties[at.record] = event.proposer
            party = told_about(parties, at.record)
            if party is None or at.path.startswith("circumstances") or at.path.endswith(".signs"):
                continue
            place = f"own {at.topic}.{at.path}"
            to_it = at.sealed.audience is Audience.PROPOSER
            if to_it or at.sealed.key == party:
                for canary in world.canaries.found([at.text]):
                    yield canary, Canary(code, None, place, party)
            if at.record not in parties:
                continue
            days = [day] if to_it or at.topic in {"proposal.received", "proposal.attached"} else []
            due = [event.due_on] if at.topic == "proposal.returned" and event.due_on else []
            files = [event.file] if at.topic == "proposal.attached" and at.sealed.key == party else []
            for told in (*days, *due, *files, at.record, party):
                yield str(told), Canary(code, None, place, party)
        for record, topic, event in logged(world, code):
            whose, days_told = told_about(parties, record), DAYS_TOLD.get(topic, frozenset())
            for path, value in values(event):
                if whose and path.replace("[]", "") in days_told and str(value) in world.canaries.known:
                    yield str(value), Canary(code, None, f"own {topic}.{path}", whose)


RECORDS_TOLD: Final = (
    "dialogue",
    "dialogue under way",
    "selection under way",
    *(f"{kind} of its proposer" for kind in ("selection", "agreement", "project")),
)
"""The records about an adopted proposal of which its proposer is told what is for it."""
DAYS_TOLD: Final[Mapping[str, frozenset[str]]] = {
    "dialogue.meeting_arranged": frozenset({"on"}),
    "dialogue.goals_recorded": frozenset({"goals.by"}),
    "selection.shared": frozenset({"on"}),
    **{f"agreement.{each}": frozenset({"terms.begins_on", "terms.ends_on"}) for each in ("drafted", "changed")},
    "agreement.amended": frozenset({"terms.begins_on", "terms.ends_on", "signed.on"}),
    **{
        f"agreement.{each}": frozenset({"on"})
        for each in ("settled", "signed", "countersigned", "notice_given", "ended")
    },
    "agreement.renewed": frozenset({"ends_on"}),
    **{f"project.{each}": frozenset({"ends_on"}) for each in ("begun", "plan_changed")},
    "project.support_agreed": frozenset({"begins_on", "ends_on", "report_due_on"}),
    **{f"project.{each}": frozenset({"on"}) for each in ("results_reported", "completed", "stopped")},
}
"""Event of such a record to the days of it that are told."""


def told_about(parties: Mapping[UUID, UUID], record: UUID) -> UUID | None:
    """The party that is told something of a record: the one of the proposal itself, or that it is about."""
    if record in {uid(name) for name in RECORDS_TOLD}:
        return parties.get(uid("adopted"))
    return parties.get(record)


def logged(world: World, code: CityCode) -> Iterator[tuple[UUID, str, Any]]:
    """Record, topic and event of everything in a log, oldest first."""
    log = "select originator_id, topic, state from renkei.events where city = %s order by position"
    for record, topic, state in world.running.house.sql(log, code):
        yield record, topic, decode(topic, bytes(state)).event


SHOWN_INSIDE: Final = (
    *("notice.published", "notice.revised"),
    *("gathering.announced", "gathering.revised", "gathering.held", "gathering.cancelled"),
)
"""What the staff read of events and notices: what is shown to all, and not who comes."""


def view_of(place: str) -> View:
    """Where a value that is not public is shown: names to all of the city, the rest in the course of things."""
    return View.CITY if place == "rights.member_entered.name" or place.startswith(SHOWN_INSIDE) else View.CASEWORK


class Text(NamedTuple):
    """A typed value of a log, and in which event of which record it stands."""

    record: UUID
    topic: str
    stored: Any
    path: str
    sealed: Sealed
    text: str


def typed(world: World, code: CityCode) -> Iterator[tuple[str, Sealed, str]]:
    """Place, reference and text of every typed value of a log."""
    for at in texts(world, code):
        yield f"{at.topic}.{at.path}", at.sealed, at.text


def texts(world: World, code: CityCode) -> Iterator[Text]:
    """Every typed value of a log."""
    house = world.running.house
    boxes = {
        (key, bytes(commitment)): (box, audience)
        for key, commitment, box, audience in house.sql(
            "select key, commitment, box, audience from renkei.sealed where city = %s", code
        )
    }
    wrapped = {
        (code, key, of): box
        for key, of, box in house.sql("select key, audience, wrapped from renkei.data_keys where city = %s", code)
    }
    log = "select originator_id, topic, state from renkei.events where city = %s order by position"
    for record, topic, state in house.sql(log, code):
        stored = decode(topic, bytes(state))
        parts = [*values(stored.event), *values(stored.circumstances, "circumstances")]
        for path, value in parts:
            if isinstance(value, Sealed):
                box, _ = boxes[value.key, value.commitment]
                keys = {place: one for place, one in wrapped.items() if place[1:] == (value.key, ring(value.audience))}
                text = unseal(code, value, box, house.tenancy.keys, keys)
                assert text is not None, "nothing was erased here"
                yield Text(record, topic, stored, path, value, text)
