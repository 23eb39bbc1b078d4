"""The demo as a list of commands: pure, made from the demo files alone (デモの筋書き)."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, TypeVar, assert_never
from uuid import UUID

from api.demo import data
from api.demo.accounts import Act, Paper, People, demo_id
from api.demo.data import Command, Step
from api.demo.paper import page
from api.demo.stories import SAMPLES, story_acts
from domain.case import Origin, Stage
from domain.circumstances import Channel
from domain.errors import PartMissing
from domain.values import CityCode
from tenants.commands import cases, challenges, proposals
from tenants.commands.organisation import AssignPost, EstablishDepartment, EstablishPost, RenameDepartment, VacatePost
from tenants.members import Role, operator
from tenants.onboarding import desk_department
from tenants.wish import Wish

T = TypeVar("T")

OFFICES, CASES = "組織 offices", "事例 cases"
"""What an act is about, for a progress bar."""

PROPOSER_ACTS: Final = frozenset({Command.RECEIVE, Command.COMPLETE, Command.WITHDRAW, Command.ATTACH})
"""What a member enters for the proposer, as it came in."""


def script(people: People) -> tuple[Act, ...]:
    """Offices, then the imported cases, then the samples of all cities in the order of their days."""
    samples = [act for story in data.stories() for act in story_acts(people, story)]
    samples += (act for challenge in data.challenges() for act in challenge_acts(people, challenge))
    samples += (act for proposal in data.proposals() for act in proposal_acts(people, proposal))
    imported = [act for case in data.cases() for act in case_acts(case)]
    return (*office_acts(people), *imported, *sorted(samples, key=lambda act: act.on or date.max))


# --- offices and posts -----------------------------------------------------------------------------------------------


def office_acts(people: People) -> Iterator[Act]:
    """Offices and posts as the cities' administrators enter them; later names and leavings are entered ahead."""
    for department in people.offices.department:
        yield from _department_acts(people, department)
    for post in people.offices.post:
        place, key = people.department(post.department), demo_id("post", post.key)
        wish = EstablishPost(post=key, department=place, title=post.name, valid_from=post.valid_from)
        yield _act(people, post.city, f"post/{post.key}", wish)
    for account in people.offices.member:
        for holding in account.posts:
            yield from _holding_acts(people, account, holding)


def _department_acts(people: People, department: data.Department) -> Iterator[Act]:
    id_, (first, *later) = people.department(department.key), department.names
    if id_ != desk_department(department.city):
        wish = EstablishDepartment(department=id_, title=first.name, valid_from=first.valid_from)
        yield _act(people, department.city, f"department/{department.key}", wish)
    for named in later:
        rename = RenameDepartment(department=id_, title=named.name, valid_from=named.valid_from)
        yield _act(people, department.city, f"department/{department.key}/{named.valid_from}", rename)


def _holding_acts(people: People, account: data.Account, holding: data.Holding) -> Iterator[Act]:
    post, member = demo_id("post", holding.post), people.member(account.login).id
    key = f"holding/{account.login}/{holding.post}"
    yield _act(people, account.city, key, AssignPost(post=post, member=member, valid_from=holding.valid_from))
    if holding.until is not None:
        wish = VacatePost(post=post, member=member, valid_from=holding.until)
        yield _act(people, account.city, f"{key}/until", wish)


def _act(people: People, city: CityCode, key: str, wish: Wish[Any]) -> Act:
    return Act(OFFICES, key, people.first(city, Role.CITY_ADMINISTRATOR), wish)


# --- the real cases --------------------------------------------------------------------------------------------------


def case_acts(case: data.Case) -> Iterator[Act]:
    """A case of the guideline, entered by the operator: no officer and no decision of a city stands behind it."""
    key, id_ = f"case/{case.number}", demo_id("case", str(case.number))
    member = operator(case.city)
    publish = cases.Publish(case=id_, content=case_text(case), origin=Origin.IMPORTED)
    yield Act(CASES, key, member, publish, channel=Channel.IMPORT)
    if case.status is Stage.CLOSED:
        close = cases.Close(case=id_, note=case.status_reason)
        yield Act(CASES, f"{key}/close", member, close, channel=Channel.IMPORT)


def case_text(case: data.Case) -> cases.CaseText:
    """What the guideline tells; its listed items and figures stand in the summary."""
    return cases.CaseText(
        title=case.title,
        summary=case.summary,
        method=case.method,
        fields=case.fields,
        background=case.background,
        source=case.source,
        partners=tuple(cases.PartnerText(name=item.name, participant=item.participant) for item in case.partners),
        dates=tuple(cases.DateText(label=item.label, day=item.day, planned=item.planned) for item in case.dates),
        resources=tuple(
            cases.ResourceText(side=item.side, kind=item.kind, description=item.text) for item in case.resources
        ),
        benefits=tuple(cases.BenefitText(side=item.side, description=item.description) for item in case.benefits),
        outcomes=tuple(item.text for item in case.outcomes),
    )


# --- the samples -----------------------------------------------------------------------------------------------------


