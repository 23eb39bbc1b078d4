"""The demo is loaded through the commands: whole, once, marked as what it is, and goes on where it was cut off."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from argon2 import PasswordHasher
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from api.demo import data
from api.demo.accounts import PASSWORD, People, demo_id
from api.demo.load import Loaded, NoDemo, load, loaded
from api.demo.script import script
from domain.case import Origin
from domain.case import Stage as CaseStage
from domain.events import DECIDERS as ALL
from domain.project import Path
from domain.proposal import Proposal
from domain.selection import Advice
from domain.values import CityCode, Sealed
from projections.catalogue import READ_MODELS
from projections.commons_cases import COMMONS_CASES, PublicCaseRow
from projections.commons_challenges import COMMONS_CHALLENGES
from projections.commons_cities import COMMONS_CITIES
from projections.organisation import chart_on
from projections.proposals import PROPOSALS
from projections.queries import desk as queries
from projections.queries.desk_words import Opened
from projections.records.table import BY_NAME, RECORDS
from tenants import audit
from tenants.database.access import Role as Account
from tenants.database.walls import Row, city_reads
from tenants.entering import enter_member
from tenants.files.folder import Folder
from tenants.identity import Identity
from tenants.mapper import decode
from tenants.members import OPERATOR, Role
from tenants.onboarding import desk_department, renew_policy
from tenants.register import builtin_cities
from tests.api.files_world import files_world
from tests.conftest import AOMORI, SAPPORO, House, city_file
from tests.projections.running import rows, runner_of

CASES_BY_CITY = {
    "022012": 4,
    "041009": 4,
    "131121": 1,
    "142018": 2,
    "232149": 1,
    "261009": 2,
    "281000": 2,
    "401005": 1,
    "401307": 2,
    "442046": 1,
}
STAGES = {
    ("agreement", "in_effect"): 2,
    ("approval", "effective"): 1,
    ("approval", "pending"): 2,
    ("consultation", "answered"): 1,
    ("consultation", "became_proposal"): 1,
    ("consultation", "received"): 1,
    ("dialogue", "closed"): 1,
    ("dialogue", "in_dialogue"): 1,
    ("dialogue", "invited"): 1,
    ("gathering", "announced"): 1,
    ("gathering", "held"): 1,
    ("notice", "drafted"): 2,
    ("notice", "published"): 3,
    ("project", "closed"): 1,
    ("project", "running"): 3,
    ("selection", "assessed"): 1,
    ("selection", "completed"): 2,
    ("session", "closed"): 1,
    ("session", "convened"): 1,
    ("survey", "asked"): 1,
    ("survey", "closed"): 1,
}
"""How many records of each kind stand where, in both cities."""
DECIDERS = {decider.name: decider for decider in ALL}
LOG = (
    "select city, position, originator_id, originator_version, topic, state, actor, command_id, policy_version"
    " from renkei.events order by city, position"
)
MEMBERS = "select city, member, login, name, active, secret_hash is not null from renkei.members order by city, member"
RECEIPTS = "select city, fiscal_year, kind, serial, command_id from renkei.receipt_numbers order by 1, 2, 3, 4"


@dataclass(frozen=True)
class Demo:
    """A deployment with the demo, what loading said, and what the progress bar was told."""

    house: House
    said: Loaded
    told: list[tuple[str, int, int]]


@dataclass(frozen=True)
class Event:
    """One event of the log, decoded; `pure` is its stored text without what chance made.

    That are commitments and, of a file, the digest of what lies there under a key made for it.
    """

    city: str
    id: UUID
    version: int
    topic: str
    actor: UUID
    command_id: UUID
    policy_version: int
    pure: str
    recorded: Any = field(compare=False)

    @property
    def event(self) -> Any:
        return self.recorded.event


@pytest.fixture(scope="module", autouse=True)
def quick_hashing() -> Iterator[None]:
    """argon2id with the least memory: what is tested here is not how long a guess takes."""
    with pytest.MonkeyPatch.context() as patch:
        quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr("tenants.identity.passwords.PasswordHasher", quick)
        yield


@pytest.fixture(scope="module")
def demo(module_house: House) -> Demo:
    told: list[tuple[str, int, int]] = []
    said = load_into(module_house, lambda what, done, of: told.append((what, done, of)))
    with runner_of(module_house, READ_MODELS) as runner:
        runner.catch_up()
    return Demo(module_house, said, told)


def load_into(house: House, progress: Callable[[str, int, int], None] = lambda _what, _done, _of: None) -> Loaded:
    with house.connect(Account.OWNER) as owner:
        return load(owner, house.tenancy, storage(house), progress)


def storage(house: House) -> Folder:
    """Where its files lie."""
    return Folder(house.folder / "files")


def log_of(house: House) -> list[Event]:
    return [
        Event(city, id_, version, topic, actor, command, policy, pure(topic, state), decode(topic, bytes(state)))
        for city, _, id_, version, topic, state, actor, command, policy in house.sql(LOG)
    ]


def pure(topic: str, state: bytes) -> str:
    chance = {"commitment", "digest"} if topic == "proposal.attached" else {"commitment"}

    def without(value: dict[str, Any]) -> dict[str, Any]:
        return {key: part for key, part in value.items() if key not in chance}

    return json.dumps(json.loads(bytes(state), object_hook=without), ensure_ascii=False)


def without_salts(value: Any) -> Any:
    """The same with nothing in the place of what was typed: it is sealed with another salt each time."""
    if isinstance(value, Sealed):
        return (value.key, value.audience)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: without_salts(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: without_salts(item) for key, item in value.items()}
    return [without_salts(item) for item in value] if isinstance(value, tuple) else value


def states(house: House) -> dict[tuple[str, UUID], Any]:
    """Every aggregate as its events make it."""
    found: dict[tuple[str, UUID], Any] = {}
    for one in log_of(house):
        decider = DECIDERS[one.topic.partition(".")[0]]
        found[one.city, one.id] = decider.evolve(found.get((one.city, one.id), decider.initial), one.event)
    return found


def counts(house: House) -> list[Any]:
    tables = ("events", "commands", "sealed", "data_keys", "receipt_numbers", "members", "cities")
    return [house.sql(f"select count(*) from renkei.{table}") for table in tables]  # noqa: S608 - the names above


async def asked(house: House, city: CityCode, question: Callable[[AsyncConnection[Row]], Any]) -> Any:
    """The answer to a desk's question."""
    conninfo = house.database.conninfo(Account.DESK)
    pool: AsyncConnectionPool[AsyncConnection[Row]] = AsyncConnectionPool(conninfo, open=False, min_size=1)
    async with pool, city_reads(pool, city) as connection:
        return await question(connection)


