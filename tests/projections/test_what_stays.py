"""What a page goes on telling when later steps say other things: reasons of decisions, deadlines while they run."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.calendar import Due
from domain.policy import Deadline
from domain.proposal import Outcome, Stage
from projections.proposals import PROPOSALS, ProposalRow
from projections.records.projects import ProjectBody
from projections.records.selections import SelectionBody
from projections.records.table import RECORDS
from tests.golden.examples import FULL
from tests.projections.facts import folded, words

RECEIVED = FULL["proposal.received"]
SCREENED = replace(FULL["proposal.screened"], reason=words("役立つ"))
MATCHED = replace(FULL["proposal.matched"], reason=words("所管"))
DECIDED = replace(FULL["proposal.decided"], outcome=Outcome.ADOPTED, reason=words("費用なしで課題に役立つ"))
WITHDRAWN = replace(FULL["proposal.withdrawn"], reason=words("先方の都合"))
CLOSED = replace(FULL["proposal.closed"], reason=words("完結"))


def proposal(*events: Any) -> ProposalRow:
    row: ProposalRow = folded(PROPOSALS, [RECEIVED, *events])
    return row


def test_the_last_reason_is_that_of_the_last_step_that_gave_one() -> None:
    back = replace(FULL["proposal.step_corrected"], to=Stage.RECEIVED, reason=words("誤り"))
    assert proposal(SCREENED, back).words.reason == words("誤り")
    assert proposal(SCREENED, back, SCREENED).words.reason == words("役立つ")
    assert proposal(SCREENED, MATCHED).words.reason == words("所管")


def test_why_it_was_decided_so_stays_until_the_decision_is_corrected_or_taken_back() -> None:
    turned = replace(FULL["proposal.decision_corrected"], outcome=Outcome.DECLINED, reason=words("費用が要る"))
    back = replace(FULL["proposal.step_corrected"], reason=words("誤った取下げ"))
    adopted = (SCREENED, MATCHED, DECIDED)
    for later in ((), (CLOSED,), (WITHDRAWN,), (WITHDRAWN, replace(back, to=Stage.ADOPTED))):
        assert proposal(*adopted, *later).words.decision_reason == DECIDED.reason
    assert proposal(*adopted, turned, CLOSED).words.decision_reason == turned.reason
    assert proposal(*adopted, WITHDRAWN, replace(back, to=Stage.MATCHED)).words.decision_reason is None


def test_a_step_taken_by_mistake_gives_back_the_deadline_with_its_rule() -> None:
    promised = Due(Deadline.FIRST_ANSWER, 10, date(2026, 11, 30))
    first = replace(RECEIVED, due=promised)
    back = replace(FULL["proposal.step_corrected"], to=Stage.RECEIVED, due_on=promised.on, unanswered=True)
    completion = Due(Deadline.COMPLETION, 5, date(2026, 12, 7))
    returned = replace(FULL["proposal.returned"], due_on=completion.on, due=completion)
    for step in (SCREENED, returned):
        row: ProposalRow = folded(PROPOSALS, [first, step, back])
        rule = row.due_on, row.dossier.due_rule, row.dossier.due_business_days
        assert rule == (promised.on, promised.rule, promised.business_days)


def test_what_no_deadline_runs_for_tells_no_rule_of_one() -> None:
    due = Due(Deadline.COMPLETION, 10, date(2026, 12, 7))
    returned = replace(FULL["proposal.returned"], due_on=due.on, due=due)
    longer = replace(FULL["proposal.deadline_extended"], due_on=date(2026, 12, 22), reason=words("年末のため"))
    waiting = proposal(returned, longer)
    assert (waiting.due_on, waiting.dossier.due_rule, waiting.dossier.due_business_days) == (
        longer.due_on,
        due.rule,
        due.business_days,
    )
    assert waiting.dossier.extension == longer.reason
    completed = proposal(returned, longer, FULL["proposal.completed"])
    assert (completed.due_on, completed.dossier.due_rule, completed.dossier.due_business_days) == (None, None, None)
    assert completed.dossier.extension is None


def test_why_a_way_of_selection_was_decided_stays_when_the_implementer_is_chosen() -> None:
    decided = replace(FULL["selection.way_decided"], reason=words("ほかに担い手がない"))
    chosen = replace(FULL["selection.chosen"], reason=words("評価点が最も高い"))
    events = [FULL["selection.begun"], FULL["selection.assessed"], decided, chosen]
    body: SelectionBody = folded(RECORDS, events).content
    assert (body.way_because, body.chosen_because) == (decided.reason, chosen.reason)
    again: SelectionBody = folded(RECORDS, [*events, FULL["selection.reopened"]]).content
    assert again.way_because is None


def test_money_entered_again_takes_the_place_of_what_was_mistyped() -> None:
    asked, given = FULL["project.budget_requested"], FULL["project.budget_granted"]
    spent = FULL["project.budget_spent"]
    other = replace(spent, spending=UUID(int=99), amount=1)
    again = replace(spent, amount=2)
    events = [FULL["project.begun"], asked, replace(given, request=asked.request, amount=10), spent, other, again]
    body: ProjectBody = folded(RECORDS, events).content
    assert ([each.amount for each in body.spendings], body.budget_left) == ([1, 2], 7)
