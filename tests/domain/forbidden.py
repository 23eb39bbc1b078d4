"""What no city's desk may ever do under its policy, told from what has happened and not from the product's states.

Each line: its name, the kind of record, the events that it judges, and whether such an event may follow this past.
Written from DOMAIN.md and the cities' rules; nothing here asks a state, a guard or a table of the product.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from domain import (
    agreement,
    approval,
    case,
    challenge,
    consultation,
    dialogue,
    gathering,
    notice,
    project,
    retention,
    selection,
    session,
    survey,
)
from domain import proposal as p
from domain.fields import FIELD_CODES
from domain.policy import (
    USUAL_ATTACHMENTS,
    AgreementKind,
    Answering,
    ChallengePart,
    IntakeField,
    Policy,
    Preparation,
    SelectionRule,
)
from domain.values import Code
from tests.domain.past import Past, distinct

Judge = Callable[[Past, Any, Policy], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """``may``: whether the event may follow this past under this policy."""

    name: str
    kind: str
    events: tuple[type, ...]
    may: Judge


# --- proposals -------------------------------------------------------------------------------------------------------

DRAFTS: Final = (p.Drafted, p.DraftEdited)
TOLD: Final = (p.Received, p.ReceiptCorrected, *DRAFTS)
TALKED: Final = (p.Stage.MATCHED, p.Stage.IN_DIALOGUE, p.Stage.ADOPTED)
SCREENED: Final = (p.Stage.SCREENED, *TALKED)
WITH_DIALOGUE: Final = (p.InvitationAccepted, p.DialogueHeld)
"""What a department and the proposer did is a fact of their dialogue, also while the proposal rests."""
EVEN_SUSPENDED: Final = {
    *(p.Suspended, p.Resumed, p.Withdrawn, p.InterestDeclared, p.OpinionGiven, p.ReasonsTold),
    *WITH_DIALOGUE,
    *(p.ProceedingNoted, p.PartyRenamed, p.ContactChanged, p.ConsentChanged, p.ReceiptCorrected),
    p.InterestWithdrawn,
}
OVER: Final = (p.Stage.DECLINED, p.Stage.REFUSED, p.Stage.REFERRED, p.Stage.WITHDRAWN)
"""Back there is only what was closed by mistake: it lacks nothing."""
NOT_SUSPENDED: Final = tuple(cls for cls in p.PROPOSAL.events.values() if cls not in EVEN_SUSPENDED)


def back_before(stages: tuple[p.Stage, ...]) -> Callable[[Any], bool]:
    """Whether an event takes a proposal back to a stage before these."""
    return lambda event: isinstance(event, p.StepCorrected) and event.to not in {*stages, *OVER}


def taken_in(_past: Past, event: Any, policy: Policy) -> bool:
    """Only of kinds that are taken in here and of parties that may propose."""
    kind = event.receipt.kind if isinstance(event, p.Received) else event.kind
    excluded = policy.eligibility.excluded if policy.eligibility else ()
    return policy.intake is not None and kind in policy.intake.kinds and event.organisation_kind not in excluded


def complete(_past: Past, event: p.Received, policy: Policy) -> bool:
    """With everything that the city asks for, each condition in its version once."""
    asked = policy.intake.required if policy.intake else ()
    given: Mapping[IntakeField, bool] = {
        field: getattr(event, field.value) not in {None, (), p.CityMoney.UNKNOWN} for field in asked
    }
    conditions = Counter((condition.code, condition.version) for condition in policy.conditions)
    accepted = Counter((each.condition, each.version) for each in event.accepted)
    return all(given.values()) and accepted == conditions and answers(event.receipt.kind, event.challenge, policy)


def complete_anew(_past: Past, event: p.ReceiptCorrected, policy: Policy) -> bool:
    """With everything that the city asks for, of what is written anew."""
    asked = policy.intake.required if policy.intake else ()
    given = all(getattr(event, field.value, "elsewhere") not in {None, ()} for field in asked)
    return given and answers(event.kind, event.challenge, policy)


def answers(code: Code, challenge: object, policy: Policy) -> bool:
    """A challenge where its kind wants one, none where it takes none."""
    kind = policy.intake.kinds.get(code) if policy.intake else None
    wanted = {Answering.ONE: (True,), Answering.NONE: (False,), Answering.MAY: (True, False)}
    return kind is not None and (challenge is not None) in wanted[kind.challenge]


def purpose_accepted(_past: Past, event: Any, policy: Policy) -> bool:
    """Whoever hands in, or is named, accepted what the city uses it for, in its version."""
    parts = ("contact_name", "contact_kana", "contact_department", "contact")
    named = isinstance(event, p.Received) or any(getattr(event, part, None) is not None for part in parts)
    if event.purpose is None:
        return not named or policy.purpose_of_use is None
    return policy.purpose_of_use is None or event.purpose == policy.purpose_of_use.version


def consented(past: Past, _event: p.ContactPassedOn, _policy: Policy) -> bool:
    """Somebody is named as things were told last, and the last word on passing that on was yes."""
    told = past.last(p.Received, p.ContactChanged)
    said = past.last(p.Received, p.ContactChanged, p.ConsentChanged)
    return said is not None and said.share_contact and any((told.contact_name, told.contact))


def told_away(_past: Past, event: p.TurnedAway, policy: Policy) -> bool:
    """Nobody who may propose is turned away."""
    return policy.eligibility is not None and event.organisation_kind in policy.eligibility.excluded


def all_met(past: Past, _event: p.Screened, policy: Policy) -> bool:
    """Every item met, as it was last looked at, where the city wants that."""
    if policy.screening is None or not policy.screening.all_met:
        return True
    last = {item.item: item.met for checked in past.all(p.Checked) for item in checked.items}
    return all(last.get(item.code, False) for item in policy.screening.items)


def in_charge_of(past: Past) -> Any:
    """The department that was matched last; who only talks is in charge while nobody else is."""
    told = past.since_that(back_before(TALKED))
    last, talked = told.last(p.Matched, p.InvitationAccepted), told.all(p.DialogueHeld)
    return last.department if last else talked[0].department if talked else None


def council_holds(past: Past, policy: Policy) -> bool | None:
    """Whether a rule or the department itself hands the decision to the council; none: nobody can tell yet."""
    if past.has(p.Escalated) and policy.decision is not None and policy.decision.council is not None:
        return True
    rules = policy.escalation
    if rules is None or rules.always:
        return rules is not None
    looked, received = past.last(p.Assessed), past.last(p.Received)
    if received is not None and not past.since(p.Received).has(p.Assessed):
        money, amount = received.city_money, looked.amount if looked else None
    else:
        money, amount = (looked.city_money, looked.amount) if looked else (p.CityMoney.UNKNOWN, None)
    yen = 0 if money is p.CityMoney.NONE else amount
    in_charge = in_charge_of(past)
    screened = past.since_that(back_before(SCREENED)).last(p.Screened)
    concerned = {*(screened.departments if screened else ()), *((in_charge,) if in_charge else ())}
    told = (
        False if rules.amount_from is None else None if yen is None else yen >= rules.amount_from,
        rules.departments_from is not None and len(concerned) >= rules.departments_from,
        (looked.high_occupancy if looked else None) if rules.high_occupancy else False,
        (looked.personal_data if looked else None) if rules.personal_data else False,
    )
    return True if any(told) else None if None in told else False


def rightly_decided(past: Past, event: Any, policy: Policy) -> bool:
    """By the council where a rule says so, and by no council where the city has none."""
    if event.decided_by is p.DecidedBy.COUNCIL:
        council = policy.decision is not None and policy.decision.council is not None
        return council and None not in {event.council_session, event.agenda_item}
    return council_holds(past, policy) is False and event.council_session is None and event.agenda_item is None


def prepared(past: Past, _event: Any, policy: Policy) -> bool:
    """With what the city wants before anybody decides: opinions of all who were asked, a dialogue, a recommendation."""
    asked = {each for asked in past.all(p.OpinionsAsked) for each in asked.departments}
    given = {opinion.department for opinion in past.all(p.OpinionGiven)}
    talked = past.since_that(back_before((p.Stage.IN_DIALOGUE, p.Stage.ADOPTED)))
    there = {
        Preparation.OPINIONS: bool(given) and asked <= given,
        Preparation.DIALOGUE: talked.has(p.DialogueRecorded, p.DialogueHeld),
        Preparation.RECOMMENDATION: past.since_that(back_before(TALKED)).has(p.Recommended),
    }
    return policy.decision is None or all(there[each] for each in policy.decision.needed)


def council_there(_past: Past, _event: Any, policy: Policy) -> bool:
    return policy.decision is not None and policy.decision.council is not None


def told_before_closing(past: Past, _event: p.Closed, policy: Policy) -> bool:
    """A decline is explained before its file is closed, where the city owes that: without city money."""
    if policy.decision is None or not policy.decision.explain_decline:
        return True
    told = Past(tuple(each for each in past.events if not (isinstance(each, p.StepCorrected) and each.to in OVER)))
    last = told.last(p.Decided, p.DecisionCorrected, p.StepCorrected, p.Withdrawn, p.Refused, p.Referred)
    declined = isinstance(last, p.Decided | p.DecisionCorrected) and last.outcome is p.Outcome.DECLINED
    money = past.last(p.Assessed, p.Received)
    asked = money is not None and money.city_money is p.CityMoney.ASKED
    return not declined or asked or past.since(p.Decided, p.DecisionCorrected).has(p.ReasonsTold)


def going_on(past: Past, _event: Any, _policy: Policy) -> bool:
    last = past.last(p.Suspended, p.Resumed, p.Withdrawn)
    return not isinstance(last, p.Suspended)


def stood(*brought: tuple[StrEnum, tuple[type, ...]]) -> Judge:
    """Nothing is taken back to where it never stood: something led to that stage before."""

    def was_there(past: Past, event: Any, _policy: Policy) -> bool:
        led = any(isinstance(each, type(event)) and each.to is event.to for each in past.events)
        return led or any(event.to is stage and past.has(*events) for stage, events in brought)

    return was_there


WAS_THERE: Final = stood(
    (p.Stage.RECEIVED, (p.Received, p.Completed)),
    (p.Stage.RETURNED, (p.Returned,)),
    (p.Stage.SCREENED, (p.Screened,)),
    (p.Stage.MATCHED, (p.Matched, p.InvitationAccepted)),
    (p.Stage.IN_DIALOGUE, (p.DialogueRecorded, p.DialogueHeld)),
    (p.Stage.ADOPTED, (p.Decided, p.DecisionCorrected)),
    (p.Stage.DECLINED, (p.Decided, p.DecisionCorrected)),
    (p.Stage.REFUSED, (p.Refused,)),
    (p.Stage.REFERRED, (p.Referred,)),
    (p.Stage.WITHDRAWN, (p.Withdrawn,)),
)


def closed_if_over(past: Past, event: p.StepCorrected, _policy: Policy) -> bool:
    """How it ended is come back to from its closed file alone."""
    closed = past.since(p.StepCorrected).has(p.Closed)
    return closed or event.to not in OVER


def handed_over(_past: Past, event: p.Referred, policy: Policy) -> bool:
    """To a department by name, or to a method or programme that the city has."""
    methods = {method.code for method in policy.methods.entries if method.own_rules} if policy.methods else set()
    return {
        p.Destination.DEPARTMENT: event.department is not None and event.code is None,
        p.Destination.METHOD: event.code in methods,
        p.Destination.PROGRAMME: event.code in {programme.code for programme in policy.partner_programmes},
    }[event.destination]


def was_asked(past: Past, event: p.OpinionGiven, _policy: Policy) -> bool:
    asked = {each for asked in past.all(p.OpinionsAsked) for each in asked.departments}
    return event.department in asked | {given.department for given in past.all(p.OpinionGiven)}


def files_of(past: Past) -> set[Any]:
    there: set[Any] = set()
    for each in past.events:
        if isinstance(each, p.Attached):
            there.add(each.file)
        elif isinstance(each, p.Detached):
            there.discard(each.file)
    return there


def takes_file(past: Past, event: p.Attached, policy: Policy) -> bool:
    """Of a kind, a size and a number that the city takes, and not one that was taken away."""
    rules = policy.attachments or USUAL_ATTACHMENTS
    fits = event.media_type in rules.types and event.size <= rules.bytes_per_file
    again = event.file in {each.file for each in past.all(p.Detached)}
    return fits and not again and len(files_of(past) | {event.file}) <= rules.files


def has_file(past: Past, event: p.Detached, _policy: Policy) -> bool:
    return event.file in files_of(past)


def proceedings(past: Past) -> dict[Any, p.ProceedingNoted]:
    """How each record about it, or part of one, was noted last."""
    return {which(noted): noted for noted in past.all(p.ProceedingNoted)}


def which(noted: p.ProceedingNoted) -> tuple[Any, ...]:
    """An id alone says nothing: it may have been given to records of two kinds."""
    return noted.proceeding, noted.record, noted.part


def takes_nothing_back(past: Past, event: Any, _policy: Policy) -> bool:
    """What binds both sides is neither withdrawn nor declined afterwards."""
    last = past.last(p.Decided, p.DecisionCorrected)
    turned = isinstance(last, p.Decided | p.DecisionCorrected) and last.outcome is p.Outcome.ADOPTED
    if isinstance(event, p.DecisionCorrected) and (event.outcome is p.Outcome.ADOPTED or not turned):
        return True
    return not any(noted.bound for noted in proceedings(past).values())


def nothing_open(past: Past, _event: p.Closed, _policy: Policy) -> bool:
    return not any(noted.open for noted in proceedings(past).values())


def carried_out(past: Past, event: p.ProceedingNoted, policy: Policy) -> bool:
    """What is carried out was adopted, is so still and does not rest; one selection at a time.

    What the proposer withdrew since may be brought to its end with others, not what was declined since. What was over
    goes on again under the same rules, as far as nothing else took its place.
    """
    known, talk = proceedings(past), {p.Proceeding.DIALOGUE, p.Proceeding.AGENDA_ITEM}
    before = known.get(which(event))
    again = before is not None and not before.open
    binds = event.bound and (again or not (before is not None and before.bound))
    if event.proceeding in talk or not event.open or (before is not None and not again and not binds):
        return True
    last = past.last(p.Decided, p.DecisionCorrected, p.Withdrawn, p.Closed, p.StepCorrected)
    decided = isinstance(last, p.Decided | p.DecisionCorrected) and last.outcome is p.Outcome.ADOPTED
    back = isinstance(last, p.StepCorrected) and last.to is p.Stage.ADOPTED
    another = any(noted.open and noted.proceeding is p.Proceeding.SELECTION for noted in known.values())
    alone = (binds and not again) or event.proceeding is not p.Proceeding.SELECTION or not another
    withdrawn = isinstance(last, p.Withdrawn) or (isinstance(last, p.StepCorrected) and last.to is p.Stage.WITHDRAWN)
    if withdrawn and (before.bound if before is not None and again else binds):
        return alone
    return (decided or back) and going_on(past, event, policy) and alone


PROPOSALS: Final = (
    Rule("files as the city takes them", "proposal", (p.Attached,), takes_file),
    Rule("only what is attached is detached", "proposal", (p.Detached,), has_file),
    Rule("nobody the city excludes, and no kind it does not take in", "proposal", TOLD, taken_in),
    Rule("written anew with all that the city asks for", "proposal", (p.ReceiptCorrected,), complete_anew),
    Rule("what is over is come back to from its closed file", "proposal", (p.StepCorrected,), closed_if_over),
    Rule("received with all that the city asks for", "proposal", (p.Received,), complete),
    Rule("what it is used for was accepted", "proposal", (p.Received, *DRAFTS), purpose_accepted),
    Rule("whoever is named anew accepted it too", "proposal", (p.ContactChanged,), purpose_accepted),
    Rule("a contact leaves the city only with consent", "proposal", (p.ContactPassedOn,), consented),
    Rule("turned away are only those who may not propose", "proposal", (p.TurnedAway,), told_away),
    Rule("screened with every item met where the city wants that", "proposal", (p.Screened,), all_met),
    Rule("decided by who has to decide", "proposal", (p.Decided, p.DecisionCorrected), rightly_decided),
    Rule("decided with what the city wants first", "proposal", (p.Decided,), prepared),
    Rule("escalated only to a council that is there", "proposal", (p.Escalated,), council_there),
    Rule("no decline closed unexplained where reasons must be told", "proposal", (p.Closed,), told_before_closing),
    Rule("what is suspended takes no step", "proposal", NOT_SUSPENDED, going_on),
    Rule("taken back only to where it stood", "proposal", (p.StepCorrected,), WAS_THERE),
    Rule("handed over only to what is there", "proposal", (p.Referred,), handed_over),
    Rule("opinions only of departments that were asked", "proposal", (p.OpinionGiven,), was_asked),
    Rule("what binds is not taken back", "proposal", (p.Withdrawn, p.DecisionCorrected), takes_nothing_back),
    Rule("no file closed over what goes on", "proposal", (p.Closed,), nothing_open),
    Rule("carried out is only what was adopted", "proposal", (p.ProceedingNoted,), carried_out),
)

# --- challenges, cases -----------------------------------------------------------------------------------------------


def publishable(past: Past, event: Any, policy: Policy) -> bool:
    """It says what the city wants said; the day may be put off later and stands apart."""
    rules, first = policy.challenges, isinstance(event, challenge.Published)
    said = {
        ChallengePart.CONTACT: past.has(challenge.ContactNamed),
        ChallengePart.CONDITIONS: event.conditions is not None,
        ChallengePart.CITY_OFFERS: event.city_offers is not None,
        ChallengePart.DUE_ON: not first or event.due_on is not None,
    }
    return rules is None or all(said[part] for part in rules.needed)


def inside_only(past: Past, event: notice.Published, _policy: Policy) -> bool:
    """Training material is the staff's."""
    return past.last(notice.Drafted).topic is not notice.Topic.TRAINING or event.reach is notice.Reach.STAFF


