"""The demo data: the guideline's twenty cases with all they tell, and samples that say that they are samples."""

import re
from collections import Counter
from datetime import date
from typing import assert_never
from uuid import UUID, uuid5

import pytest

from api.demo import data
from api.demo.accounts import People
from api.demo.data import Command, Step
from api.demo.paper import page
from api.demo.script import script
from domain import challenge as challenge_domain
from domain import proposal as domain
from domain.case import ResourceKind, Side
from domain.case import Stage as CaseStage
from domain.circumstances import Channel
from domain.fields import FIELD_CODES
from domain.files import MediaType
from domain.methods import METHOD_CODES
from domain.policy import OrganisationKind, Policy
from domain.proposal import Proposal, Stage
from domain.values import SHORT, Audience, CityCode, Precision, Typed
from tenants.members import EVERYBODY, Role
from tenants.register import builtin_cities

CASES = data.cases()
CHALLENGES = {challenge.key: challenge for challenge in data.challenges()}
PROPOSALS = data.proposals()
OFFICES = data.offices()
DEPARTMENTS = {department.key: department for department in OFFICES.department}
CITIES = {city.code: city for city in builtin_cities()}
SAPPORO, AOMORI = CityCode("011002"), CityCode("022012")
ENTERED = date(2026, 11, 21)

# As the guideline lists them: number, city, partners, kind in the list, method in the text, whether it goes on
TWENTY = [
    (
        1,
        "022012",
        ["株式会社青森銀行", "株式会社みちのく銀行"],
        "comprehensive_agreement",
        "comprehensive_agreement",
        "open",
    ),
    (2, "022012", ["株式会社LightblueTechnology"], "pilot", "pilot", "closed"),
    (3, "022012", ["出張助産院 you"], "unstated", "unstated", "closed"),
    (4, "022012", ["株式会社Creema"], "unstated", "unstated", "open"),
    (5, "041009", ["株式会社セブン‐イレブン・ジャパン"], "collaboration", "collaboration", "open"),
    (6, "041009", ["株式会社セブン‐イレブン・ジャパン"], "collaboration", "collaboration", "closed"),
    (7, "041009", ["国立仙台高専"], "pilot", "pilot", "open"),
    (8, "041009", ["日本ユニシス株式会社"], "pilot", "pilot", "open"),
    (9, "142018", ["(一社)全日本フリースタイルBMX連盟"], "collaboration", "collaboration", "open"),
    (10, "142018", ["株式会社カプコン"], "collaboration", "collaboration", "open"),
    (11, "261009", ["株式会社ヘラルボニー"], "collaboration", "collaboration", "closed"),
    (12, "261009", ["emol株式会社"], "pilot", "pilot", "closed"),
    (13, "281000", ["ヤフー株式会社"], "collaboration", "collaboration", "open"),
    (14, "281000", ["Uber Japan株式会社"], "collaboration", "collaboration", "closed"),
    (15, "401307", ["西日本鉄道(株)", "九州旅客鉄道(株)"], "pilot", "pilot", "closed"),
    (16, "401307", ["株式会社mobby ride"], "pilot", "pilot", "closed"),
    (17, "232149", ["株式会社メルカリ"], "other", "pilot", "closed"),
    (18, "131121", ["株式会社ジモティー"], "other", "pilot", "closed"),
    (19, "401005", ["ドクターメイト(株)"], "other", "pilot", "closed"),
    (20, "442046", ["株式会社LAB3680"], "other", "unstated", "open"),
]
DATES = {
    1: [(date(2023, 3, 30), "day", False)],
    2: [(date(2023, 6, 23), "day", False), (date(2023, 6, 24), "day", False)],
    3: [(date(2023, 6, 19), "day", False)],
    4: [
        (date(2023, 7, 5), "day", False),
        (date(2023, 7, 30), "day", False),
        (date(2023, 9, 1), "month", True),
        (date(2024, 1, 1), "month", True),
    ],
}
# resources and benefits by side, as the guideline's tables for cases 2 to 4 have them
RESOURCES = {
    2: ["city people", "city things", "city information", "partner people", "partner things", "partner money"],
    3: ["city people", "city things", "city information", "partner people", "partner information"],
    4: ["city people", "city things", "city information", "partner things", "partner information"],
}
BENEFITS = {2: {"city": 3, "partner": 4}, 3: {"city": 3, "partner": 3}, 4: {"city": 3, "partner": 3}}


# --- the real cases ---------------------------------------------------------------------------------------------------