# --- what is there ----------------------------------------------------------------------------------------------------


def test_the_thirteen_cities_are_open_to_everybody(demo: Demo) -> None:
    files = builtin_cities()
    assert demo.said.cities == len(files) == 13
    shown = {
        row["city"]: (row["slug"], row["has_desk"], row["policy_version"]) for row in rows(demo.house, COMMONS_CITIES)
    }
    assert shown == {file.code: (file.slug, file.has_desk, 1) for file in files}


def test_the_twenty_cases_stand_in_their_cities_as_imported_ones(demo: Demo) -> None:
    shown = [row for row in rows(demo.house, COMMONS_CASES) if not row["sample"]]
    assert Counter(row["city"] for row in shown) == CASES_BY_CITY
    assert {(row["origin"], row["sample"], row["challenge"]) for row in shown} == {("imported", False, None)}
    assert Counter(row["status"] for row in shown) == {"open": 9, "closed": 11}


def test_the_cases_tell_everybody_all_that_the_guideline_tells(demo: Demo) -> None:
    shown = {row["id"]: msgspec.convert(row, PublicCaseRow) for row in rows(demo.house, COMMONS_CASES)}
    for case in data.cases():
        row = shown[str(demo_id("case", str(case.number)))]
        assert (row.title, row.summary, row.background, row.source, row.method, row.fields, row.status) == (
            case.title,
            case.summary,
            case.background,
            case.source,
            case.method,
            case.fields,
            case.status,
        )
        assert [(one.name, one.participant) for one in row.partners] == [(p.name, p.participant) for p in case.partners]
        assert [(one.label, one.on, one.precision, one.planned) for one in row.dates] == [
            (item.label, item.on, item.precision, item.planned) for item in case.dates
        ]
        assert [(one.side, one.kind, one.description) for one in row.resources] == [
            (item.side, item.kind, item.text) for item in case.resources
        ]
        assert [(one.side, one.description) for one in row.benefits] == [
            (item.side, item.description) for item in case.benefits
        ]
        assert list(row.outcomes) == [item.text for item in case.outcomes]


