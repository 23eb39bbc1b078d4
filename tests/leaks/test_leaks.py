"""Nobody is told what is not for them: every field, command and route, asked by everybody there is.

Nothing here is written out by hand: the questions come from the schemas and routes, the answers are searched for the
canaries of `world.py`. What stands in a list here is an exception, with its reason.
"""

import gc
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from api.desk.readers import ReadBy
from api.desk.words import Words
from domain.events import EVENTS
from domain.values import Audience, Sealed
from projections.queries.live import of_city
from projections.queries.pages import Conditions
from tenants.commands import WISHES
from tenants.commands.city import OpenCity
from tenants.members import EVERYBODY, SIGNED_IN, Member
from tenants.visibility import READERS, View
from tests.conftest import AOMORI, SAPPORO
from tests.domain.shapes import parts
from tests.leaks.askers import STAND_FOR, Asker
from tests.leaks.conftest import Leaks
from tests.leaks.documents import Asked, all_fields, commands
from tests.leaks.inputs import inputs_of
from tests.leaks.routes import filled, routes_of
from tests.leaks.walk import DESK, PUBLIC, Found, fresh
from tests.leaks.world import CITIES, typed

NOT_REACHED: Final[Mapping[tuple[str, str], str]] = {
    **{
        ("Conflict", name): "two commands at the same moment: tests/tenants/test_desk.py makes them, with fixed texts"
        for name in ("code", "message", "messageJa", "messageEn")
    },
    ("ApprovalRecord", "dueOn"): "an approval has no deadline",
    ("NoticeRecord", "dueOn"): "a notice has no deadline",
    **{
        (kind, "about"): "it stands for itself"
        for kind in ("GatheringRecord", "NoticeRecord", "SessionRecord", "SurveyRecord")
    },
    **{
        (kind, "dueOn"): "what had a last day is done: tests/projections/test_waiting.py"
        for kind in ("ProjectRecord", "SelectionRecord")
    },
    ("AgreementRecord", "projects"): "projects name it: tests/tenants/test_work.py",
    ("ProjectRecord", "case"): "a case names it: tests/tenants/test_work.py",
    ("ProjectRecord", "track"): "a city may have none: tests/scenarios/test_aomori_pilot.py",
    ("SelectionAnswers", "method"): "left out here: tests/domain/test_selection.py",
    ("Proposal", "suspendedUntil"): "it goes on",
    **{
        ("Proposal", name): "a council's decision names a session that decided: tests/api/test_desk_proposals.py"
        for name in ("councilSession", "agendaItem")
    },
    **dict.fromkeys(
        (("Proposal", "dueRule"), ("Proposal", "dueBusinessDays"), ("OwnProposal", "answerDueOn")),
        "neither city sets itself a deadline: tests/scenarios/test_any_other_city.py",
    ),
    ("Case", "project"): "the case grew out of a proposal: tests/scenarios/test_sapporo_themed.py",
    ("ProposalProceeding", "part"): "an item of an agenda: tests/scenarios/test_sapporo_themed.py",
    ("ApprovalRecord", "unread"): "read since; a post like the others",
}
"""Type and field that nobody is told here, and why that is no gap."""

OTHERWISE: Final = ("staff", "department_officer", "proposer")
"""Who also asks with every other argument: those from whom most is kept."""


BRIEFLY: Final = ("staff", "desk_officer", "proposer")
"""Who asks for every record and gives every command in the second city too; the others there one of each kind."""


ALIKE: Final = ("staff here", "other proposer")
"""Who is asked for by another of the same role in everything: these ask one question of each kind."""


RIGHTLESS: Final = ("member without a right any more", "proposer no longer")
"""Who comes in and may do nothing there any more."""


TRIED: Final = 5
"""Commands at a door that stays shut, and of most people in the second city: test_matrix.py gives each to everybody."""


@dataclass
class Walked:
    """What was seen of both schemas."""

    desk: Found
    public: Found
    seconds: float


pytestmark = pytest.mark.timeout(600)
"""Thousands of questions are asked before the first test."""