def test_the_twenty_cases_are_those_of_the_guideline() -> None:
    assert [
        (
            case.number,
            case.city,
            [partner.name for partner in case.partners if not partner.participant],
            case.listed_as,
            case.method,
            case.status.value,
        )
        for case in CASES
    ] == TWENTY


def test_only_the_four_cases_of_aomori_have_dates() -> None:
    assert {
        case.number: [(item.on, item.precision.value, item.planned) for item in case.dates]
        for case in CASES
        if case.dates
    } == DATES
    assert CASES[3].dates[2].label == "作品の完成（9月下旬の予定）"
    assert CASES[3].dates[2].day.precision is Precision.MONTH


def test_resources_and_benefits_are_those_of_the_tables() -> None:
    for number, resources in RESOURCES.items():
        case = CASES[number - 1]
        assert [f"{item.side} {item.kind}" for item in case.resources] == resources
        assert Counter(item.side.value for item in case.benefits) == BENEFITS[number]


def test_who_took_part_besides_the_partners_is_kept() -> None:
    others = {case.number: [p.name for p in case.partners if p.participant] for case in CASES}
    assert {number: names for number, names in others.items() if names} == {
        2: ["青森商工会議所"],
        4: ["実行委、運団協等"],
        11: ["京都市域で活動する障害のあるアーティスト"],
        20: ["JR九州", "地域の農家", "母子家庭支援のNPO"],
    }


def test_the_agreement_of_case_1_has_its_three_items_and_effects_for_both_sides() -> None:
    assert CASES[0].items == (
        "企業版ふるさと納税",
        "企業・サテライトオフィスの誘致",
        "新しい働き方の担い手の誘致",
    )
    assert [benefit.side for benefit in CASES[0].benefits] == [Side.CITY, Side.PARTNER]


def test_the_numbers_of_the_cases_are_kept_and_stand_in_their_summaries() -> None:
    facts = {(case.number, fact.value, fact.unit) for case in CASES for fact in case.facts}
    assert facts == {(5, 90, "店舗"), (6, 6, "県"), (6, 1400, "店舗"), (10, 9, "m")}
    for case in CASES:
        for fact in case.facts:
            assert f"{fact.value:,}" in case.summary


def test_uber_eats_kobe_has_its_effects_for_three_groups() -> None:
    assert [(item.side, item.beneficiary) for item in CASES[13].benefits] == [
        (Side.THIRD_PARTY, "中小飲食店"),
        (Side.THIRD_PARTY, "就労者"),
        (Side.THIRD_PARTY, "家庭"),
    ]
    assert CASES[13].benefits[2].description.startswith("家庭: ")
    assert len(CASES[13].outcomes) == 3


def test_every_third_party_has_a_name_and_no_other_side_has() -> None:
    for case in CASES:
        for benefit in case.benefits:
            assert (benefit.beneficiary is not None) is (benefit.side is Side.THIRD_PARTY)


def test_every_case_names_its_place_in_the_document_and_known_codes() -> None:
    assert len({case.source for case in CASES}) == 20
    for case in CASES:
        assert case.source.startswith("青森市公民連携デスク ガイドライン 参考資料「連携事例」")
        assert case.city in CITIES
        assert case.method in METHOD_CODES
        assert case.listed_as in METHOD_CODES
        assert case.fields
        assert set(case.fields) <= set(FIELD_CODES)
        assert case.status in {CaseStage.OPEN, CaseStage.CLOSED}
        assert case.status_reason
        assert len(case.title) <= SHORT


def test_every_kind_of_resource_of_the_guideline_is_told_of() -> None:
    told = {resource.kind for case in CASES for resource in case.resources}
    assert told == set(ResourceKind) - {ResourceKind.KOTO}, "koto is Sapporo's word"


# --- offices and accounts ---------------------------------------------------------------------------------------------


def test_only_the_desks_bear_real_names() -> None:
    real = {key: item.names[0].name for key, item in DEPARTMENTS.items() if "見本" not in item.names[0].name}
    assert real == {
        "sapporo-desk": "まちづくり政策局 政策企画部 公民・広域連携推進室",
        "aomori-desk": "企画部 連携推進課",
    }
    assert all("（見本）" in post.name for post in OFFICES.post)
    assert all("（見本）" in member.name for member in OFFICES.member)


def test_each_city_has_a_change_of_name_entered_ahead_for_1_april_2027() -> None:
    ahead = [(item.city, item.names[1].valid_from) for item in DEPARTMENTS.values() if len(item.names) > 1]
    assert ahead == [(SAPPORO, date(2027, 4, 1)), (AOMORI, date(2027, 4, 1))]