def accepted(past: Past, _event: Any, policy: Policy) -> bool:
    """The desk has accepted the words as they now are, where the city wants that."""
    if policy.challenges is None or not policy.challenges.reviewed:
        return True
    last = past.last(challenge.Raised, challenge.Edited, challenge.Reviewed, challenge.StepCorrected)
    if isinstance(last, challenge.StepCorrected):
        return last.to is challenge.Stage.ACCEPTED
    return isinstance(last, challenge.Reviewed) and last.verdict is challenge.Verdict.ACCEPTED


def extended_later(past: Past, event: challenge.Extended, _policy: Policy) -> bool:
    last = past.last(challenge.Published, challenge.Extended)
    return last is not None and last.due_on is not None and event.due_on > last.due_on


def with_reason(past: Past, event: challenge.Reviewed, _policy: Policy) -> bool:
    to_whom = past.last(challenge.Raised, challenge.Edited)
    return event.verdict is challenge.Verdict.ACCEPTED or (
        event.reason is not None and to_whom is not None and to_whom.department is not None
    )


def shown_now(past: Past, _event: Any, _policy: Policy) -> bool:
    """It was published, and that was not taken back."""
    last = past.last(challenge.Published, challenge.Closed, challenge.StepCorrected)
    back = isinstance(last, challenge.StepCorrected) and last.to is challenge.Stage.PUBLISHED
    return back or isinstance(last, challenge.Published)