def challenge_acts(people: People, sample: data.Challenge) -> Iterator[Act]:
    """A challenge that a department told the desk about, through its publication to its end."""
    desk = people.first(sample.city, Role.DESK_OFFICER)
    key, id_ = f"challenge/{sample.key}", demo_id("challenge", sample.key)

    def act(step: str, wish: Wish[Any], on: date, channel: Channel = Channel.DESK) -> Act:
        return Act(SAMPLES, f"{key}/{step}", desk, wish, on, channel)

    yield act("raise", _raise(people, sample), sample.raised_on, Channel.DEPARTMENT)
    if sample.published_on is not None:
        publish = challenges.Publish(
            challenge=id_,
            title=sample.title,
            description=sample.description,
            conditions=sample.conditions,
            city_offers=sample.city_offers,
            fields=sample.fields,
            due_on=sample.due_on,
        )
        yield act("publish", publish, sample.published_on)
    if sample.closed_on is not None:
        result, note = _given(sample.result, "result"), _given(sample.closing_note, "closing_note")
        yield act("close", challenges.Close(challenge=id_, result=result, note=note), sample.closed_on)


def _raise(people: People, sample: data.Challenge) -> challenges.Raise:
    return challenges.Raise(
        challenge=demo_id("challenge", sample.key),
        title=sample.title,
        description=sample.description,
        department=people.department(sample.department),
        fields=sample.fields,
        plan_fields=sample.plan_fields,
        sample=True,
    )


def proposal_acts(people: People, sample: data.Proposal) -> Iterator[Act]:
    """A proposal from its receipt to its stage; each step on its day, by the account that takes it."""
    for number, step in enumerate(sample.steps):
        of_proposer = step.command in PROPOSER_ACTS
        yield Act(
            SAMPLES,
            f"proposal/{sample.key}/{number}",
            people.member(step.by),
            _wish(people, sample, step),
            step.on,
            sample.channel if of_proposer else Channel.DESK,
            demo_id("proposer", sample.key) if of_proposer else None,
            people.post_of(step.by, step.on),
            _paper(sample, step),
        )


def _paper(sample: data.Proposal, step: Step) -> Paper | None:
    """What a step attaches: a page that says of what and whose it is."""
    if step.file is None:
        return None
    lines = (sample.title, sample.organisation.name, "", step.text, "", "SAMPLE - made up for the demo of renkei")
    return Paper(_file(sample), step.file, page(lines))


def _file(sample: data.Proposal) -> UUID:
    return demo_id("file", sample.key)


def _receive(people: People, sample: data.Proposal) -> proposals.Receive:
    """With all that the city's policy asks to accept, as the proposer does at intake."""
    policy = people.policy(sample.city)
    return proposals.Receive(
        proposal=demo_id("proposal", sample.key),
        kind=sample.kind,
        organisation_kind=sample.organisation.kind,
        proposer=demo_id("proposer", sample.key),
        organisation=sample.organisation.name,
        title=sample.title,
        summary=sample.summary,
        contact_name=sample.organisation.contact_name,
        contact=sample.organisation.contact,
        challenge=demo_id("challenge", sample.challenge) if sample.challenge else None,
        accepted=tuple(proposals.Accepted(condition=item.code, version=item.version) for item in policy.conditions),
        purpose=policy.purpose.version,
        sample=True,
    )


def _wish(people: People, sample: data.Proposal, step: Step) -> Wish[Any]:
    id_, text = demo_id("proposal", sample.key), step.text
    department = people.department(step.department) if step.department else None
    match step.command:
        case Command.RECEIVE:
            return _receive(people, sample)
        case Command.RETURN_FOR_COMPLETION:
            return proposals.ReturnForCompletion(proposal=id_, reason=text, due_on=step.due_on)
        case Command.COMPLETE:
            return proposals.Complete(proposal=id_, note=text, summary=step.summary)
        case Command.SCREEN:
            departments = tuple(map(people.department, step.departments))
            return proposals.Screen(proposal=id_, reason=text, departments=departments)
        case Command.REFUSE:
            return proposals.Refuse(proposal=id_, ground=_given(step.ground, "ground"), reason=text)
        case Command.REFER:
            destination = _given(step.destination, "destination")
            return proposals.Refer(
                proposal=id_, destination=destination, reason=text, department=department, code=step.code
            )
        case Command.MATCH:
            return proposals.Match(proposal=id_, department=_given(department, "department"), reason=text)
        case Command.RECORD_DIALOGUE:
            return proposals.RecordDialogue(proposal=id_, minutes=text, next_step=step.next_step)
        case Command.DECIDE:
            outcome, decided_by = _given(step.outcome, "outcome"), _given(step.decided_by, "decided_by")
            return proposals.Decide(
                proposal=id_,
                outcome=outcome,
                reason=text,
                decided_by=decided_by,
                council_session=demo_id("session", step.session) if step.session else None,
                agenda_item=demo_id("item", sample.key) if step.session else None,
            )
        case Command.WITHDRAW:
            return proposals.Withdraw(proposal=id_, reason=text)
        case Command.CLOSE:
            return proposals.Close(proposal=id_, reason=text)
        case Command.ATTACH:
            return proposals.AttachFile(proposal=id_, file=_file(sample))
        case _:
            assert_never(step.command)


def _given(value: T | None, field: str) -> T:
    """A part of a sample that its command needs. Raises PartMissing."""
    if value is None:
        raise PartMissing(field=field, problem="the sample does not say it", problem_ja="見本にありません")
    return value
