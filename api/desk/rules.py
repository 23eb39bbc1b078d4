"""The city's policy in force and its statistics, as the schema shows them (規定・統計)."""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any, Final

import strawberry

from api.desk.context import DeskInfo
from api.desk.enums import SHOWN, many
from api.desk.kinds import names_of
from api.desk.words import shown
from api.graphql.fields import resolved
from api.graphql.shown import shown_to
from domain import policy as domain
from domain.fields import FIELD_CODES
from domain.methods import METHOD_CODES
from domain.policy import AgreementKind, Answering, Names, OrganisationKind, Provenance, RuleStatus, SelectionRule
from domain.proposal import Outcome, Stage
from domain.words import WORDS, listed
from projections.queries.desk import Statistics as Counted
from tenants.visibility import View

# --- policy ----------------------------------------------------------------------------------------------------------


@shown_to(View.CITY)
@strawberry.type(
    description="One rule of the policy: where it comes from, whether it is a draft, since when it holds (規定)."
)
class Rule:
    """One rule of the policy."""

    part: str = strawberry.field(description="Which part of the policy: eligibility, decision, conditions, rules …")
    code: str | None = strawberry.field(description="Its code within that part.")
    version: int | None = strawberry.field(description="Its own version, where it has one: conditions.")
    text_ja: str = strawberry.field(description="What it says, in Japanese.")
    text_en: str = strawberry.field(description="What it says, in English.")
    source: str = strawberry.field(description="The document and the place in it.")
    status: RuleStatus = strawberry.field(graphql_type=SHOWN[RuleStatus], description="Draft or in force.")
    valid_from: date = strawberry.field(description="Since when it holds.")


@shown_to(View.CITY)
@strawberry.type(description="A kind of proposal that the city takes in, and what it calls it (受付区分).")
class Intake:
    """A kind of proposal that the city takes in."""

    kind: str = strawberry.field(description="Its code: what commands name as `kind`.")
    name_ja: str = strawberry.field(description="Its name in this city.")
    name_en: str = strawberry.field(description="Its name in English.")
    challenge: Answering = strawberry.field(
        graphql_type=SHOWN[Answering], description="Whether such a proposal answers a challenge (課題との関係)."
    )


@shown_to(View.CITY)
@strawberry.type(
    description="The rules of the city that are in force together; every decision cites the version (規定)."
)
class Policy:
    """The rules of the city that are in force together."""

    version: int = strawberry.field(description="Counted from 1; 0 when none was adopted yet.")
    intake: list[Intake] = strawberry.field(description="Kinds of proposal that are taken in.")
    excluded: list[OrganisationKind] = strawberry.field(
        graphql_type=many(OrganisationKind),
        description="Kinds of proposer from whom no proposal is taken.",
    )
    council: str | None = strawberry.field(description="The body that decides what is hard to decide, if there is one.")
    rules: list[Rule] = strawberry.field(description="Every rule with its source, status and first day.")


def policy(told: domain.Policy) -> Policy:
    """The policy as the schema shows it."""
    council = told.decision.council if told.decision else None
    return Policy(
        version=told.version,
        intake=[
            Intake(kind=kind, name_ja=name.ja, name_en=name.en, challenge=name.challenge)
            for kind, name in told.kinds().items()
        ],
        excluded=list(told.eligibility.excluded) if told.eligibility else [],
        council=council.ja if council else None,
        rules=list(_rules(told)),
    )


SELECTION_RULES: Final[Mapping[SelectionRule, Names]] = {
    SelectionRule.OCCUPANCY_UNIQUENESS: Names("占用性と独自性により選定方法を考える", "By occupancy and uniqueness"),
    SelectionRule.BY_NATURE: Names("提案の性質により入札・公募とする", "By the nature of the proposal"),
}
"""What a rule of selection is called."""


def _rules(told: domain.Policy) -> Iterator[Rule]:
    """All parts of a policy that say where they come from."""
    return chain(_taking_in(told), _deciding(told), _of_the_work(told), _catalogues(told))


def _taking_in(told: domain.Policy) -> Iterator[Rule]:
    if told.intake:
        for kind, name in told.kinds().items():
            yield _rule("intake", told.intake.provenance, name, kind)
    if told.eligibility:
        excluded = told.eligibility.excluded
        text = Names(f"対象外: {listed(excluded) or 'なし'}", f"Excluded: {', '.join(excluded) or 'nobody'}")
        yield _rule("eligibility", told.eligibility.provenance, text)