def test_behind_an_imported_case_stands_no_officer_no_proposal_and_no_decision(demo: Demo) -> None:
    imported = {demo_id("case", str(case.number)) for case in data.cases()}
    behind = [one for one in log_of(demo.house) if one.topic.startswith("case.") and one.id in imported]
    assert len({one.id for one in behind}) == 20
    assert {one.actor for one in behind} == {OPERATOR}
    assert {one.recorded.circumstances.channel.value for one in behind} == {"import"}
    assert {(one.recorded.circumstances.on_behalf_of, one.recorded.circumstances.post) for one in behind} == {
        (None, None)
    }
    assert {one.recorded.circumstances.approval for one in behind} == {None}
    published = [one.event for one in behind if one.topic == "case.published"]
    assert {(event.origin, event.proposal, event.challenge) for event in published} == {(Origin.IMPORTED, None, None)}
    ids = {one.id for one in behind}
    assert {one.topic for one in log_of(demo.house) if one.id in ids} == {"case.published", "case.closed"}
    cities = {one.city for one in behind} - {SAPPORO, AOMORI}
    others = {one.topic for one in log_of(demo.house) if one.city in cities and not one.topic.startswith("case.")}
    assert others == {"city.opened", "city.policy_adopted"}


def test_every_sample_is_marked_as_one(demo: Demo) -> None:
    marks: dict[str, set[bool]] = defaultdict(set)
    for one in log_of(demo.house):
        if hasattr(one.event, "sample"):
            imported = getattr(one.event, "origin", None) is Origin.IMPORTED
            marks[f"{one.topic} imported" if imported else one.topic].add(one.event.sample)
    assert marks.pop("case.published imported") == {False}
    assert set(marks) == {
        "agreement.drafted",
        "case.published",
        "challenge.published",
        "challenge.raised",
        "consultation.received",
        "dialogue.invited",
        "gathering.announced",
        "notice.drafted",
        "notice.published",
        "project.begun",
        "proposal.received",
        "selection.begun",
        "session.convened",
        "survey.asked",
    }
    assert all(mark == {True} for mark in marks.values())
    assert len(rows(demo.house, PROPOSALS)) == len(data.proposals()) == 36


@pytest.mark.parametrize("city", [SAPPORO, AOMORI])
def test_no_sample_counts_in_the_statistics(demo: Demo, city: CityCode) -> None:
    (whole, *years) = asyncio.run(asked(demo.house, city, lambda connection: queries.statistics(connection, city)))
    assert (whole.received, whole.answered, whole.stages, whole.outcomes, years) == (0, 0, {}, {}, [])


def test_everybody_sees_the_published_challenges_and_no_other(demo: Demo) -> None:
    shown = {row["title"]: row for row in rows(demo.house, COMMONS_CHALLENGES)}
    published = {one.title: one for one in data.challenges() if one.published_on is not None}
    assert shown.keys() == published.keys()
    assert len(data.challenges()) == len(published) + 2
    for title, row in shown.items():
        sample = published[title]
        assert (row["sample"], row["status"]) == (True, "closed" if sample.closed_on else "published")
        assert (row["description"], row["conditions"], row["city_offers"]) == (
            sample.description,
            sample.conditions,
            sample.city_offers,
        )
        assert row["due_on"] == (sample.due_on and sample.due_on.isoformat())