def test_posts_and_accounts_belong_to_departments_of_their_city() -> None:
    posts = {post.key: post for post in OFFICES.post}
    for post in OFFICES.post:
        assert DEPARTMENTS[post.department].city == post.city
    for member in OFFICES.member:
        assert member.department is None or DEPARTMENTS[member.department].city == member.city
        assert all(posts[holding.post].city == member.city for holding in member.posts)
    logins = [(member.city, member.login) for member in OFFICES.member]
    assert len(set(logins)) == len(logins)


def test_sapporo_has_an_account_for_each_role_of_a_city_and_aomori_needs_no_council() -> None:
    roles = {city: {role for m in OFFICES.member if m.city == city for role in m.roles} for city in (SAPPORO, AOMORI)}
    assert roles[SAPPORO] == EVERYBODY
    assert roles[AOMORI] == EVERYBODY - {Role.COUNCIL_MEMBER}


def test_a_proposer_stands_for_who_made_a_sample_of_its_city_and_has_no_role_there() -> None:
    (proposer,) = (member for member in OFFICES.member if member.stands_for)
    (proposal,) = (sample for sample in PROPOSALS if sample.key == proposer.stands_for)
    assert proposer.city == proposal.city == SAPPORO
    assert (proposer.roles, proposer.department, proposer.posts) == ((), None, ())
    assert all(member.roles for member in OFFICES.member if member is not proposer)


# --- challenges -------------------------------------------------------------------------------------------------------


def test_the_seven_problem_areas_of_sapporo_are_covered() -> None:
    areas = {code for c in CHALLENGES.values() if c.city == SAPPORO for code in c.plan_fields}
    (plan,) = (each for each in CITIES[SAPPORO].policy.plans if each.code == "problem_areas")
    assert areas == {each.code for each in plan.fields}
    assert len(areas) == 7


def test_challenges_are_marked_as_samples_and_stand_in_every_stage() -> None:
    for challenge in CHALLENGES.values():
        assert challenge.title.startswith("【見本】")
        assert set(challenge.fields) <= set(FIELD_CODES)
        assert set(challenge.plan_fields) <= set(CITIES[challenge.city].policy.field_codes())
        assert DEPARTMENTS[challenge.department].city == challenge.city
        days = [day for day in (challenge.raised_on, challenge.published_on, challenge.closed_on) if day]
        assert days == sorted(days)
        assert (challenge.closed_on is None) is (challenge.result is None) is (challenge.closing_note is None)
        assert challenge.closed_on is None or challenge.published_on is not None
    for city in (SAPPORO, AOMORI):
        own = [challenge for challenge in CHALLENGES.values() if challenge.city == city]
        assert sum(challenge.published_on is None for challenge in own) == 1
        assert sum(challenge.closed_on is not None for challenge in own) == 1
    assert {c.result for c in CHALLENGES.values() if c.result} == {
        challenge_domain.Result.ANSWERED,
        challenge_domain.Result.UNANSWERED,
    }


# --- proposals --------------------------------------------------------------------------------------------------------

NAMESPACE = UUID("00000000-0000-0000-0000-00000000c0de")


def typed(value: str) -> Typed:
    return Typed(value, NAMESPACE, Audience.DESK)


def named(name: str | None) -> UUID:
    assert name is not None
    assert name in DEPARTMENTS
    return uuid5(NAMESPACE, name)


def received(sample: data.Proposal, policy: Policy) -> domain.Received:
    return domain.Received(
        receipt=domain.ReceiptNumber(2026, sample.kind, 1),
        organisation_kind=sample.organisation.kind,
        proposer=NAMESPACE,
        organisation=typed(sample.organisation.name),
        title=typed(sample.title),
        summary=typed(sample.summary),
        contact_name=typed(sample.organisation.contact_name),
        contact=typed(sample.organisation.contact),
        corporate_number=None,
        challenge=uuid5(NAMESPACE, sample.challenge) if sample.challenge else None,
        accepted=tuple(domain.Acceptance(item.code, item.version) for item in policy.conditions),
        purpose=policy.purpose.version,
        sample=True,
    )