@pytest.fixture(scope="module")
def walked(leaks: Leaks) -> Walked:
    """Everything asked by everybody, then every command given by everybody."""
    began = time.monotonic()
    gc.collect()
    gc.freeze()  # what is there stays: only what thousands of answers leave behind is looked through
    walk, desk, public = leaks.walk, Found(), Found()
    asked = walk.desk_questions()
    asking = [(asker, {id(each) for each in questions_for(asker, asked)}) for asker in leaks.askers]
    for each in asked:  # all ask the same before the next is asked: its document is still kept
        for asker, questions in asking:
            if id(each) in questions:
                desk.merge(walk.desk(asker, [each]))
    outside = walk.public_questions()
    public.merge(walk.public("nobody", {}, outside))
    for asker in (leaks.asker("auditor", SAPPORO), leaks.asker("desk_officer", AOMORI)):
        public.merge(walk.public(asker.name, asker.headers, [each for each in outside if not each.near]))
    for asker in sorted(leaks.askers, key=lambda asker: asker.name != "desk_officer"):
        given = [fresh(each) for each in commands(DESK, inputs_of(walk.world, DESK, asker.city))]
        all_of_them = asker.enters and (asker.city == SAPPORO or asker.name in BRIEFLY)
        desk.merge(walk.desk(asker, given if all_of_them else given[:TRIED]))
        if asker.name == "desk_officer":
            received = next(each for each in given if each.root == "receiveProposal")
            desk.merge(walk.desk(asker, [with_title(received, "別の題名"), fresh(with_title(received, " "))]))
    gc.unfreeze()
    return Walked(desk, public, time.monotonic() - began)


def questions_for(asker: Asker, asked: list[Asked]) -> list[Asked]:
    """At a door that stays shut, one document for each root field; inside, all that could tell something else."""
    if not asker.enters or asker.name in RIGHTLESS:
        return list({each.root: each for each in asked}.values())
    if (asker.city == AOMORI and asker.name not in BRIEFLY) or asker.name in ALIKE:
        return list({each.text: each for each in reversed(asked) if not each.near}.values())
    return [each for each in asked if not each.near or (asker.name in OTHERWISE and asker.city == SAPPORO)]


def with_title(asked: Asked, title: str) -> Asked:
    """The same command id for something else."""
    return replace(asked, variables={"input": {**asked.variables["input"], "title": title}})


OVERWRITTEN: Final = {
    *(
        f"own agreement.{event}.terms.{part}"
        for event in ("drafted", "changed")
        for part in ("title", "matters", "duties[].role", "goals[]", "confidential", "begins_on", "ends_on")
    ),
    *(
        f"own dialogue.meeting_{each}"
        for each in ("arranged.on", "arranged.visitors[]", "held.shared", "held.next_step")
    ),
    *(
        f"own agreement.{each}"
        for each in ("settled.note", "abandoned.reason", "detached.reason", "signed.on", "countersigned.on")
    ),
    *(f"own project.{each}" for each in ("begun.ends_on", "completed.on")),
    "own dialogue.disclosed.recipient",
}
"""What was said to a proposer and has been said anew since; whom of it something was handed to, it knows itself."""
COUNCILS_OWN: Final = {"proposal.escalated.reason"}
"""What is typed only where there is a council."""

MADE: Final = {"proposal.attached.content", "proposal.attached.secret"}
"""What the program seals of a file by itself, its digest and its key: nobody typed them."""


# --- the world holds what could leak ----------------------------------------------------------------------------------


def test_every_command_was_given_and_every_typed_value_has_a_canary_in_both_cities(leaks: Leaks) -> None:
    world = leaks.walk.world
    assert set(world.given) == set(WISHES) - {OpenCity}
    kinds = {
        f"{topic}.{path}".replace("[]", "")
        for topic, event in EVENTS.items()
        for path, kind in parts(event, "")
        if kind is Sealed and not topic.startswith("city.")
    }
    for city in CITIES:
        told = [(place, text) for place, _, text in typed(world, city) if not place.startswith("city.")]
        found = {place.replace("[]", "") for place, text in told if world.canaries.found([text])}
        assert found >= kinds - MADE - (COUNCILS_OWN if city == AOMORI else set())
    assert len(kinds) > 30


def test_both_logs_have_the_same_ids_at_the_same_positions(leaks: Leaks) -> None:
    recorded = """select position, originator_id, topic, command_id from renkei.events
        where city = %s and command_id = any(%s) order by 1"""
    world = leaks.walk.world
    ids = [text for text, places in world.canaries.known.items() if places[0].place.startswith("id command")]
    sapporo, aomori = (world.running.house.sql(recorded, city, ids) for city in CITIES)
    own = {text for text, places in world.canaries.known.items() if places[0].place.startswith("id ")}
    both = {row[3] for row in sapporo} & {row[3] for row in aomori}
    shared = [row for row in sapporo if str(row[1]) in own and row[3] in both]
    assert [row for row in aomori if str(row[1]) in own and row[3] in both] == shared
    assert len(both) > len(sapporo) - 3
    assert len(shared) > 25