def test_every_proposal_stands_where_its_steps_lead(demo: Demo) -> None:
    found = states(demo.house)
    for sample in data.proposals():
        state = found[sample.city, demo_id("proposal", sample.key)]
        assert isinstance(state, Proposal)
        assert state.stage is sample.stage


def test_each_step_is_recorded_on_its_day_by_its_account_in_its_way(demo: Demo) -> None:
    people = People()
    log = defaultdict(list)
    for one in log_of(demo.house):
        log[one.id].append(one)
    for sample in data.proposals():
        commands = [demo_id("command", f"proposal/{sample.key}/{number}") for number in range(len(sample.steps))]
        steps = [one for one in log[demo_id("proposal", sample.key)] if one.command_id in commands]
        for one, step in zip(steps, sample.steps, strict=True):
            around = one.recorded.circumstances
            came_in = one.topic in {f"proposal.{each}" for each in ("received", "completed", "withdrawn", "attached")}
            assert (one.actor, around.occurred_on.on) == (people.member(step.by).id, step.on)
            assert around.channel.value == (sample.channel.value if came_in else "desk")
            assert around.on_behalf_of == (demo_id("proposer", sample.key) if came_in else None)
            assert one.policy_version == 1


def test_each_story_is_recorded_on_its_days_by_its_accounts(demo: Demo) -> None:
    people, log = People(), defaultdict(list)
    for one in log_of(demo.house):
        log[one.command_id].append(one)
    for story in data.stories():
        for number, step in enumerate(story.steps):
            command = demo_id("command", f"story/{story.key}/{number}")
            recorded = log[command] or log[uuid5(command, "deed")]  # what is carried out is recorded as the act itself
            assert recorded, (story.key, number)
            for one in recorded:
                around = one.recorded.circumstances
                assert (one.city, one.actor) == (story.city, people.member(step.by).id)
                assert (around.occurred_on.on, around.channel) == (step.on, step.channel)
                assert around.on_behalf_of == (demo_id("proposer", step.of) if step.of else None)


IN_AOMORI = set(BY_NAME) - {"session"}
"""Its documents know no council."""


@pytest.mark.parametrize(("city", "kinds"), [(SAPPORO, set(BY_NAME)), (AOMORI, IN_AOMORI)])
def test_every_list_of_a_desk_shows_something(demo: Demo, city: CityCode, kinds: set[str]) -> None:
    shown = [row for row in rows(demo.house, RECORDS) if row["city"] == city]
    assert {row["kind"] for row in shown} == kinds
    assert {row["sample"] for row in shown if row["kind"] != "approval"} == {True}


def test_records_stand_in_these_stages(demo: Demo) -> None:
    found = Counter((row["kind"], row["stage"]) for row in rows(demo.house, RECORDS))
    assert found == STAGES


def test_what_is_shown_is_whole(demo: Demo) -> None:
    """One of each: what a desk would look for on the page of a record."""
    found = states(demo.house)

    def of(city: CityCode, kind: str, key: str) -> Any:
        return found[city, demo_id(kind, key)]

    survey = of(SAPPORO, "survey", "sapporo-autumn")
    economy = People().department("sapporo-economy")
    assert (set(survey.departments) - set(survey.missing), survey.missing) == (
        {People().department(f"sapporo-{each}") for each in ("health", "environment")},
        (economy,),
    )
    assert {vote for item in of(SAPPORO, "session", "sapporo-september").items.values() for vote in item.votes.values()}
    assert of(SAPPORO, "selection", "sapporo-18").advice is Advice.PUBLIC_CALL
    assert len(of(AOMORI, "agreement", "aomori-1").projects) == 2
    project = of(SAPPORO, "project", "sapporo-22")
    assert (project.evaluated, project.continuation, sum(each.amount for each in project.spent.values())) == (
        True,
        Path.IMPROVE,
        96_000,
    )
    assert of(AOMORI, "project", "aomori-11").supported
    assert of(SAPPORO, "case", "sapporo-22").stage is CaseStage.OPEN
    assert len(of(SAPPORO, "gathering", "sapporo-1").registered) == 2