def case_shown(past: Past, _event: Any, _policy: Policy) -> bool:
    """Nobody was told that it is shown no more, or it was shown again since."""
    return not isinstance(past.last(case.Published, case.Withdrawn, case.ShownAgain), case.Withdrawn)


def as_it_was(past: Past, event: case.ShownAgain, policy: Policy) -> bool:
    """Only what was withdrawn is shown again, and as finished only where it had finished."""
    last = past.last(case.Published, case.Closed, case.StepCorrected)
    ended = case.Stage.CLOSED if isinstance(last, case.Closed) else case.Stage.OPEN
    return not case_shown(past, event, policy) and event.to is ended


def fields_of_all(_past: Past, event: Any, _policy: Policy) -> bool:
    return set(event.fields) <= set(FIELD_CODES)


def names_source(past: Past, event: Any, _policy: Policy) -> bool:
    first = event if isinstance(event, case.Published) else past.last(case.Published)
    return first is None or first.origin is case.Origin.DESK or event.content.source is not None


SHOWN: Final = (
    Rule("training material for the staff alone", "notice", (notice.Published,), inside_only),
    Rule(
        "no challenge shown without what the city wants said",
        "challenge",
        (challenge.Published, challenge.Revised),
        publishable,
    ),
    Rule("no challenge shown unreviewed where the city wants a review", "challenge", (challenge.Published,), accepted),
    Rule(
        "only fields that cities share",
        "challenge",
        (challenge.Raised, challenge.Edited, challenge.Published, challenge.Revised),
        fields_of_all,
    ),
    Rule("a last day is only put off, never brought forward", "challenge", (challenge.Extended,), extended_later),
    Rule("no challenge given back without a reason, or to nobody", "challenge", (challenge.Reviewed,), with_reason),
    Rule("an imported case names its source", "case", (case.Published, case.Revised, case.ShownAgain), names_source),
    Rule("only what is shown is revised", "challenge", (challenge.Revised, challenge.Extended), shown_now),
    Rule("only what is shown is revised", "case", (case.Revised, case.Closed), case_shown),
    Rule("shown again as it was", "case", (case.ShownAgain,), as_it_was),
    Rule(
        "taken back only to where it stood",
        "challenge",
        (challenge.StepCorrected,),
        stood(
            (challenge.Stage.RAISED, (challenge.Raised, challenge.Edited)),
            (challenge.Stage.RETURNED, (challenge.Reviewed,)),
            (challenge.Stage.ACCEPTED, (challenge.Reviewed,)),
            (challenge.Stage.PUBLISHED, (challenge.Published,)),
        ),
    ),
    Rule(
        "taken back only to where it stood", "case", (case.StepCorrected,), stood((case.Stage.OPEN, (case.Published,)))
    ),
    Rule(
        "taken back only to where it stood",
        "notice",
        (notice.StepCorrected,),
        stood((notice.Stage.DRAFTED, (notice.Drafted,))),
    ),
)