# --- nobody is told ---------------------------------------------------------------------------------------------------


def test_nobody_is_told_what_is_not_for_them(leaks: Leaks, walked: Walked) -> None:
    fields = len(all_fields(DESK)) + len(all_fields(PUBLIC))
    print(  # noqa: T201 - told with -s
        f"\nleaks: {fields} fields of both schemas, {len(leaks.askers) + 3} askers,"
        f" {walked.desk.answers + walked.public.answers} answers, {len(leaks.walk.world.canaries.known)} canaries,"
        f" {walked.seconds:.0f} s"
    )
    assert walked.desk.leaks == []
    assert walked.public.leaks == []


def test_every_field_was_reached_with_data(walked: Walked) -> None:
    assert all_fields(PUBLIC) - walked.public.reached == set()
    assert all_fields(DESK) - walked.desk.reached == set(NOT_REACHED)


def test_what_is_for_somebody_is_told_to_them(leaks: Leaks) -> None:
    walk, known = leaks.walk, leaks.walk.world.canaries
    for city in CITIES:
        auditor = leaks.asker("auditor", city)
        asked = [each for each in walk.desk_questions() if each.root in {"timeline", "rights", "organisation"}]
        happened = [each for each in asked if each.root == "timeline" and not each.near]
        first = list({each.text: each for each in happened}.values())  # each city has pages of its own
        asked = [each for each in asked if each not in happened] + [*walk.turned(first, city, auditor.headers)]
        texts = [
            walk.client.post(
                f"/desk/{city}/graphql", json={"query": each.text, "variables": each.variables}, headers=auditor.headers
            ).text
            for each in asked
        ]
        whole = {
            place.place
            for places in known.known.values()
            for place in places
            if place.city == city and auditor.rights.may(place)
        }
        seen = {
            place.place for found in known.found(texts) for place in known.known.get(found, ()) if place.city == city
        }
        assert {place for place in whole - seen if "." in place} == set()


def test_a_proposer_is_told_what_it_wrote_and_what_was_written_to_it(leaks: Leaks) -> None:
    walk, known = leaks.walk, leaks.walk.world.canaries
    for city in CITIES:
        for name in STAND_FOR:
            asker = leaks.asker(name, city)
            asked = [each for each in walk.desk_questions() if each.root.startswith("myProposal") and not each.near]
            answers = [
                walk.client.post(
                    f"/desk/{city}/graphql",
                    json={"query": each.text, "variables": each.variables},
                    headers=asker.headers,
                ).text
                for each in asked
            ]
            found = {place for text in known.found(answers) for place in known.known[text] if place.city == city}
            own = {place for places in known.known.values() for place in places if place.party in asker.rights.parties}
            own = {
                place for place in own if place.city == city and place.place.startswith("own ") and "." in place.place
            }
            assert {place.place for place in own - found} <= {"own proposal.withdrawn.reason"} | OVERWRITTEN
            assert {place.party for place in own} == asker.rights.parties


def test_what_is_said_of_members_is_said_to_the_city_alone(leaks: Leaks) -> None:
    told = {
        (place.rpartition(".")[2] == "reason", value.audience)
        for city in CITIES
        for place, value, _ in typed(leaks.walk.world, city)
        if "rights." in place
    }
    assert told == {(False, Audience.STAFF), (True, Audience.PERSONNEL), (True, Audience.DESK)}
    reasons = {
        place
        for city in CITIES
        for place, value, _ in typed(leaks.walk.world, city)
        if "rights." in place and value.audience is Audience.DESK
    }
    assert reasons == {"rights.representation_given.reason", "rights.representation_ended.reason"}


def test_no_route_tells_anybody_what_is_not_for_them(leaks: Leaks) -> None:
    walk, answers = leaks.walk, 0
    who: list[Asker | None] = [None, *(leaks.asker(name, city) for city in CITIES for name in ("staff", "auditor"))]
    for route in routes_of(walk.world.running.app):
        for asker in who:
            for path, rights, body in filled(route, asker):
                answer = walk.client.request(route.method, path, headers=asker.headers if asker else {}, json=body)
                assert answer.status_code < 500, (route, path)
                assert walk.leaks(asker.name if asker else "nobody", str(route), answer, rights, path) == []
                answers += 1
    assert answers > len(routes_of(walk.world.running.app)) * len(who)
    print(f"\nleaks: {len(routes_of(walk.world.running.app))} routes, {answers} answers")  # noqa: T201 - told with -s