def test_conditions_are_accepted_in_the_version_in_force(demo: Demo) -> None:
    for one in log_of(demo.house):
        if one.topic == "proposal.received":
            conditions = city_file(one.city).policy.conditions
            assert conditions
            assert {(item.condition, item.version) for item in one.event.accepted} == {
                (c.code, c.version) for c in conditions
            }


def test_receipt_numbers_follow_the_days_without_a_gap(demo: Demo) -> None:
    taken = defaultdict(list)
    for one in log_of(demo.house):
        if one.topic == "proposal.received":
            receipt = one.event.receipt
            key = (one.city, receipt.fiscal_year, receipt.kind)
            taken[key].append((receipt.serial, one.recorded.circumstances.occurred_on.on))
    assert len(taken) == 4
    for numbers in taken.values():
        assert [serial for serial, _ in numbers] == list(range(1, len(numbers) + 1))
        assert [day for _, day in numbers] == sorted(day for _, day in numbers)


def test_a_department_bears_its_new_name_from_1_april_2027(demo: Demo) -> None:
    people = People()
    department = people.department("sapporo-environment")
    days = (date(2027, 3, 31), date(2027, 4, 1))

    async def names(connection: AsyncConnection[Row]) -> list[Opened]:
        row = await queries.organisation(connection, SAPPORO)
        assert row is not None
        charts = [chart_on(row, day) for day in days]
        assert desk_department(SAPPORO) in {one.id for one in charts[0].departments}
        refs = [one.name for chart in charts for one in chart.departments if one.id == department]
        words = await queries.open_words(connection, demo.house.tenancy.keys, SAPPORO, refs)
        return [words[ref.commitment] for ref in refs]

    assert asyncio.run(asked(demo.house, SAPPORO, names)) == ["環境担当課（見本）", "気候・環境担当課（見本）"]


def test_posts_are_held_to_the_day_entered_ahead(demo: Demo) -> None:
    head, approver = demo_id("post", "sapporo-environment-head"), People().member("sapporo-approver").id
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2027, 3, 31), date(2027, 4, 1))

    async def holders(connection: AsyncConnection[Row]) -> list[list[UUID]]:
        row = await queries.organisation(connection, SAPPORO)
        assert row is not None
        charts = [chart_on(row, day).posts for day in days]
        return [[member for post in posts if post.id == head for member in post.holders] for posts in charts]

    assert asyncio.run(asked(demo.house, SAPPORO, holders)) == [[], [approver], [approver], []]


def test_the_desks_own_department_is_there_once(demo: Demo) -> None:
    established = Counter(
        (one.city, one.event.department)
        for one in log_of(demo.house)
        if one.topic == "organisation.department_established"
    )
    assert set(established.values()) == {1}
    assert Counter(city for city, _ in established) == Counter(one.city for one in data.offices().department)
    assert (SAPPORO, People().department("sapporo-desk")) in established
    assert People().department("sapporo-desk") == desk_department(SAPPORO)
    assert People().department("aomori-desk") == desk_department(AOMORI)


def test_every_account_may_sign_in_with_the_password_that_is_told(demo: Demo) -> None:
    pool: Any = None  # signing in needs no token to be looked up
    identity = Identity(demo.house.tenancy, pool)
    assert [account.login for account in demo.said.accounts] == [item.login for item in data.offices().member]
    for account in demo.said.accounts:
        member = identity.sign_in(demo.house.tenancy.find(account.slug), account.login, account.password).member
        told = People().member(account.login)
        assert (member.city, member.id, member.name) == (told.city, told.id, told.name)
        assert {(right.role, right.department) for right in member.rights} == {
            (right.role, right.department) for right in told.rights
        }
        assert member.parties == told.parties
        assert set(account.roles) == member.roles
        assert account.password == PASSWORD