# --- approvals -------------------------------------------------------------------------------------------------------


MOVES: Final = tuple(set(approval.APPROVAL.events.values()) - {approval.Agreed, approval.Reviewed})


def told_why(_past: Past, event: approval.Decided, _policy: Policy) -> bool:
    return event.verdict is approval.Verdict.APPROVED or event.reason is not None


def route_of(past: Past) -> tuple[approval.Stop, ...]:
    last = past.last(approval.Drafted, approval.Redrafted)
    return last.route if last else ()


def by_another(past: Past, event: approval.Decided, _policy: Policy) -> bool:
    return all(drafted.drafter != event.member for drafted in past.all(approval.Drafted))


def all_agreed(past: Past, event: approval.Decided, _policy: Policy) -> bool:
    """Every post that was to agree has, to these words and since they last went round; and the last post decides."""
    route, since = route_of(past), past.since(approval.Submitted, approval.Redrafted)
    agreed = {each.post for each in since.all(approval.Agreed)}
    asked = {stop.post for stop in route if stop.part is approval.Part.AGREE}
    return asked <= agreed and bool(route) and event.post == route[-1].post


def was_approved(past: Past, _event: Any, _policy: Policy) -> bool:
    last = past.last(*MOVES)
    return isinstance(last, approval.Decided) and last.verdict is approval.Verdict.APPROVED


def on_route(past: Past, event: Any, _policy: Policy) -> bool:
    agreeing = isinstance(event, approval.Agreed)
    return event.post in {stop.post for stop in route_of(past) if not agreeing or stop.part is approval.Part.AGREE}


def route_fits(_past: Past, event: Any, _policy: Policy) -> bool:
    """One post decides, as the last, and none stands there twice."""
    parts = [stop.part for stop in event.route]
    return (
        parts.count(approval.Part.DECIDE) == 1
        and parts[-1] is approval.Part.DECIDE
        and distinct(stop.post for stop in event.route)
    )


APPROVALS: Final = (
    Rule("who drafted it does not decide it", "approval", (approval.Decided,), by_another),
    Rule("decided after every agreeing post, by the deciding one", "approval", (approval.Decided,), all_agreed),
    Rule("rejected with its reason", "approval", (approval.Decided,), told_why),
    Rule("takes effect only when approved", "approval", (approval.CarriedOut,), was_approved),
    Rule("agreed and sent back by posts on the route", "approval", (approval.Agreed, approval.SentBack), on_route),
    Rule("one post decides, as the last", "approval", (approval.Drafted, approval.Redrafted), route_fits),
)

# --- dialogues, sessions, surveys, gatherings -------------------------------------------------------------------------


def meeting_stands(past: Past, event: Any, _policy: Policy) -> bool:
    """A cancelled meeting is not held, a held one not cancelled; only what was said of a held one is corrected."""
    last = None
    for each in past.events:
        if getattr(each, "meeting", None) == event.meeting and not isinstance(each, dialogue.MinutesCorrected):
            last = type(each)
    return {
        dialogue.MeetingArranged: last in {None, dialogue.MeetingArranged},
        dialogue.MeetingHeld: last in {None, dialogue.MeetingArranged},
        dialogue.MeetingCancelled: last is dialogue.MeetingArranged,
        dialogue.MinutesCorrected: last is dialogue.MeetingHeld,
    }[type(event)]


def costs_something(_past: Past, event: dialogue.CostsRecorded, _policy: Policy) -> bool:
    return all(cost.yen is None or cost.yen >= 0 for cost in event.costs)


def votes_on(past: Past, item: Any) -> list[session.Vote]:
    """The last vote of each member who has not declared an interest, since the item was put on the agenda."""
    votes: dict[Any, session.Vote] = {}
    for each in said_of(past, item):
        if isinstance(each, session.Voted):
            votes[each.member] = each.vote
        elif isinstance(each, session.InterestDeclared):
            votes.pop(each.member, None)
    return list(votes.values())


def said_of(past: Past, item: Any) -> list[Any]:
    """What happened to an item since it was put on the agenda."""
    about = past.since_that(lambda event: isinstance(event, session.ItemAdded) and event.item == item)
    return [each for each in about.events if getattr(each, "item", None) == item]


def interested_in(past: Past, item: Any) -> set[Any]:
    """Who declared an interest in an item that was not taken back as a mistake since."""
    interested = set()
    for each in said_of(past, item):
        if isinstance(each, session.InterestDeclared):
            interested.add(each.member)
        elif isinstance(each, session.InterestWithdrawn):
            interested.discard(each.member)
    return interested


def as_voted(past: Past, event: session.ItemDecided, _policy: Policy) -> bool:
    """By votes what they come to, a tie deferring it; by consent nothing against which somebody voted."""
    votes = votes_on(past, event.item)
    yes, no = votes.count(session.Vote.FOR), votes.count(session.Vote.AGAINST)
    if event.manner is session.Manner.CONSENT:
        against = {session.Result.ADOPTED: no, session.Result.DECLINED: yes, session.Result.DEFERRED: 0}
        return against[event.result] == 0
    came_to = {1: session.Result.ADOPTED, -1: session.Result.DECLINED, 0: session.Result.DEFERRED}
    return bool(votes) and event.result is came_to[(yes > no) - (yes < no)]


def without_interest(past: Past, event: session.Voted, _policy: Policy) -> bool:
    return event.member not in interested_in(past, event.item)


def was_declared(past: Past, event: session.InterestWithdrawn, _policy: Policy) -> bool:
    """Of this item, or of another one about the same proposal, whose interests go on in it."""
    proposals = {each.proposal for each in past.all(session.ItemAdded) if each.item == event.item}
    about = {each.item for each in past.all(session.ItemAdded) if each.proposal in proposals}
    return any(each.item in about and each.member == event.member for each in past.all(session.InterestDeclared))


def settled(past: Past, item: Any) -> bool:
    """Whether an item is decided or off the agenda."""
    told = (session.ItemAdded, session.ItemDecided, session.ItemWithdrawn)
    last = [each for each in past.events if isinstance(each, told) and each.item == item]
    return bool(last) and not isinstance(last[-1], session.ItemAdded)