def _deciding(told: domain.Policy) -> Iterator[Rule]:
    if told.decision:
        yield _rule("decision", told.decision.provenance, told.decision.decided_by, "decided_by")
        if told.decision.council:
            yield _rule("decision", told.decision.provenance, told.decision.council, "council")
        for each in told.decision.needed:
            first = Names(f"判断の前に必要: {WORDS[each]}", f"Before a decision: {each}")
            yield _rule("decision", told.decision.provenance, first, each.value)
        if told.decision.approver_decides:
            only = Names("担当課では決裁者が判断する", "In the department the approver decides")
            yield _rule("decision", told.decision.provenance, only, "approver_decides")
    if told.approvals:
        for act, systems in told.approvals.acts.items():
            needed = Names(f"決裁が必要（{listed(systems)}）", f"Needs an approval ({', '.join(systems)})")
            yield _rule("approvals", told.approvals.provenance, needed, act.value)
        if told.approvals.deputy_elsewhere:
            deputy = Names("代決は他の部署の職でも可", "A post of another department may stand in")
            yield _rule("approvals", told.approvals.provenance, deputy, "deputy_elsewhere")
    if told.evaluation:
        when = Names("必ず検証する", "Always evaluated") if told.evaluation.always else Names("検証", "Evaluated")
        yield _rule("evaluation", told.evaluation.provenance, when)


def _catalogues(told: domain.Policy) -> Iterator[Rule]:
    if told.tracks:
        for track in told.tracks.entries:
            yield _rule("tracks", told.tracks.provenance, track.name, track.code)
    if told.methods:
        for method in told.methods.entries:
            yield _rule("methods", told.methods.provenance, method.name, method.code)
    if told.deadlines:
        for rule_code, days in told.deadlines.business_days.items():
            text = Names(f"{days} 開庁日以内", f"Within {days} business days")
            yield _rule("deadlines", told.deadlines.provenance, text, rule_code.value)
    if told.reminders:
        days = told.reminders.days_before
        text = Names(f"期限の {days} 開庁日前に通知", f"Reminders {days} business days before")
        yield _rule("reminders", told.reminders.provenance, text)
    yield from _reception(told)
    for item in told.plans:
        yield _rule("plans", item.provenance, item.name, item.code)
        for entry in item.fields:
            yield _rule(f"plans.{item.code}", item.provenance, entry.name, entry.code)
    yield from _handling(told)
    for programme in told.partner_programmes:
        yield _rule("partner_programmes", programme.provenance, programme.name, programme.code)
    for condition in told.conditions:
        yield _rule("conditions", condition.provenance, condition.text, condition.code, condition.version)
    for rule in told.rules:
        yield _rule("rules", rule.provenance, rule.text, rule.code)


def _handling(told: domain.Policy) -> Iterator[Rule]:
    """Who concludes which agreement, and what comes before a challenge is published."""
    if told.agreements:
        named, concluded = (*told.agreements.coordinated, *told.agreements.concluded), told.agreements.concluded
        for kind in AgreementKind:
            if kind in named:
                text = _concluded(concludes=kind in concluded)
                yield _rule("agreements", told.agreements.provenance, text, kind.value)
    if told.challenges:
        needed = told.challenges.needed
        ja, en = ("窓口の受理が先に必要。", "Accepted by the desk first. ") if told.challenges.reviewed else ("", "")
        text = Names(
            f"{ja}公表の記載事項: {listed(needed) or '定めなし'}",
            f"{en}Published with: {', '.join(needed) or 'nothing in particular'}",
        )
        yield _rule("challenges", told.challenges.provenance, text)


def _concluded(*, concludes: bool) -> Names:
    if concludes:
        return Names("窓口が調整し、締結する", "Coordinated and concluded by the desk")
    return Names("窓口が調整し、担当課が締結する", "Coordinated by the desk, concluded by the department")


def _of_the_work(told: domain.Policy) -> Iterator[Rule]:
    if told.selection:
        yield _rule("selection", told.selection.provenance, SELECTION_RULES[told.selection.rule], told.selection.rule)
    if told.pilot_support:
        provides = told.pilot_support.provides
        text = Names(f"支援: {listed(provides)}", f"Support: {', '.join(provides)}")
        yield _rule("pilot_support", told.pilot_support.provenance, text)
    if told.statistics and told.statistics.public:
        under = told.statistics.suppress_under
        text = Names(f"統計を公開（{under} 未満は秘匿）", f"Numbers are public; those under {under} are not told")
        yield _rule("statistics", told.statistics.provenance, text)
    if told.retention:
        for code, kept in sorted(told.retention.classes.items(), key=lambda each: each[1].years or math.inf):
            yield _rule("retention", told.retention.provenance, _kept(told.retention, code, kept), code)
    if told.support_budget:
        yield _rule("support_budget", told.support_budget.provenance, told.support_budget.name)