def test_no_line_of_a_log_holds_what_was_typed_or_a_secret(leaks: Leaks, walked: Walked) -> None:
    assert walked.desk.answers
    assert any("/graphql" in line for line in leaks.log())
    assert typed_in(leaks, leaks.log()) == set()


def test_the_log_of_the_database_holds_nothing_that_was_typed(leaks: Leaks, walked: Walked, server: Any) -> None:
    assert walked.desk.answers
    folder = Path(str(conninfo_to_dict(server.admin_conninfo)["host"])).parents[0]
    lines = [path.read_text("utf-8", "replace") for path in folder.rglob("*.log")]
    assert any("database system is ready" in line for line in lines)
    assert typed_in(leaks, lines) == set()


def typed_in(leaks: Leaks, lines: list[str]) -> set[str]:
    """Canaries of typed values, logins, tokens and secrets; ids may be named in a log."""
    known = leaks.walk.world.canaries
    return {
        text
        for text in known.found(lines)
        if not any(place.place.startswith("id ") for place in known.known.get(text, ()))
    }


# --- broken versions --------------------------------------------------------------------------------------------------


def found_by(leaks: Leaks, name: str, city: str, *roots: str) -> Found:
    """What one asker finds behind some root fields."""
    asked = [each for each in leaks.walk.desk_questions() if each.root in roots]
    asked = [each for each in asked if not each.near] + [each for each in asked if each.near][:3]
    assert asked
    gc.freeze()  # so that only what is made from here on is looked through below
    with warnings.catch_warnings():  # what is broken for a test drops fields that were begun beside a refused one
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        found = Found()
        for each in asked:  # the first leak shows that it is noticed
            found.merge(leaks.walk.desk(leaks.asker(name, city), [each], broken=True))
            if found.leaks:
                break
        gc.collect()
    gc.unfreeze()
    return found


@pytest.mark.parametrize(
    ("shown", "name", "root"),
    [
        (Audience.DESK, "department_officer", "proposal"),
        (Audience.DEPARTMENT, "city_administrator", "inbox"),
        (Audience.PERSONNEL, "desk_officer", "timeline"),
        (Audience.COUNCIL, "approver", "timeline"),
        (Audience.PROPOSER, "city_administrator", "timeline"),
        (View.CASEWORK, "staff", "inbox"),
        (View.CASEWORK, "staff", "challenges"),
    ],
)
def test_an_entry_of_the_table_that_was_opened_is_noticed(
    leaks: Leaks, monkeypatch: pytest.MonkeyPatch, shown: Any, name: str, root: str
) -> None:
    assert found_by(leaks, name, SAPPORO, root).leaks == []
    monkeypatch.setitem(READERS, shown, EVERYBODY)
    assert found_by(leaks, name, SAPPORO, root).leaks