def on_agenda(past: Past, event: Any, _policy: Policy) -> bool:
    return event.item in {each.item for each in past.all(session.ItemAdded)} and not settled(past, event.item)


def nothing_decided(past: Past, _event: Any, _policy: Policy) -> bool:
    return not past.has(session.ItemDecided)


def session_over(past: Past, _event: Any, _policy: Policy) -> bool:
    items = {each.item for each in past.all(session.ItemAdded)}
    return past.has(session.MinutesTaken) and all(settled(past, item) for item in items)


def department_asked(past: Past, event: survey.Answered, _policy: Policy) -> bool:
    asked = past.last(survey.Asked)
    return (event.department in (asked.departments if asked else ())) and (
        (event.reply is survey.Reply.CHALLENGES) == bool(event.challenges)
    )


def unanswered(past: Past, event: survey.Reminded, _policy: Policy) -> bool:
    asked, answered = past.last(survey.Asked), {each.department for each in past.all(survey.Answered)}
    left = {each for each in (asked.departments if asked else ()) if each not in answered}
    return bool(left) and set(event.departments) == left


def more_time(past: Past, event: survey.Extended, _policy: Policy) -> bool:
    last = past.last(survey.Asked, survey.Extended)
    return last is None or event.due_on > last.due_on


REGISTERED: Final = (gathering.GuestRegistered, gathering.MemberRegistered)


def room_and_time(past: Past, event: Any, _policy: Policy) -> bool:
    """Not one more than there is room for, and not after the last day."""
    plan = past.last(gathering.Announced, gathering.Revised)
    there: set[Any] = set()
    for each in past.events:
        if isinstance(each, REGISTERED):
            there.add(each.registration)
        elif isinstance(each, gathering.RegistrationWithdrawn):
            there.discard(each.registration)
    room = plan.capacity is None or len(there | {event.registration}) <= plan.capacity
    return bool(room and event.on <= (plan.register_by or plan.on))


def not_before_its_day(past: Past, event: gathering.Held, _policy: Policy) -> bool:
    plan = past.last(gathering.Announced, gathering.Revised)
    return event.on >= plan.on and event.present >= 0


MEETINGS: Final = (
    dialogue.MeetingArranged,
    dialogue.MeetingHeld,
    dialogue.MeetingCancelled,
    dialogue.MinutesCorrected,
)
ON_ITEMS: Final = (
    *(session.Voted, session.InterestDeclared, session.InterestWithdrawn),
    *(session.ItemDecided, session.ItemWithdrawn),
)
MEETING: Final = (
    Rule("meetings are held, cancelled and corrected as they stand", "dialogue", MEETINGS, meeting_stands),
    Rule("nothing costs less than nothing", "dialogue", (dialogue.CostsRecorded,), costs_something),
    Rule("a session is convened where the city has a council", "session", (session.Convened,), council_there),
    Rule("decided as the votes came out", "session", (session.ItemDecided,), as_voted),
    Rule("who has an interest does not vote", "session", (session.Voted,), without_interest),
    Rule("only what stands on the agenda is voted on and decided", "session", ON_ITEMS, on_agenda),
    Rule("what decided something was held and is not called off", "session", (session.Cancelled,), nothing_decided),
    Rule("closed with minutes and nothing open", "session", (session.Closed,), session_over),
    Rule("an interest is taken back that was declared", "session", (session.InterestWithdrawn,), was_declared),
    Rule(
        "taken back only to where it stood",
        "session",
        (session.StepCorrected,),
        stood((session.Stage.CONVENED, (session.Convened,))),
    ),
    Rule("answers by who was asked, silence is not none", "survey", (survey.Answered,), department_asked),
    Rule("reminded are those who have not answered", "survey", (survey.Reminded,), unanswered),
    Rule("a survey's last day is only put off", "survey", (survey.Extended,), more_time),
    Rule(
        "taken back only to where it stood",
        "survey",
        (survey.StepCorrected,),
        stood((survey.Stage.ASKED, (survey.Asked,))),
    ),
    Rule("nobody registers without room or too late", "gathering", REGISTERED, room_and_time),
    Rule("held on its day or later", "gathering", (gathering.Held,), not_before_its_day),
    Rule(
        "taken back only to where it stood",
        "gathering",
        (gathering.StepCorrected,),
        stood((gathering.Stage.ANNOUNCED, (gathering.Announced,))),
    ),
    Rule(
        "taken back only to where it stood",
        "dialogue",
        (dialogue.StepCorrected,),
        stood((dialogue.Stage.INVITED, (dialogue.Invited,))),
    ),
)

# --- agreements ------------------------------------------------------------------------------------------------------


def terms_of(past: Past) -> agreement.Terms:
    terms: agreement.Terms = past.last(agreement.Drafted, agreement.Changed, agreement.Amended).terms
    return terms


def signatures(past: Past) -> list[Any]:
    """Those that were not taken back: the last one, if it was taken back into signing once all had signed, else all."""
    signed: list[Any] = []
    for each in past.events:
        if isinstance(each, (agreement.Signed, agreement.Countersigned)):
            signed.append(each)
        elif isinstance(each, agreement.StepCorrected) and each.to is agreement.Stage.SIGNING:
            signed = signed[:-1] if signed and signed[-1].last else signed
        elif isinstance(each, agreement.StepCorrected) and each.to is not agreement.Stage.IN_EFFECT:
            signed = []
    return signed


def signed_by(past: Past) -> set[int]:
    """The parties that have signed, by their place in the terms."""
    city = [place for place, each in enumerate(terms_of(past).signatories, 1) if each.side is agreement.Party.CITY]
    by_city = city[0] if city else 0
    return {each.party if isinstance(each, agreement.Countersigned) else by_city for each in signatures(past)}


def noticed(past: Past) -> set[int]:
    """The parties whose notice stands."""
    told = past.since(agreement.Drafted, agreement.Changed, agreement.Amended, agreement.Renewed)
    parties = set()
    for each in told.events:
        if isinstance(each, agreement.NoticeGiven):
            parties.add(each.party)
        elif isinstance(each, agreement.NoticeWithdrawn):
            parties.discard(each.party)
        elif isinstance(each, agreement.StepCorrected) and each.to is not agreement.Stage.IN_EFFECT:
            parties = set()
    return parties


def notice_stands(past: Past, event: agreement.NoticeWithdrawn, _policy: Policy) -> bool:
    """Only a notice that was given is taken back, and not before its day."""
    given = [each.on for each in past.all(agreement.NoticeGiven) if each.party == event.party]
    return event.party in noticed(past) and event.on >= given[-1]


def first_terms(past: Past, event: agreement.StepCorrected, _policy: Policy) -> bool:
    """What holds by a later word of the parties does not lose the signatures of the first."""
    return event.to is agreement.Stage.IN_EFFECT or not past.has(agreement.Amended, agreement.Renewed)


def last_of_all(past: Past, event: Any, _policy: Policy) -> bool:
    """In effect with the last signature and not before."""
    after = signed_by(Past((*past.events, event)))
    return bool(event.last == (after >= set(range(1, len(terms_of(past).signatories) + 1))))