def test_a_proposer_reads_the_sample_of_its_party_and_no_other(demo: Demo) -> None:
    mine = """{ me { roles parties } myProposals { nodes { id stage title { text } agreements { agreedKind }
        projects { support { provides } } selections { sharedOn } told { words { text } } } } }"""
    with files_world(demo.house) as world:
        person = world.signed_in("sapporo-proposer", PASSWORD)
        told = person.ask(mine)
        assert told["me"] == {"roles": ["PROPOSER"], "parties": [str(demo_id("proposer", "sapporo-17"))]}
        (shown,) = told["myProposals"]["nodes"]
        assert (shown["id"], shown["stage"]) == (str(demo_id("proposal", "sapporo-17")), "ADOPTED")
        assert shown["title"]["text"].startswith("【見本】")
        assert [len(shown[each]) for each in ("agreements", "projects", "selections")] == [1, 1, 1]
        other = str(demo_id("proposal", "sapporo-16"))
        assert person.ask("query ($id: UUID!) { myProposal(id: $id) { id } }", id=other) == {"myProposal": None}


def test_a_proposer_stands_for_its_party_by_the_ordinary_commands(demo: Demo) -> None:
    (given,) = (one for one in log_of(demo.house) if one.topic == "rights.representation_given")
    (member,) = (item for item in data.offices().member if item.stands_for)
    assert (given.city, given.event.party) == (member.city, demo_id("proposer", member.stands_for or ""))
    assert given.event.member == People().member(member.login).id
    assert given.event.valid_from == demo.house.tenancy.today()


def test_every_log_is_whole_and_signed_to_its_end(demo: Demo) -> None:
    for file in builtin_cities():
        outside = demo.house.tenancy.checkpoints.latest(file.code)
        verified = audit.verify(demo.house.tenancy.pool, file.code, outside)
        assert verified.signed == verified.size > 0


def test_the_sample_file_is_given_out_as_it_was_made(demo: Demo) -> None:
    paper = next(act.paper for act in script(People()) if act.paper)
    attached = [one.event for one in log_of(demo.house) if one.topic == "proposal.attached"]
    assert [(one.file, one.size) for one in attached] == [(paper.id, len(paper.content))]
    assert demo.house.sql("select count(*) from renkei.uploads") == [(0,)]
    with files_world(demo.house) as world:
        desk = world.signed_in("sapporo-desk", PASSWORD)
        told = desk.read(str(paper.id))
        assert told.content == paper.content
        assert told.headers["content-type"] == "application/pdf"
        shown = desk.ask(
            "query ($id: UUID!) { proposal(id: $id) { attachments { name { text } } } }",
            id=str(demo_id("proposal", "sapporo-01")),
        )
        assert shown == {"proposal": {"attachments": [{"name": {"text": paper.name}}]}}