@pytest.mark.parametrize(
    "place", ["Query.inbox", "Query.proposal", "Query.timeline", "Challenge.history", "Case.history"]
)
def test_a_field_that_was_opened_is_noticed(leaks: Leaks, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    kind, name = place.split(".")
    field: Any = DESK.type_map[kind]
    told = field.fields[name].extensions["strawberry-definition"]
    (read_by,) = [each for each in told.extensions if isinstance(each, ReadBy)]
    root = {"Challenge": "challenges", "Case": "cases"}.get(kind, name)
    monkeypatch.setattr(read_by, "shown", View.CITY)
    assert found_by(leaks, "staff", SAPPORO, root).leaks


def test_a_value_shown_whatever_its_audience_is_noticed(leaks: Leaks, monkeypatch: pytest.MonkeyPatch) -> None:
    async def anybody(_words: Words, _info: Any) -> bool:
        return True

    monkeypatch.setattr(Words, "_is_for", anybody)
    assert found_by(leaks, "department_officer", SAPPORO, "proposal").leaks


class ForAnybody:
    """What was typed, opened without a look at its audience."""

    def __init__(self, sealed: Sealed) -> None:
        self.sealed = sealed

    async def text(self, info: Any) -> Any:
        return await info.context.words.load(self.sealed)


def test_an_act_told_in_words_whatever_its_audience_is_noticed(leaks: Leaks, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_by(leaks, "city_administrator", SAPPORO, "records").leaks == []
    monkeypatch.setattr("api.desk.wording.words", ForAnybody)
    assert found_by(leaks, "city_administrator", SAPPORO, "records").leaks


@pytest.mark.parametrize("root", ["challenge", "challenges"])
def test_unpublished_challenges_shown_to_the_staff_are_noticed(
    leaks: Leaks, monkeypatch: pytest.MonkeyPatch, root: str
) -> None:
    monkeypatch.setattr("api.desk.query.challenge_view", lambda *, published: View.CITY)  # noqa: ARG005 - the mutant
    assert found_by(leaks, "staff", AOMORI, root).leaks


def own_record(reader: Member, proposer: UUID, _typed: Sealed) -> bool:
    """Neither the key nor the audience is looked at."""
    return proposer in reader.parties


@pytest.mark.parametrize(
    ("name", "place", "mutant"),
    [
        ("proposer", "projections.queries.desk_own.of_parties", lambda _parties: Conditions()),
        ("other proposer", "projections.queries.desk_own.of_parties", lambda _parties: Conditions()),
        ("proposer", "tenants.visibility.TO_PARTY", frozenset(Audience)),
        ("proposer", "api.desk.own_words.may_read_own", own_record),
    ],
    ids=["whose it is", "whose it is, for others", "for whom it is", "key and audience"],
)
def test_a_rule_for_proposers_that_was_opened_is_noticed(
    leaks: Leaks, monkeypatch: pytest.MonkeyPatch, name: str, place: str, mutant: Any
) -> None:
    assert found_by(leaks, name, SAPPORO, "myProposals", "myProposal").leaks == []
    monkeypatch.setattr(place, mutant)
    assert found_by(leaks, name, SAPPORO, "myProposals", "myProposal").leaks


@pytest.mark.parametrize(
    ("shown", "root"), [(View.CITY, "challenges"), (View.CASEWORK, "inbox"), (View.RIGHTS, "rights")]
)
def test_a_view_of_the_city_that_was_opened_to_proposers_is_noticed(
    leaks: Leaks, monkeypatch: pytest.MonkeyPatch, shown: View, root: str
) -> None:
    monkeypatch.setitem(READERS, shown, SIGNED_IN)
    assert found_by(leaks, "proposer", SAPPORO, root).leaks


@pytest.fixture
def wall_down(leaks: Leaks) -> Iterator[None]:
    """Row security of the proposals is off."""
    house = leaks.walk.world.running.house
    house.sql("alter table renkei.proposals disable row level security")
    yield
    house.sql("alter table renkei.proposals enable row level security")


def unfiltered(model: Any) -> sql.Composable:
    """Rows of every city."""
    whole = of_city(model).as_string()
    return sql.SQL(whole.replace("city = %s", "(city = %s or true)", 1))


def test_without_row_security_each_query_still_names_its_city(leaks: Leaks, wall_down: None) -> None:
    assert found_by(leaks, "desk_officer", SAPPORO, "inbox", "proposal").leaks == []


def test_a_query_that_forgot_its_city_is_held_by_row_security(leaks: Leaks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.queries.desk_records.of_city", unfiltered)
    assert found_by(leaks, "desk_officer", SAPPORO, "inbox", "proposal").leaks == []


@pytest.mark.parametrize(("name", "city"), [("desk_officer", SAPPORO), ("desk_officer", AOMORI)])
def test_both_walls_down_are_noticed(
    leaks: Leaks, monkeypatch: pytest.MonkeyPatch, wall_down: None, name: str, city: str
) -> None:
    monkeypatch.setattr("projections.queries.desk_records.of_city", unfiltered)
    assert found_by(leaks, name, city, "inbox").leaks


def test_a_hidden_text_in_the_commons_is_noticed(leaks: Leaks) -> None:
    walk = leaks.walk
    house, hidden = walk.world.running.house, next(iter(walk.hidden()))
    ((id_, before),) = house.sql(
        "select id, title from commons.challenges where city = %s order by id limit 1", SAPPORO
    )
    try:
        house.sql("update commons.challenges set title = %s where (city, id) = (%s, %s)", hidden, SAPPORO, id_)
        asked = [each for each in walk.public_questions() if each.root == "challenges"]
        assert walk.public("nobody", {}, asked).leaks
    finally:
        house.sql("update commons.challenges set title = %s where (city, id) = (%s, %s)", before, SAPPORO, id_)


def test_a_line_of_a_log_that_tells_too_much_is_noticed(leaks: Leaks) -> None:
    hidden = next(iter(leaks.walk.hidden()))
    assert typed_in(leaks, [f"{{'event': 'damaged', 'text': '{hidden}'}}"]) == {hidden}