def _kept(rules: domain.RetentionRules, code: str, told: domain.RetentionClass) -> Names:
    """A class, and of which records: those that are named, and of one class all others."""
    kinds = [str(kind) for kind, given in rules.kinds.items() if given == code]
    others = Names("ほかの記録", "all other records") if code == rules.usual else None
    ja, en = ([*kinds, others.ja], [*kinds, others.en]) if others else (kinds, kinds)
    years = Names(f"{told.years} 年度", f"{told.years} fiscal years") if told.years else Names("永年", "for ever")
    return Names(f"保存期間 {told.ja}（{years.ja}）: {listed(ja)}", f"{told.en}, kept {years.en}: {', '.join(en)}")


def _reception(told: domain.Policy) -> Iterator[Rule]:
    """What is asked for at intake and looked at in screening, and who decides then."""
    if told.screening:
        for entry in told.screening.items:
            yield _rule("screening", told.screening.provenance, entry.name, entry.code)
    if told.escalation:
        yield from _escalation(told.escalation)
    yield _attachments(told.attaching)
    yield _rule("purpose_of_use", told.purpose.provenance, told.purpose.text, version=told.purpose.version)
    if told.intake:
        for field in told.intake.required:
            names = Names(f"必須の記入項目: {WORDS[field]}", f"Every proposer is asked for: {field.shown}")
            yield _rule("required", told.intake.provenance, names, field.value)


def _attachments(told: domain.Attachments) -> Rule:
    """Which files are taken."""
    types = ", ".join(told.types)
    text = Names(
        f"添付できる種類: {types}。1 件 {_size(told.bytes_per_file, 'バイト')}まで、{told.files} 件まで",
        f"Files: {types}; at most {told.files} of {_size(told.bytes_per_file, 'bytes')} each",
    )
    return _rule("attachments", told.provenance, text)


def _size(number: int, unit: str) -> str:
    """A size as people say it, where it is whole."""
    return f"{number >> 20} MiB" if number and number % (1 << 20) == 0 else f"{number:,} {unit}"


def _escalation(told: domain.Escalation) -> Iterator[Rule]:
    """When the council decides."""
    grounds = {
        "amount": (told.amount_from, f"{told.amount_from} 円以上", f"{told.amount_from} yen or more"),
        "departments": (
            told.departments_from,
            f"関係課が {told.departments_from} 以上",
            f"{told.departments_from} departments or more",
        ),
        "high_occupancy": (told.high_occupancy, "占用性が高い", "high occupancy"),
        "personal_data": (told.personal_data, "個人情報を扱う", "personal data are handled"),
        "always": (told.always, "すべての提案", "every proposal"),
    }
    for code, (asked, ja, en) in grounds.items():
        if asked:
            yield _rule("escalation", told.provenance, Names(f"会議体が判断: {ja}", f"The council decides: {en}"), code)


def _rule(part: str, provenance: Provenance, text: Names, code: str | None = None, version: int | None = None) -> Rule:
    return shown(Rule, provenance, part=part, code=code, version=version, text_ja=text.ja, text_en=text.en)


# --- statistics ------------------------------------------------------------------------------------------------------


@shown_to(View.CITY)
@strawberry.type(description="How many proposals stand there.")
class StageCount:
    """How many proposals stand there."""

    stage: Stage = strawberry.field(graphql_type=SHOWN[Stage], description="Where.")
    count: int = strawberry.field(description="How many.")


@shown_to(View.CITY)
@strawberry.type(description="How many proposals were decided so.")
class OutcomeCount:
    """How many proposals were decided so."""

    outcome: Outcome = strawberry.field(graphql_type=SHOWN[Outcome], description="How.")
    count: int = strawberry.field(description="How many.")


@shown_to(View.CITY)
@strawberry.type(description="How many proposals are of a kind.")
class KindCount:
    """How many proposals are of a kind."""

    kind: str = strawberry.field(description="Which kind: a code of the city's policy (受付区分).")
    count: int = strawberry.field(description="How many.")

    @resolved
    async def kind_ja(self, info: DeskInfo) -> str:
        """What the city calls that kind, in Japanese."""
        return (await names_of(info, self.kind)).ja

    @resolved
    async def kind_en(self, info: DeskInfo) -> str:
        """What the city calls that kind, in English."""
        return (await names_of(info, self.kind)).en


@shown_to(View.CITY)
@strawberry.type(description="How many proposals came from a kind of proposer.")
class OrganisationKindCount:
    """How many proposals came from a kind of proposer."""

    kind: OrganisationKind = strawberry.field(graphql_type=SHOWN[OrganisationKind], description="Which kind.")
    count: int = strawberry.field(description="How many.")