def event(sample: data.Proposal, step: Step, policy: Policy) -> domain.ProposalEvent:
    text = typed(step.text)
    match step.command:
        case Command.RECEIVE:
            return received(sample, policy)
        case Command.RETURN_FOR_COMPLETION:
            return domain.Returned(text, step.due_on)
        case Command.COMPLETE:
            return domain.Completed(None, typed(step.summary or sample.summary), text)
        case Command.SCREEN:
            return domain.Screened(text, tuple(map(named, step.departments)))
        case Command.REFUSE:
            assert step.ground is not None
            return domain.Refused(step.ground, text)
        case Command.REFER:
            assert step.destination is not None
            department = named(step.department) if step.department else None
            return domain.Referred(step.destination, department, step.code, text)
        case Command.MATCH:
            return domain.Matched(named(step.department), text)
        case Command.RECORD_DIALOGUE:
            dialogue = uuid5(NAMESPACE, f"{sample.key} {step.on}")
            return domain.DialogueRecorded(dialogue, text, None)
        case Command.DECIDE:
            assert step.outcome is not None
            assert step.decided_by is not None
            at_council = step.decided_by is domain.DecidedBy.COUNCIL
            session, item = (uuid5(NAMESPACE, sample.key), NAMESPACE) if at_council else (None, None)
            return domain.Decided(step.outcome, step.decided_by, text, session, item)
        case Command.WITHDRAW:
            return domain.Withdrawn(text)
        case Command.CLOSE:
            return domain.Closed(text)
        case Command.ATTACH:
            content, secret = typed("SHA-256"), Typed("key", NAMESPACE, Audience.PROGRAM)
            return domain.Attached(NAMESPACE, MediaType.PDF, 1000, bytes(32), typed(step.file or ""), content, secret)
        case _:
            assert_never(step.command)


@pytest.mark.parametrize("sample", PROPOSALS, ids=[sample.key for sample in PROPOSALS])
def test_the_steps_lead_to_the_stage_under_the_citys_own_policy(sample: data.Proposal) -> None:
    policy, state = CITIES[sample.city].policy, Proposal()
    for step in sample.steps:
        happened = domain.PROPOSAL.decide(state, policy, event(sample, step, policy))
        assert happened, f"{step.command} changed nothing"
        for each in happened:
            state = domain.PROPOSAL.evolve(state, each)
    assert state.stage is sample.stage


NOT_SHOWN = {Stage.NEW, Stage.DRAFT, Stage.DISCARDED, Stage.TURNED_AWAY}
"""Where nothing has a number, so that the inbox shows nothing."""


@pytest.mark.parametrize("city", [SAPPORO, AOMORI])
def test_every_stage_is_reached_in_each_city(city: str) -> None:
    assert {sample.stage for sample in PROPOSALS if sample.city == city} == set(Stage) - NOT_SHOWN


def test_one_proposal_waits_after_its_completion() -> None:
    commands = [[step.command for step in sample.steps] for sample in PROPOSALS if sample.stage is Stage.RECEIVED]
    assert [Command.RECEIVE, Command.RETURN_FOR_COMPLETION, Command.COMPLETE] in commands


def test_every_kind_channel_ground_destination_and_decision_occurs() -> None:
    steps = [step for sample in PROPOSALS for step in sample.steps]
    assert 30 <= len(PROPOSALS) <= 40
    assert {sample.kind for sample in PROPOSALS} == {"themed", "free"}
    assert {sample.channel for sample in PROPOSALS} == set(Channel) - {Channel.DESK, Channel.IMPORT}
    assert {sample.organisation.kind for sample in PROPOSALS} == set(OrganisationKind) - {OrganisationKind.INDIVIDUAL}
    assert {step.destination for step in steps if step.destination} == set(domain.Destination)
    assert {(step.outcome, step.decided_by) for step in steps if step.outcome} == {
        (outcome, by) for outcome in domain.Outcome for by in domain.DecidedBy
    }
    assert {step.ground for step in steps if step.ground} == {
        domain.Ground.MERE_SALES,
        domain.Ground.CONDITIONS_NOT_MET,
        domain.Ground.NOT_USEFUL,
    }


def test_proposers_are_recognisably_made_up() -> None:
    names = [sample.organisation.name for sample in PROPOSALS]
    assert len(set(names)) == len(names)
    for sample in PROPOSALS:
        assert sample.title.startswith("【見本】")
        assert sample.organisation.name.startswith("見本")
        assert "サンプル）" in sample.organisation.name
        assert sample.organisation.contact == f"{sample.key}@example.com"
        assert "見本" in sample.organisation.contact_name


def test_themed_proposals_answer_a_challenge_of_their_city_that_was_open_on_the_day() -> None:
    for sample in PROPOSALS:
        assert (sample.challenge is not None) is (sample.kind == "themed")
        if sample.challenge:
            challenge = CHALLENGES[sample.challenge]
            assert challenge.city == sample.city
            assert challenge.published_on is not None
            assert challenge.published_on <= sample.steps[0].on
            assert challenge.due_on is None or sample.steps[0].on <= challenge.due_on