def others_sign(past: Past, event: agreement.Countersigned, _policy: Policy) -> bool:
    parties = terms_of(past).signatories
    return 1 <= event.party <= len(parties) and parties[event.party - 1].side is not agreement.Party.CITY


def city_and_another(_past: Past, event: Any, _policy: Policy) -> bool:
    sides = [each.side for each in event.terms.signatories]
    return sides.count(agreement.Party.CITY) == 1 and len(sides) > 1


def fields_by_kind(past: Past, event: Any, _policy: Policy) -> bool:
    kind = (event if isinstance(event, agreement.Drafted) else past.last(agreement.Drafted)).kind
    count = len(set(event.terms.fields))
    return {AgreementKind.PROJECT: count == 1, AgreementKind.COMPREHENSIVE: count > 1}.get(kind, True)


def every_party_again(_past: Past, event: agreement.Amended, _policy: Policy) -> bool:
    parties = range(1, len(event.terms.signatories) + 1)
    return Counter(each.party for each in event.signed) == Counter(parties)


def in_effect_then(past: Past, event: agreement.NoticeGiven | agreement.Ended, _policy: Policy) -> bool:
    """Nobody gives notice of what is not in effect yet, or ends it."""
    return all(event.on >= each.on for each in signatures(past))


def ends_when_it_ends(past: Past, event: agreement.Ended, _policy: Policy) -> bool:
    """Expired not before its last day, where it does not go on by itself; terminated by a party that is one."""
    if not in_effect_then(past, event, _policy):
        return False
    last = past.last(agreement.Drafted, agreement.Changed, agreement.Amended, agreement.Renewed)
    ends_on = last.ends_on if isinstance(last, agreement.Renewed) else last.terms.ends_on
    if event.how is agreement.End.EXPIRED:
        goes_on = terms_of(past).renewal is agreement.Renewal.AUTOMATIC and not noticed(past)
        return ends_on is not None and event.on >= ends_on and event.party is None and not goes_on
    named = event.party is not None and 1 <= event.party <= len(terms_of(past).signatories)
    return named if event.how is agreement.End.TERMINATED else event.party is None


def time_for_a_notice(_past: Past, event: Any, _policy: Policy) -> bool:
    """A notice fits into every period for which it goes on by itself, the shortest of them too."""
    terms = event.terms
    if terms.renewal is not agreement.Renewal.AUTOMATIC or terms.notice_days is None or terms.renewal_months is None:
        return True
    begins = [date(2027, month, 1) for month in range(1, 13)]
    return all((months_after(each, terms.renewal_months) - each).days > terms.notice_days for each in begins)


def months_after(day: date, months: int) -> date:
    """The day on which a period of so many months is over: the corresponding one, or the first after a short month."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year, month + 1, 1)


def as_long_as_agreed(past: Past, event: agreement.Renewed, ends_on: date) -> bool:
    """By itself for the months of the terms, else as long as the first period was: in months, else in days."""
    over, begins = event.ends_on + timedelta(days=1), ends_on + timedelta(days=1)
    told = terms_of(past).renewal_months
    if told is not None:
        return over == months_after(begins, told)
    agreed = past.last(agreement.Drafted, agreement.Changed).terms
    first = next(each for each in (agreed, *(one.terms for one in past.all(agreement.Amended))) if each.ends_on)
    signed = [each.on for each in signatures(past)]
    if not signed:
        return False
    began = first.begins_on or max(signed)
    after = first.ends_on + timedelta(days=1)
    months = [each for each in range(1, 1200) if months_after(began, each) == after]
    same = months_after(begins, months[0]) if months else begins + (after - began)
    return began < after and over == same


def goes_on_by_itself(past: Past, event: agreement.Renewed, _policy: Policy) -> bool:
    """Longer than now; by itself only where the terms say so and nobody gave notice, and as long as was agreed."""
    last = past.last(agreement.Drafted, agreement.Changed, agreement.Amended, agreement.Renewed)
    ends_on = last.ends_on if isinstance(last, agreement.Renewed) else last.terms.ends_on
    by_itself = terms_of(past).renewal is agreement.Renewal.AUTOMATIC and not noticed(past)
    fits = {agreement.Renewal.NONE: False, agreement.Renewal.AUTOMATIC: by_itself}.get(event.how, True)
    longer = fits and ends_on is not None and event.ends_on > ends_on
    return longer and (event.how is not agreement.Renewal.AUTOMATIC or as_long_as_agreed(past, event, ends_on))


def only_comprehensive(past: Past, _event: Any, _policy: Policy) -> bool:
    return past.last(agreement.Drafted).kind is AgreementKind.COMPREHENSIVE


AGREED: Final = stood(
    (agreement.Stage.DRAFTED, (agreement.Drafted,)),
    (agreement.Stage.SETTLED, (agreement.Settled,)),
    (agreement.Stage.SIGNING, (agreement.Signed, agreement.Countersigned)),
    (agreement.Stage.IN_EFFECT, (agreement.Ended,)),
)
WORDED: Final = (agreement.Drafted, agreement.Changed, agreement.Amended)
AGREEMENTS: Final = (
    Rule(
        "in effect with the last signature and not before",
        "agreement",
        (agreement.Signed, agreement.Countersigned),
        last_of_all,
    ),
    Rule("countersigned by another party than the city", "agreement", (agreement.Countersigned,), others_sign),
    Rule("the city once, and another party", "agreement", WORDED, city_and_another),
    Rule("one field for a project, several for a comprehensive one", "agreement", WORDED, fields_by_kind),
    Rule("notice is given of what is in effect", "agreement", (agreement.NoticeGiven,), in_effect_then),
    Rule("there is time for a notice in every period", "agreement", WORDED, time_for_a_notice),
    Rule("amended by every party", "agreement", (agreement.Amended,), every_party_again),
    Rule("expired at its end, terminated by a party", "agreement", (agreement.Ended,), ends_when_it_ends),
    Rule("a notice is taken back that stands", "agreement", (agreement.NoticeWithdrawn,), notice_stands),
    Rule("taken back only to where it stood", "agreement", (agreement.StepCorrected,), AGREED),
    Rule("what was amended or renewed stays in effect", "agreement", (agreement.StepCorrected,), first_terms),
    Rule("renewed as the terms say", "agreement", (agreement.Renewed,), goes_on_by_itself),
    Rule(
        "only a comprehensive one covers others",
        "agreement",
        (agreement.Attached, agreement.Detached),
        only_comprehensive,
    ),
)

# --- selections, projects --------------------------------------------------------------------------------------------

FOLLOW: Final[Mapping[selection.Advice, set[str]]] = {
    selection.Advice.CONTRACT_PROCEDURE: {"tender", "competitive_proposal", "direct_contract"},
    selection.Advice.PUBLIC_CALL: {"tender", "competitive_proposal", "public_call"},
    selection.Advice.COMPETITION: {"tender", "competitive_proposal", "public_call"},
    selection.Advice.WITHOUT_CALL: {"without_call"},
    selection.Advice.NO_ANSWER: set(),
}
OPEN_TO_MANY: Final = {"tender", "competitive_proposal", "public_call"}


RUNNING: Final = project.Stage.RUNNING
TOLD_OF: Final = (project.CaseShown, project.CaseHidden)
ISSUES: Final = (project.IssueRaised, project.IssueSettled, project.IssueReopened)
MILESTONES: Final = (
    *(project.MilestonePlanned, project.MilestoneReached),
    *(project.MilestoneReopened, project.MilestoneDropped),
)


def deviates_with_reason(past: Past, event: selection.WayDecided, _policy: Policy) -> bool:
    assessed = past.last(selection.Assessed)
    return event.reason is not None or (assessed is not None and event.way in FOLLOW[assessed.advice])


CHOICE: Final = (selection.Chosen, selection.ContractRecorded)
CALL_HELD: Final = (selection.CallClosed, *CHOICE)
CALL: Final = (selection.CallOpened, *CALL_HELD)
NO_MORE: Final[Mapping[selection.Stage, tuple[type, ...]]] = {
    selection.Stage.BEGUN: (object,),
    selection.Stage.ASSESSED: (selection.WayDecided, selection.Shared, *CALL),
    selection.Stage.WAY_DECIDED: CALL,
    selection.Stage.CALLING: CALL_HELD,
    selection.Stage.EXAMINING: CHOICE,
    selection.Stage.CHOSEN: (),
}
"""What does not count any more once a wrong step was taken back to a stage."""


def this_time(past: Past) -> Past:
    """What happened since it was taken up again, without what was taken back."""
    told: list[Any] = []
    for each in past.since(selection.Reopened).events:
        if isinstance(each, selection.StepCorrected):
            told = [one for one in told if not isinstance(one, NO_MORE[each.to])]
        else:
            told.append(each)
    return Past(tuple(told))


def was_selected_so_far(past: Past, event: selection.StepCorrected, policy: Policy) -> bool:
    """Only to where the way led that is gone this time: no call where none was held, no choice of a former round."""
    so_far = stood(
        (selection.Stage.ASSESSED, (selection.Assessed,)),
        (selection.Stage.WAY_DECIDED, (selection.WayDecided,)),
        (selection.Stage.CALLING, (selection.CallOpened,)),
        (selection.Stage.EXAMINING, (selection.CallClosed,)),
        (selection.Stage.CHOSEN, (selection.Chosen,)),
    )
    return event.to is selection.Stage.BEGUN or so_far(this_time(past), event, policy)


def pays(past: Past) -> bool:
    assessed = this_time(past).last(selection.Assessed)
    return assessed is not None and (assessed.answers.pays_now or assessed.answers.pays_later)


def way_gone(past: Past, event: Any, _policy: Policy) -> bool:
    """A call only where one was decided; chosen after one only from applicants, and after its end."""
    now = this_time(past)
    decided = now.last(selection.WayDecided)
    call = decided is not None and decided.way in OPEN_TO_MANY
    if isinstance(event, selection.CallOpened):
        return call
    closed = now.last(selection.CallClosed)
    return not call or (closed is not None and closed.applicants > 0)


def ready(past: Past, _event: Any, policy: Policy) -> bool:
    """Paid for: prepared first; the proposer's know-how touched: consulted first; where the city's rules say so."""
    now, rules = this_time(past), policy.selection
    assessed, decided = now.last(selection.Assessed), now.last(selection.WayDecided)
    if rules is None or assessed is None:
        return True
    used = pays(past) or (decided is not None and decided.way in OPEN_TO_MANY)
    consulted = not assessed.answers.know_how_touched or not used or now.has(selection.ProposerConsulted)
    prepared = not pays(past) or now.has(selection.Prepared)
    return (prepared or not rules.paid_prepared) and (consulted or not rules.consult_proposer)


def answered(_past: Past, event: selection.Assessed, policy: Policy) -> bool:
    """Occupancy in time and space, where the city's rules weigh it and the city pays nothing."""
    weighed = policy.selection is not None and policy.selection.rule is SelectionRule.OCCUPANCY_UNIQUENESS
    unpaid = not (event.answers.pays_now or event.answers.pays_later)
    return not (weighed and unpaid) or None not in {event.answers.occupancy_in_time, event.answers.occupancy_in_space}