@shown_to(View.CITY)
@strawberry.type(description="Proposals of a field or method in numbers.")
class Tally:
    """Proposals of a field or method in numbers; each is counted once in each of its own."""

    count: int = strawberry.field(description="Proposals received (受付).")
    adopted: int = strawberry.field(description="Those of them that were adopted (採用).")
    declined: int = strawberry.field(description="Those of them that were declined (不採用).")
    answered: int = strawberry.field(description="Those of them with a first answer.")
    days_median: float | None = strawberry.field(
        description="Days from receipt to the first answer, the middle one; null without any."
    )
    days_mean: float | None = strawberry.field(description="The same, on average.")


@shown_to(View.CITY)
@strawberry.type(description="Proposals of a field that all cities share, in numbers.")
class FieldCount(Tally):
    """Proposals of a field in numbers."""

    field: str = strawberry.field(description="Its code (分野).")


@shown_to(View.CITY)
@strawberry.type(description="Proposals that became cases of a method, in numbers.")
class MethodCount(Tally):
    """Proposals that became cases of a method, in numbers."""

    method: str = strawberry.field(description="Its code (手法).")


@shown_to(View.CITY)
@strawberry.type(description="Proposals of one fiscal year, or of all; samples are left out (統計).")
class Statistics:
    """Proposals of one fiscal year, or of all."""

    fiscal_year: int | None = strawberry.field(description="年度; null for all years together.")
    received: int = strawberry.field(description="Proposals received.")
    stages: list[StageCount] = strawberry.field(description="Where they stand; what has none is left out.")
    outcomes: list[OutcomeCount] = strawberry.field(description="How they were decided.")
    kinds: list[KindCount] = strawberry.field(description="Of which kind they are.")
    organisation_kinds: list[OrganisationKindCount] = strawberry.field(description="From whom they came.")
    fields: list[FieldCount] = strawberry.field(
        description="Of which fields they are: those of the challenge they answer and of the cases they became."
    )
    methods: list[MethodCount] = strawberry.field(description="By which methods they were carried out, as cases say.")
    answered: int = strawberry.field(description="Proposals with a first answer.")
    turned_away: int = strawberry.field(description="Who was told that the city takes none from them (対象外).")
    days_median: float | None = strawberry.field(description="Days from receipt to the first answer, the middle one.")
    days_mean: float | None = strawberry.field(description="The same, on average.")
    consultations: int = strawberry.field(description="Consultations received (相談).")
    consultations_answered: int = strawberry.field(description="Those of them that were answered.")
    consultation_days_median: float | None = strawberry.field(
        description="Days from a consultation to its first answer, the middle one (回答目安)."
    )


COUNTS: Final[Mapping[str, tuple[Any, str]]] = {
    "stages": (StageCount, "stage"),
    "outcomes": (OutcomeCount, "outcome"),
    "kinds": (KindCount, "kind"),
    "organisation_kinds": (OrganisationKindCount, "kind"),
    "fields": (FieldCount, "field"),
    "methods": (MethodCount, "method"),
}
"""List of counts to its type and the name of what is counted."""

CATALOGUES: Final[Mapping[str, tuple[str, ...]]] = {"fields": FIELD_CODES, "methods": METHOD_CODES}
"""List of counts to the codes there are, in their order; the others are enumerations."""


def statistics(counted: Iterable[Counted], told: domain.Policy) -> list[Statistics]:
    """Numbers as the schema shows them, in the order of the process and of the city's catalogues."""
    catalogues = {**CATALOGUES, "kinds": tuple(told.kinds())}
    return [shown(Statistics, each, **{part: _counts(each, part, catalogues) for part in COUNTS}) for each in counted]


def _counts(counted: Counted, part: str, catalogues: Mapping[str, tuple[str, ...]]) -> list[Any]:
    kind, name = COUNTS[part]
    numbers = getattr(counted, part)
    each_in_order = _in_order(numbers, catalogues.get(part))
    if isinstance(kind, type) and issubclass(kind, Tally):
        return [shown(kind, numbers[each], **{name: each}) for each in each_in_order]
    return [kind(**{name: each, "count": numbers[each]}) for each in each_in_order]


def _in_order(numbers: Mapping[Any, Any], catalogue: Iterable[Any] | None) -> Iterable[Any]:
    """As the catalogue or the enumeration has them; last the codes that a catalogue has no longer."""
    if catalogue is None:
        return [each for each in (type(next(iter(numbers))) if numbers else ()) if each in numbers]
    known = [each for each in catalogue if each in numbers]
    return [*known, *sorted(set(numbers) - set(known))]