def test_steps_go_forward_in_time_and_all_happened_before_they_were_entered() -> None:
    for sample in PROPOSALS:
        days = [step.on for step in sample.steps]
        assert days == sorted(days)
        assert days[-1] < ENTERED
        assert sample.steps[0].command is Command.RECEIVE


def test_each_step_is_done_by_an_account_of_the_city_whose_role_allows_it() -> None:
    roles = {(member.city, member.login): set(member.roles) for member in OFFICES.member}
    for sample in PROPOSALS:
        for step in sample.steps:
            allowed = {Role.DESK_OFFICER}
            if step.command is Command.RECORD_DIALOGUE:
                allowed = {Role.DESK_OFFICER, Role.DEPARTMENT_OFFICER}
            if step.command is Command.DECIDE:
                council = step.decided_by is domain.DecidedBy.COUNCIL
                allowed = {Role.COUNCIL_MEMBER} if council else {Role.DEPARTMENT_OFFICER, Role.APPROVER}
            assert roles[sample.city, step.by] & allowed


def test_a_sample_file_says_that_it_is_one_and_is_the_same_each_time() -> None:
    (step,) = (step for sample in PROPOSALS for step in sample.steps if step.command is Command.ATTACH)
    assert step.file is not None
    assert "見本" in step.file
    made, again = (next(act.paper for act in script(People()) if act.paper) for _ in range(2))
    assert made == again
    shown = b"".join(bytes.fromhex(line.decode()) for line in re.findall(rb"<([0-9a-f]*)> Tj", made.content))
    text = shown.decode("utf-16-be")
    assert text.startswith("【見本】")
    assert step.text in text
    assert "SAMPLE" in text


def test_a_sample_file_is_whole() -> None:
    """Every place that its table of objects names is that of the object (ISO 32000-1, 7.5.4)."""
    made = page(("見本", "SAMPLE"))
    table = int(re.findall(rb"startxref\n(\d+)\n%%EOF\n$", made)[0])
    rows = re.findall(rb"(\d{10}) 00000 n \n", made[table:])
    assert made[table:].startswith(b"xref\n0 %d\n0000000000 65535 f \n" % (len(rows) + 1))
    for number, place in enumerate(rows, 1):
        assert made[int(place) :].startswith(b"%d 0 obj\n" % number)
    (length, content) = re.findall(rb"/Length (\d+) >>\nstream\n(.*)\nendstream", made)[0]
    assert int(length) == len(content)


# --- everything around and after --------------------------------------------------------------------------------------

STORIES = data.stories()


def texts(said: object, name: str) -> list[str]:
    """Every text under a name, however deep."""
    if isinstance(said, dict):
        own = [value for key, value in said.items() if key == name and isinstance(value, str)]
        return [*own, *(text for value in said.values() for text in texts(value, name))]
    return [text for value in said for text in texts(value, name)] if isinstance(said, list) else []


def test_stories_are_recognisably_made_up() -> None:
    begun = [step for story in STORIES for step in story.steps if step.say.get("sample")]
    assert len(begun) > 20
    for step in begun:
        assert all(title.startswith("【見本】") for title in texts(step.say, "title")), step
    for step in (step for story in STORIES for step in story.steps):
        if step.do in {"notice.publish", "approval.draft", "case.publish"}:
            assert all(title.startswith("【見本】") for title in texts(step.say, "title")), step
        assert all("サンプル）" in name for name in texts(step.say, "organisation"))
        assert all(contact.endswith(("@example.com", "（見本）")) for contact in texts(step.say, "contact"))


def test_stories_have_names_of_their_own_and_happened_before_they_were_entered() -> None:
    assert len({story.key for story in STORIES}) == len(STORIES)
    cities = {member.login: member.city for member in OFFICES.member}
    for story in STORIES:
        for step in story.steps:
            assert step.on < ENTERED
            assert cities[step.by] == story.city


def test_stories_go_through_the_whole_process() -> None:
    done = {step.do for story in STORIES for step in story.steps}
    assert done >= {
        "agreement.attach", "agreement.sign", "approval.carryOut", "approval.submit", "case.publish",
        "challenge.review", "consultation.answer", "consultation.leadToProposal", "dialogue.enterMessage",
        "dialogue.note",
        "dialogue.recordMeeting", "dialogue.sendMessage", "gathering.registerGuest", "notice.publish",
        "project.agreeCase", "project.agreeSupport", "project.decideContinuation", "project.evaluate",
        "project.reachMilestone", "project.spendBudget", "proposal.assess", "proposal.check", "proposal.giveOpinion",
        "selection.assess", "selection.chooseImplementer", "session.castVote", "session.declareInterest",
        "survey.answer",
    }  # fmt: skip
