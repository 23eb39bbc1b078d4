"""The numbers of a city, without samples and without its neighbour's."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.policy import OrganisationKind
from domain.proposal import Outcome, Stage
from domain.values import Code, Day
from projections.queries import desk
from projections.queries.desk import Statistics, Tally
from tenants.commands import cases, proposals
from tenants.commands.consultations import Answer, Receive
from tenants.wish import Entry
from tests.conftest import SAPPORO, House
from tests.projections.asking import Counting, caught_up, do, inside, publish_case, publish_challenge, text
from tests.projections.neighbours import PARKS, Recorded, later, receive, record
from tests.projections.running import officer


@pytest.fixture(scope="module")
def recorded(module_house: House) -> Recorded:
    return record(module_house)


FIELDS = {"safety": Tally(1)}  # waiting for its first answer
METHODS = {"pilot": Tally(1, adopted=1, answered=1, days_median=7.0, days_mean=7.0)}
WHOLE = Statistics(
    None,
    received=5,
    stages={Stage.REFUSED: 1, Stage.ADOPTED: 1, Stage.MATCHED: 2, Stage.RECEIVED: 1},
    outcomes={Outcome.ADOPTED: 1},
    kinds={Code("free"): 4, Code("themed"): 1},
    organisation_kinds={OrganisationKind.COMPANY: 4, OrganisationKind.NPO: 1},
    fields=FIELDS,
    methods=METHODS,
    answered=4,
    days_median=2.5,  # of 3, 7, 2 and 2 days
    days_mean=3.5,
)
THIS_YEAR = Statistics(
    2026,
    received=4,
    stages={Stage.ADOPTED: 1, Stage.MATCHED: 2, Stage.RECEIVED: 1},
    outcomes={Outcome.ADOPTED: 1},
    kinds={Code("free"): 3, Code("themed"): 1},
    organisation_kinds={OrganisationKind.COMPANY: 3, OrganisationKind.NPO: 1},
    fields=FIELDS,
    methods=METHODS,
    answered=3,
    days_median=2.0,
    days_mean=11 / 3,
)
LAST_YEAR = Statistics(
    2025,
    received=1,
    stages={Stage.REFUSED: 1},
    kinds={Code("free"): 1},
    organisation_kinds={OrganisationKind.COMPANY: 1},
    answered=1,
    days_median=3.0,
    days_mean=3.0,
)


def test_statistics_count_the_whole_and_each_year_without_samples(recorded: Recorded) -> None:
    found = inside(recorded.house, SAPPORO, lambda c: desk.statistics(c, SAPPORO))

    assert found == (WHOLE, THIS_YEAR, LAST_YEAR)


def test_statistics_of_one_year(recorded: Recorded) -> None:
    assert inside(recorded.house, SAPPORO, lambda c: desk.statistics(c, SAPPORO, 2025)) == (LAST_YEAR,)
    assert inside(recorded.house, SAPPORO, lambda c: desk.statistics(c, SAPPORO, 2024)) == (Statistics(2024),)
    assert Counting.statements == 1


def test_consultations_are_counted_in_the_year_of_their_number_without_samples(house: House) -> None:
    house.open_city()
    desk_ = house.desk(SAPPORO)

    def asked(on: date, *answered: date, sample: bool = False) -> None:
        id_, entry = uuid4(), Entry(uuid4(), occurred_on=Day(on))
        desk_.do(Receive(consultation=id_, asker=uuid4(), title="除雪", question="できますか。", sample=sample), entry)
        for day in answered:
            desk_.do(Answer(consultation=id_, answer="はい"), Entry(uuid4(), occurred_on=Day(day)))

    asked(date(2026, 3, 31), date(2026, 4, 2), date(2026, 4, 20))
    asked(date(2026, 5, 1), date(2026, 5, 8))
    asked(date(2026, 5, 1))
    asked(date(2026, 5, 1), date(2026, 5, 2), sample=True)
    caught_up(house)
    found = inside(house, SAPPORO, lambda c: desk.statistics(c, SAPPORO))
    counted = [
        (one.fiscal_year, one.received, one.consultations, one.consultations_answered, one.consultation_days_median)
        for one in found
    ]
    assert counted == [(None, 0, 3, 2, 4.5), (2026, 0, 2, 1, 7.0), (2025, 0, 1, 1, 2.0)]
    (year,) = inside(house, SAPPORO, lambda c: desk.statistics(c, SAPPORO, 2025))
    assert (year.fiscal_year, year.consultations) == (2025, 1)


def test_a_proposal_is_of_the_fields_of_its_challenge_and_of_its_cases_each_once(house: House) -> None:
    house.open_city()
    at = officer(house, SAPPORO)
    house.department(SAPPORO, PARKS)
    challenge = publish_challenge(at, "除雪の担い手", fields=("safety", "community"))
    proposal = receive(at, "除雪の担い手に", kind=Code("themed"), challenge=challenge)
    later(
        at,
        date(2026, 5, 8),
        proposals.Screen(proposal=proposal, reason="役立つ"),
        proposals.Match(proposal=proposal, department=PARKS, reason="担当"),
        proposals.Decide(proposal=proposal, outcome=Outcome.ADOPTED, reason="効果が見込める"),
    )
    for fields, method in ((("safety", "welfare"), "pilot"), (("safety",), "agreement"), ((), "pilot")):
        content = text("除雪の事例", fields=fields, method=method)
        do(at, cases.Publish(case=uuid4(), content=content, proposal=proposal))
    publish_case(at, "提案によらない事例", fields=("health",), method="naming_rights")
    caught_up(house)
    whole, year = inside(house, SAPPORO, lambda c: desk.statistics(c, SAPPORO))
    once = Tally(1, adopted=1, answered=1, days_median=7.0, days_mean=7.0)
    assert whole.fields == year.fields == dict.fromkeys(("safety", "community", "welfare"), once)
    assert whole.methods == year.methods == dict.fromkeys(("pilot", "agreement"), once)


def test_each_field_and_method_has_its_own_outcomes_and_days_without_samples(house: House) -> None:
    """Two years, three fields, two methods; what has no field counts in the whole alone."""
    house.open_city()
    at = officer(house, SAPPORO)
    house.department(SAPPORO, PARKS)
    last, april, june = date(2025, 5, 1), date(2026, 4, 1), date(2026, 6, 1)

    def answered(on: date, days: int, outcome: Outcome | None, *fields: str, sample: bool = False) -> UUID:
        challenge = publish_challenge(at, "除雪の担い手", fields=fields)
        proposal = receive(at, "除雪の担い手に", on, kind=Code("themed"), challenge=challenge, sample=sample)
        later(
            at,
            on + timedelta(days=days),
            proposals.Screen(proposal=proposal, reason="役立つ"),
            proposals.Match(proposal=proposal, department=PARKS, reason="担当"),
        )
        if outcome:
            decide = proposals.Decide(proposal=proposal, outcome=outcome, reason="理由")
            later(at, on + timedelta(days=60), decide)  # neither first nor counted among the days
        return proposal

    grown = [
        answered(last, 30, Outcome.ADOPTED, "safety"),
        answered(april, 1, Outcome.ADOPTED, "safety", "welfare"),
        answered(june, 2, Outcome.ADOPTED, "welfare"),
        answered(june, 9, Outcome.ADOPTED, "safety", sample=True),
    ]
    answered(june, 6, Outcome.DECLINED, "safety")
    answered(june, 8, None, "safety")
    waiting = publish_challenge(at, "雪の課題", fields=("safety", "community"))
    receive(at, "まだ答えのない提案", june, kind=Code("themed"), challenge=waiting)
    receive(at, "分野のない提案", june)
    for proposal, method in zip(grown, ("pilot", "pilot", "agreement", "pilot"), strict=True):
        do(at, cases.Publish(case=uuid4(), content=text("事例", fields=(), method=method), proposal=proposal))
    caught_up(house)
    whole, this_year, last_year = inside(house, SAPPORO, lambda c: desk.statistics(c, SAPPORO))
    assert (whole.received, whole.outcomes) == (7, {Outcome.ADOPTED: 3, Outcome.DECLINED: 1})
    alone = Tally(1, adopted=1, answered=1, days_median=30.0, days_mean=30.0)
    assert (last_year.fields, last_year.methods) == ({"safety": alone}, {"pilot": alone})
    welfare = Tally(2, adopted=2, answered=2, days_median=1.5, days_mean=1.5)
    agreement = Tally(1, adopted=1, answered=1, days_median=2.0, days_mean=2.0)
    assert this_year.fields == {
        "safety": Tally(4, adopted=1, declined=1, answered=3, days_median=6.0, days_mean=5.0),  # of 1, 6 and 8
        "welfare": welfare,
        "community": Tally(1),
    }
    pilot = Tally(1, adopted=1, answered=1, days_median=1.0, days_mean=1.0)
    assert this_year.methods == {"pilot": pilot, "agreement": agreement}
    assert whole.fields == {
        "safety": Tally(5, adopted=2, declined=1, answered=4, days_median=7.0, days_mean=11.25),  # 1, 6, 8 and 30
        "welfare": welfare,
        "community": Tally(1),
    }
    both = Tally(2, adopted=2, answered=2, days_median=15.5, days_mean=15.5)
    assert whole.methods == {"pilot": both, "agreement": agreement}


def test_numbers_follow_corrections_withdrawals_and_steps_taken_back(house: House) -> None:
    house.open_city()
    at = officer(house, SAPPORO)
    house.department(SAPPORO, PARKS)
    day = date(2026, 5, 8)

    def decided(outcome: Outcome) -> UUID:
        proposal = receive(at, "公園の見守り")
        later(
            at,
            day,
            proposals.Screen(proposal=proposal, reason="役立つ"),
            proposals.Match(proposal=proposal, department=PARKS, reason="担当"),
            proposals.Decide(proposal=proposal, outcome=outcome, reason="理由"),
        )
        return proposal

    def counted() -> tuple[dict[Stage, int], dict[Outcome, int]]:
        caught_up(house)
        (year,) = inside(house, SAPPORO, lambda c: desk.statistics(c, SAPPORO, 2026))
        return year.stages, year.outcomes

    corrected, withdrawn, _ = (decided(Outcome.ADOPTED) for _ in range(3))
    assert counted() == ({Stage.ADOPTED: 3}, {Outcome.ADOPTED: 3})
    later(at, day, proposals.CorrectDecision(proposal=corrected, outcome=Outcome.DECLINED, reason="再検討"))
    assert counted() == ({Stage.ADOPTED: 2, Stage.DECLINED: 1}, {Outcome.ADOPTED: 2, Outcome.DECLINED: 1})
    later(at, day, proposals.Withdraw(proposal=withdrawn, reason="取下げ"))
    stages = {Stage.ADOPTED: 1, Stage.DECLINED: 1, Stage.WITHDRAWN: 1}
    assert counted() == (stages, {Outcome.ADOPTED: 2, Outcome.DECLINED: 1})  # it was adopted, and then withdrawn
    later(at, day, proposals.CorrectStep(proposal=withdrawn, to=Stage.ADOPTED, reason="誤り"))
    assert counted() == ({Stage.ADOPTED: 2, Stage.DECLINED: 1}, {Outcome.ADOPTED: 2, Outcome.DECLINED: 1})
    referred = receive(at, "公園の見守り")
    later(
        at,
        day,
        proposals.Screen(proposal=referred, reason="役立つ"),
        proposals.Withdraw(proposal=referred, reason="取下げ"),
    )
    later(at, day, proposals.CorrectStep(proposal=referred, to=Stage.RECEIVED, reason="誤り"))
    stages = {Stage.ADOPTED: 2, Stage.DECLINED: 1, Stage.RECEIVED: 1}
    assert counted() == (stages, {Outcome.ADOPTED: 2, Outcome.DECLINED: 1})


def test_what_was_entered_wrongly_at_a_receipt_is_counted_as_it_was(house: House) -> None:
    house.open_city()
    at = officer(house, SAPPORO)
    early, trial, late = (receive(at, title, date(2026, 6, 10)) for title in ("早い", "試し", "遅い"))
    for proposal in (early, trial, late):
        later(at, date(2026, 6, 20), proposals.Screen(proposal=proposal, reason="役立つ"))
    told: dict[str, Any] = {"kind": "free", "title": "公園", "summary": "見守る", "reason": "聞き違えた"}
    npo, company = OrganisationKind.NPO, OrganisationKind.COMPANY
    for proposal, kind, day, sample in (
        (early, npo, date(2026, 6, 1), False),
        (trial, company, date(2026, 6, 10), True),
        (late, company, date(2026, 6, 25), False),  # after its answer: no days, and not less than none
    ):
        came: dict[str, Any] = {"organisation_kind": kind, "received_on": day, "sample": sample}
        do(at, proposals.CorrectReceipt(proposal=proposal, **told, **came))
    caught_up(house)
    (year,) = inside(house, SAPPORO, lambda c: desk.statistics(c, SAPPORO, 2026))
    assert (year.received, year.organisation_kinds) == (2, {npo: 1, company: 1})
    assert (year.answered, year.days_mean) == (2, 9.5)  # of 19 and 0