def within_budget(past: Past, event: selection.ContractRecorded, _policy: Policy) -> bool:
    """No contract over money where the city pays nothing, nor over more than the budget."""
    now = this_time(past)
    total = sum({each.contract: each.amount for each in (*now.all(selection.ContractRecorded), event)}.values())
    prepared = now.last(selection.Prepared)
    return (pays(past) or event.amount == 0) and (prepared is None or total <= prepared.budget) and event.amount >= 0


def shared_or_contracted(past: Past, _event: Any, policy: Policy) -> bool:
    now, sharing = this_time(past), policy.decision is not None and policy.decision.share_selection
    return now.has(selection.ContractRecorded) if pays(past) else not sharing or now.has(selection.Shared)


def looked_back(past: Past, _event: Any, policy: Policy) -> bool:
    """Both sides on every goal, where the city always evaluates."""
    if policy.evaluation is None or not policy.evaluation.always:
        return True
    goals: set[Any] = set()
    for each in past.events:
        if isinstance(each, project.GoalSet):
            goals.add(each.goal)
        elif isinstance(each, project.GoalDropped):
            goals.discard(each.goal)
    said = {each.side: {finding.goal for finding in each.findings} for each in past.all(project.Evaluated)}
    return all(side in said and goals <= said[side] for side in (case.Side.CITY, case.Side.PARTNER))


def over(past: Past) -> Past:
    """What happened since the work last went on because its end had been a mistake."""
    return past.since_that(lambda event: isinstance(event, project.StepCorrected) and event.to is RUNNING)


def carried_on(past: Past, _event: Any, policy: Policy) -> bool:
    considered = policy.evaluation is not None and policy.evaluation.continuation_considered
    return not considered or over(past).has(project.ContinuationDecided)


def reported(past: Past, _event: Any, _policy: Policy) -> bool:
    return not past.has(project.SupportAgreed) or past.has(project.ResultsReported)


def all_settled(past: Past, _event: project.Closed, _policy: Policy) -> bool:
    last = {each.issue: each for each in past.events if isinstance(each, ISSUES)}
    return all(isinstance(each, project.IssueSettled) for each in last.values())


def shown_or_said(past: Past, event: project.Closed, policy: Policy) -> bool:
    published = policy.evaluation is not None and policy.evaluation.published_as_case
    asked = published and over(past).has(project.Completed)
    return not asked or event.note is not None or isinstance(past.last(*TOLD_OF), project.CaseShown)


def answers_to(past: Past, *events: Any) -> dict[Any, int | None]:
    """The last word on each request: how much was granted, none when it was refused."""
    told = (each for each in (*past.events, *events) if isinstance(each, project.BudgetGranted | project.BudgetRefused))
    return {each.request: each.amount if isinstance(each, project.BudgetGranted) else None for each in told}


def covered(past: Past, *events: Any) -> bool:
    """What was granted, as the last words say, is enough for what was spent, as it was entered last."""
    spent = {each.spending: each.amount for each in (*past.events, *events) if isinstance(each, project.BudgetSpent)}
    return sum(spent.values()) <= sum(amount or 0 for amount in answers_to(past, *events).values())