def test_the_demo_of_an_earlier_release_stays_as_it_is(
    new_house: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, acts = new_house(), script(People())
    left_out = next(act for act in acts if act.paper)
    monkeypatch.setattr("api.demo.load.script", lambda _people: tuple(act for act in acts if act is not left_out))
    assert load_into(house).events
    monkeypatch.undo()
    # and a last act that this release has besides, so that it is not taken for loaded to its end
    monkeypatch.setattr("api.demo.load.script", lambda _people: (*acts, replace(acts[-1], key="later")))
    before = counts(house)
    said = load_into(house)
    assert (said.earlier, said.events) == (True, 0)
    assert counts(house) == before
    assert not storage(house).folder.exists()


def test_the_demo_of_an_earlier_release_under_other_rules_stays_as_it_is(
    new_house: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, files = new_house(), builtin_cities()
    policy = city_file(AOMORI).policy
    older = replace(city_file(AOMORI), policy=replace(policy, conditions=policy.conditions[:-1]))
    earlier = tuple(older if file.code == AOMORI else file for file in files)
    acts = script(People())
    monkeypatch.setattr("api.demo.load.People", lambda: People(cities=earlier))
    monkeypatch.setattr("api.demo.load.script", lambda people: script(people)[: len(acts) // 2])
    assert load_into(house).events
    monkeypatch.undo()
    before = counts(house)
    assert load_into(house).earlier
    assert counts(house) == before


def test_the_demo_of_an_earlier_release_without_a_proposer_stays_as_it_is(
    new_house: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, offices = new_house(), data.offices()
    fewer = msgspec.structs.replace(offices, member=tuple(item for item in offices.member if not item.stands_for))
    monkeypatch.setattr("api.demo.load.People", lambda: People(offices=fewer))
    assert not load_into(house).earlier
    assert loaded(house.tenancy)
    enter_member(house.tenancy, SAPPORO, "sato", "佐藤", {Role.DESK_OFFICER})  # who looks at it may have added people
    monkeypatch.undo()
    before = counts(house)
    assert not loaded(house.tenancy)
    said = load_into(house)
    assert (said.earlier, said.events) == (True, 0)
    assert counts(house) == before


# --- once, and whole --------------------------------------------------------------------------------------------------


def test_progress_counts_from_1_to_the_end(demo: Demo) -> None:
    of = len(demo.told)
    assert [(done, total) for _, done, total in demo.told] == [(n, of) for n in range(1, of + 1)]
    assert list(dict.fromkeys(what for what, _, _ in demo.told)) == [
        "自治体 cities",
        "組織 offices",
        "担当者 accounts",
        "事例 cases",
        "見本 samples",
    ]


def test_every_command_again_is_a_repetition(demo: Demo) -> None:
    before = counts(demo.house)
    acts = script(People())
    assert len({act.command_id for act in acts}) == len(acts) == demo.said.commands
    for act in acts:
        assert demo.house.tenancy.desk(act.member).do(act.wish, act.entry()).repeated, act.key
    assert counts(demo.house) == before


def test_loading_again_adds_nothing_also_after_a_city_renewed_its_policy(new_house: Callable[..., House]) -> None:
    house = new_house()
    assert not loaded(house.tenancy)
    first = load_into(house)
    assert loaded(house.tenancy)
    assert first.events == len(log_of(house))
    policy = city_file(AOMORI).policy
    conditions = tuple(replace(condition, version=condition.version + 1) for condition in policy.conditions)
    renew_policy(house.tenancy, replace(city_file(AOMORI), policy=replace(policy, conditions=conditions)))
    before = counts(house)
    assert load_into(house).events == 0
    assert counts(house) == before


class CutOffError(Exception):
    pass


@pytest.mark.parametrize("at", [7, 20, 130, -3, -2])  # at last before and after who stands for a party is entered
def test_a_load_that_was_cut_off_goes_on_to_the_same_end(demo: Demo, new_house: Callable[..., House], at: int) -> None:
    house = new_house()

    def cut_off(_what: str, done: int, of: int) -> None:
        if done == at % (of + 1):
            raise CutOffError

    with pytest.raises(CutOffError):
        load_into(house, cut_off)
    assert not loaded(house.tenancy)
    before = len(log_of(house))
    assert 0 < before < demo.said.events
    assert load_into(house).events == demo.said.events - before
    assert loaded(house.tenancy)
    assert log_of(house) == log_of(demo.house)
    assert without_salts(states(house)) == without_salts(states(demo.house))
    for statement in (MEMBERS, RECEIPTS):
        assert house.sql(statement) == demo.house.sql(statement)


def test_the_demo_is_not_loaded_where_somebody_else_has_an_account(house: House) -> None:
    house.open_city(SAPPORO)
    with house.connect(Account.OWNER) as owner:
        enter_member(house.tenancy, SAPPORO, "sato", "佐藤", {Role.DESK_OFFICER})
        before = counts(house)
        with pytest.raises(NoDemo, match="RENKEI_DATA"):
            load(owner, house.tenancy, storage(house))
    assert counts(house) == before