def never_overspent(past: Past, event: project.BudgetSpent, _policy: Policy) -> bool:
    entered = any(each.spending == event.spending for each in past.all(project.BudgetSpent))
    return (event.amount > 0 or (event.amount == 0 and entered)) and covered(past, event)


def as_asked(past: Past, event: project.BudgetGranted, _policy: Policy) -> bool:
    asked = {each.request: each.amount for each in past.all(project.BudgetRequested)}
    return 0 < event.amount <= asked.get(event.request, 0)


def still_covered(past: Past, event: Any, _policy: Policy) -> bool:
    return covered(past, event)


def otherwise_with_reason(past: Past, event: project.BudgetGranted, _policy: Policy) -> bool:
    return event.request not in answers_to(past) or event.note is not None


def unanswered_yet(past: Past, event: project.BudgetRequested, _policy: Policy) -> bool:
    return event.request not in answers_to(past)


def was_over(past: Past, event: project.StepCorrected, policy: Policy) -> bool:
    """To the end that it came to this time, or to before it."""
    ended = stood((project.Stage.COMPLETED, (project.Completed,)), (project.Stage.STOPPED, (project.Stopped,)))
    return event.to is RUNNING or ended(over(past), event, policy)


UNREACHED: Final = (project.MilestonePlanned, project.MilestoneDropped)


def not_reached(past: Past, event: Any, _policy: Policy) -> bool:
    last = [each for each in past.events if isinstance(each, MILESTONES) and each.milestone == event.milestone]
    return not last or not isinstance(last[-1], project.MilestoneReached)


def milestone_there(past: Past, event: project.MilestoneReopened, _policy: Policy) -> bool:
    last = [each for each in past.events if isinstance(each, MILESTONES) and each.milestone == event.milestone]
    return bool(last) and isinstance(last[-1], project.MilestoneReached)


def issue_there(past: Past, event: project.IssueReopened, _policy: Policy) -> bool:
    last = [each for each in past.events if isinstance(each, ISSUES) and each.issue == event.issue]
    return bool(last) and isinstance(last[-1], project.IssueSettled)


def agreed_then(past: Past, _event: Any, _policy: Policy) -> bool:
    return isinstance(past.last(project.CaseAgreed, project.CaseConsentWithdrawn), project.CaseAgreed)


def has_budget(_past: Past, _event: Any, policy: Policy) -> bool:
    return policy.support_budget is not None


def supported_here(past: Past, event: project.SupportAgreed, policy: Policy) -> bool:
    """Pilots on their track, with what the city provides; the city bears costs only where its rules let it."""
    rules, begun = policy.pilot_support, past.last(project.Begun)
    return (
        rules is not None
        and begun.track in rules.tracks
        and set(event.provides) <= set(rules.provides)
        and (event.city_pays == 0 or rules.city_may_pay)
        and (event.city_pays == 0) == (event.cost_by is project.CostBearer.BUSINESS)
    )


def every_goal(past: Past, event: project.Evaluated, _policy: Policy) -> bool:
    goals: set[Any] = set()
    for each in past.events:
        if isinstance(each, project.GoalSet):
            goals.add(each.goal)
        elif isinstance(each, project.GoalDropped):
            goals.discard(each.goal)
    third = event.side is case.Side.THIRD_PARTY
    return not third and Counter(each.goal for each in event.findings) == Counter(goals)


WORK: Final = (
    Rule("no way that deviates without a reason", "selection", (selection.WayDecided,), deviates_with_reason),
    Rule("the way is gone to its end", "selection", (selection.CallOpened, selection.Chosen), way_gone),
    Rule("prepared and consulted first", "selection", (selection.CallOpened, selection.Chosen), ready),
    Rule("what the rules weigh is answered", "selection", (selection.Assessed,), answered),
    Rule("no contract beyond the budget", "selection", (selection.ContractRecorded,), within_budget),
    Rule("completed after sharing, or after the contract", "selection", (selection.Completed,), shared_or_contracted),
    Rule("taken back only to where it stood", "selection", (selection.StepCorrected,), was_selected_so_far),
    Rule("closed after both sides looked back", "project", (project.Closed,), looked_back),
    Rule("closed after its continuation was considered", "project", (project.Closed,), carried_on),
    Rule("closed after the report on what was supported", "project", (project.Closed,), reported),
    Rule("closed with no problem left open", "project", (project.Closed,), all_settled),
    Rule("closed with a case, or with the reason why there is none", "project", (project.Closed,), shown_or_said),
    Rule("never spent beyond what was granted", "project", (project.BudgetSpent,), never_overspent),
    Rule("never granted beyond what was asked", "project", (project.BudgetGranted,), as_asked),
    Rule("never granted less than was spent", "project", (project.BudgetGranted, project.BudgetRefused), still_covered),
    Rule("no other answer than before without a reason", "project", (project.BudgetGranted,), otherwise_with_reason),
    Rule("no request is changed once it was answered", "project", (project.BudgetRequested,), unanswered_yet),
    Rule("taken back only to where it stood", "project", (project.StepCorrected,), was_over),
    Rule("what was reached is neither planned anew nor dropped", "project", UNREACHED, not_reached),
    Rule("planned again is only what was reached", "project", (project.MilestoneReopened,), milestone_there),
    Rule("open again is only what was settled", "project", (project.IssueReopened,), issue_there),
    Rule("withdrawn is only a consent that stands", "project", (project.CaseConsentWithdrawn,), agreed_then),
    Rule("money only where the city has such a budget", "project", (project.BudgetRequested,), has_budget),
    Rule("supported only as the city supports", "project", (project.SupportAgreed,), supported_here),
    Rule("each side speaks of every goal once", "project", (project.Evaluated,), every_goal),
)

CONSULTED: Final = stood(
    (consultation.Stage.RECEIVED, (consultation.Received,)),
    (consultation.Stage.ASSIGNED, (consultation.Assigned,)),
    (consultation.Stage.ANSWERED, (consultation.Answered,)),
)
ASKED_OF: Final = (consultation.Received, consultation.ReceiptCorrected)
ASKED: Final = (
    Rule("what it is used for was accepted", "consultation", ASKED_OF, purpose_accepted),
    Rule("taken back only to where it stood", "consultation", (consultation.StepCorrected,), CONSULTED),
)


def known_class(_past: Past, event: retention.Assigned, policy: Policy) -> bool:
    return policy.retention is not None and event.retention in policy.retention.classes


def no_shorter(past: Past, event: retention.Extended, _policy: Policy) -> bool:
    return all(each.until <= event.until for each in past.events if isinstance(each, retention.Extended))


KEPT: Final = (
    Rule("only as long as a class of the city's rules", "retention", (retention.Assigned,), known_class),
    Rule("what was extended is not shortened", "retention", (retention.Extended,), no_shorter),
)

RULES: Final[tuple[Rule, ...]] = (*PROPOSALS, *ASKED, *KEPT, *SHOWN, *APPROVALS, *MEETING, *AGREEMENTS, *WORK)
