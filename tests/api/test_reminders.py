"""Reminders by mail: to whom it is due, once, over a real mail server; nothing that anybody typed is in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from structlog.testing import capture_logs

from api.doctor import Level, Look, signing
from api.reminders.keeping import OWN, put_in, remind
from api.reminders.letters import Reminder, letters, reminders
from api.settings import Settings
from api.signing.mail import Mail
from api.signing.settings import SignIn
from domain.challenge import Result
from domain.days_in_words import in_japanese
from domain.organisation import Organisation
from domain.policy import Deadline, Deadlines, Provenance, Reminders, RuleStatus
from domain.rights import Right
from domain.values import CityCode, Day
from domain.words import WORDS
from projections.catalogue import READ_MODELS
from projections.due import Waiting
from projections.proposals import PROPOSALS
from projections.rebuild import rebuild
from projections.records.table import KINDS, RECORDS
from tenants import outbox
from tenants.commands import challenges, consultations, projects, proposals, surveys
from tenants.commands.city import AdoptPolicy
from tenants.database import access
from tenants.entering import enter_member
from tenants.identity.enrolment import set_mail_address
from tenants.identity.vault import Vault
from tenants.members import Role, operator
from tenants.register import as_text
from tenants.wish import Entry, Wish
from tests.api.signing_world import ADDRESS, mail_server
from tests.api.test_sign_reset import Letterbox
from tests.conftest import AOMORI, SAPPORO, House, city_file
from tests.projections.asking import caught_up
from tests.projections.running import runner_of
from tests.tenants.test_proposals import receiving

RULES: Final = Provenance("test", RuleStatus.IN_FORCE, date(2026, 4, 1))
WISHED: Final = Reminders(RULES, days_before=3)
TITLE: Final = "誰にも見せない題名"


@dataclass
class Office:
    """A city that reminds its people, and their mails."""

    house: House
    box: Letterbox
    told: SignIn

    def adopt(self, rule: Reminders | None, days: int = 3) -> None:
        known = city_file(SAPPORO)
        deadlines = Deadlines(RULES, {Deadline.CONSULTATION_ANSWER: days, Deadline.FIRST_ANSWER: days})
        content = as_text(replace(known, policy=replace(known.policy, deadlines=deadlines, reminders=rule)))
        wish = AdoptPolicy(content=content, status=RuleStatus.IN_FORCE, valid_from=date(2026, 4, 1))
        self.house.tenancy.desk(operator(SAPPORO)).do(wish, Entry(uuid4()))

    def person(self, role: Role, mail: str | None, city: CityCode = SAPPORO, department: UUID | None = None) -> UUID:
        member = enter_member(self.house.tenancy, city, f"login-{uuid4()}", "佐藤", (role,), department)
        if mail is not None:
            with self.house.connect(access.Role.OWNER) as owner:
                set_mail_address(owner, Vault(self.house.tenancy.keys), city, member.id, mail)
        return member.id

    def asked(self, on: date | None = None, *, sample: bool = False) -> UUID:
        id_ = uuid4()
        wish = consultations.Receive(consultation=id_, asker=uuid4(), title=TITLE, question=TITLE, sample=sample)
        day = Day(on or self.house.tenancy.today())
        self.house.desk(SAPPORO).do(wish, Entry(uuid4(), occurred_on=day))
        return id_

    def do(self, wish: Wish[Any]) -> None:
        self.house.desk(SAPPORO).do(wish, Entry(uuid4()))

    def offered(self) -> UUID:
        id_ = uuid4()
        self.do(receiving(self.house.desk(SAPPORO), id_, title=TITLE))
        return id_

    def published(self, department: UUID, due_on: date) -> UUID:
        id_ = uuid4()
        raised = challenges.Raise(challenge=id_, title=TITLE, description=TITLE, department=department)
        self.do(raised)
        self.do(challenges.Publish(challenge=id_, title="雪", description="雪", due_on=due_on))
        return id_

    def round(self) -> list[str]:
        """One round of the work; to whom mails went."""
        caught_up(self.house)
        before = len(self.box.people)
        remind(self.house.tenancy, SAPPORO, self.told, self.house.folder)
        return sorted(self.box.people[before:])

    def rows(self) -> list[Any]:
        return self.house.sql("select kind, tries, sent_at is not null, gave_up from renkei.outbox order by kind, id")


@pytest.fixture
def office(house: House) -> Iterator[Office]:
    box = Letterbox()
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    house.open_city(SAPPORO)
    house.open_city(AOMORI)
    office = Office(house, box, SignIn(address=ADDRESS, mail=mail_server(box.port)))
    office.adopt(WISHED)
    yield office
    server.stop()


# --- to whom and when -------------------------------------------------------------------------------------------------


def waiting(due_on: date | None, since: datetime = datetime(2026, 11, 1, tzinfo=UTC), **told: Any) -> Waiting:
    return Waiting(
        **{
            "id": UUID(int=1),
            "kind": "consultation",
            "due_on": due_on,
            "since": since,
            "role": Role.DESK_OFFICER,
            "member": None,
            "posts": (),
            "department": None,
            **told,
        }
    )


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-11-18", []),  # four business days before the 25th: 19, 20, 24, 25
        ("2026-11-19", [Reminder.DUE]),
        ("2026-11-25", [Reminder.DUE]),
        ("2026-11-26", [Reminder.OVERDUE]),
        ("2026-12-25", [Reminder.OVERDUE]),
        ("2026-12-26", []),
    ],
)
def test_it_reminds_business_days_before_and_when_it_is_overdue(today: str, expected: list[Reminder]) -> None:
    told = list(reminders(WISHED, date.fromisoformat(today), waiting(date(2026, 11, 25))))
    assert told == [(kind, date(2026, 11, 25)) for kind in expected]
    silent = replace(WISHED, overdue=False)
    kinds = [kind for kind, _ in reminders(silent, date.fromisoformat(today), waiting(date(2026, 11, 25)))]
    assert kinds == [kind for kind in expected if kind is Reminder.DUE]


def test_of_a_turn_it_reminds_only_where_the_city_wants_it_and_on_the_day_in_japan() -> None:
    evening = waiting(None, datetime(2026, 11, 19, 23, tzinfo=UTC))
    wanting = replace(WISHED, turns=True)
    assert list(reminders(WISHED, date(2026, 11, 20), evening)) == []
    assert list(reminders(wanting, date(2026, 11, 20), evening)) == [(Reminder.TURN, date(2026, 11, 20))]
    assert list(reminders(wanting, date(2026, 11, 19), evening)) == []


def test_it_goes_to_whom_it_waits_for_by_name_and_by_role_within_the_department() -> None:
    parks, roads = UUID(int=5), UUID(int=6)
    desk, park, road, whole, drafter = (UUID(int=n) for n in range(10, 15))
    rights = {
        desk: frozenset({Right(Role.DESK_OFFICER)}),
        park: frozenset({Right(Role.DEPARTMENT_OFFICER, parks)}),
        road: frozenset({Right(Role.DEPARTMENT_OFFICER, roads)}),
        whole: frozenset({Right(Role.DEPARTMENT_OFFICER)}),
        drafter: frozenset({Right(Role.STAFF)}),
    }

    def to(**told: Any) -> set[UUID]:
        found = [waiting(date(2026, 11, 25), **told)]
        return {each.member for each in letters(WISHED, date(2026, 11, 25), found, rights, Organisation())}

    assert to() == {desk}
    assert to(role=Role.DEPARTMENT_OFFICER, department=parks) == {park, whole}
    assert to(role=Role.DEPARTMENT_OFFICER) == {whole}
    assert to(role="nobody", member=drafter) == {drafter}
    assert to(role="nobody", member=UUID(int=99)) == {desk}, "who left: the desk sees to it"
    assert to(role="nobody", posts=(UUID(int=98),)) == {desk}, "nobody holds that post"


# --- sent, and once ---------------------------------------------------------------------------------------------------


def test_who_has_an_address_is_reminded_once_whatever_is_looked_at_again(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.person(Role.DESK_OFFICER, None)
    office.person(Role.DEPARTMENT_OFFICER, "suzuki@city.example.jp")
    office.person(Role.DESK_OFFICER, "kudo@aomori.example.jp", AOMORI)
    office.asked()
    office.asked(sample=True)
    assert office.round() == ["sato@city.example.jp"]
    assert office.round() == []
    assert office.rows() == [("due", 1, True, False)]


def test_what_was_sent_is_sent_no_more_however_late_it_is(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.asked()
    assert office.round() == ["sato@city.example.jp"]
    office.house.sql("update renkei.outbox set next_at = clock_timestamp() - interval '1 day' returning id")
    assert office.round() == []


def test_a_rebuild_of_the_views_sends_nothing_again(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.asked()
    assert office.round() == ["sato@city.example.jp"]
    with runner_of(office.house, READ_MODELS) as runner:
        assert rebuild(runner._pool, runner, RECORDS) == 2
    assert office.round() == []


def test_of_a_first_answer_the_desk_is_reminded_once_whatever_is_rebuilt(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.person(Role.DEPARTMENT_OFFICER, "suzuki@city.example.jp", department=office.house.department(SAPPORO))
    proposal = office.offered()
    assert office.round() == ["sato@city.example.jp"]
    (mail,) = office.box.mails
    ((due,),) = office.house.sql("select due_on from renkei.proposals where id = %s", proposal)
    assert mail["Subject"] == f"期限が近づいています: 提案（{in_japanese(due)}）"
    assert (str(proposal) in mail.get_content(), TITLE in mail.get_content()) == (True, False)
    with runner_of(office.house, READ_MODELS) as runner:
        assert rebuild(runner._pool, runner, PROPOSALS) == 2
    assert office.round() == []
    office.adopt(replace(WISHED, english=True))
    office.offered()
    office.round()
    assert office.box.mails[-1]["Subject"] == f"Due soon: proposal ({due})"


def test_of_a_completion_the_desk_is_reminded_and_of_an_opinion_the_department(office: Office) -> None:
    parks, roads = office.house.department(SAPPORO), office.house.department(SAPPORO)
    office.adopt(WISHED, days=20)
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.person(Role.DEPARTMENT_OFFICER, "suzuki@city.example.jp", department=parks)
    office.person(Role.DEPARTMENT_OFFICER, "kudo@city.example.jp", department=roads)
    returned, asked, resting = office.offered(), office.offered(), office.offered()
    today = office.house.tenancy.today()
    office.do(proposals.ReturnForCompletion(proposal=returned, reason="図面。", due_on=today))
    question = proposals.AskOpinions(proposal=asked, departments=(parks,), question="役立つか。", due_on=today)
    office.do(question)
    office.do(replace(question, proposal=resting))
    office.do(proposals.Suspend(proposal=resting, reason="雪解けを待つ。"))
    assert office.round() == ["sato@city.example.jp", "suzuki@city.example.jp"]
    told = office.house.sql("select about, kind from renkei.outbox order by about")
    assert told == sorted([(returned, "due"), (asked, "due")])
    office.do(proposals.Complete(proposal=returned, note="図面を添えた。"))
    assert office.round() == []


def test_a_turn_in_a_proposal_is_told_to_whom_it_waits_for(office: Office) -> None:
    parks, roads = office.house.department(SAPPORO), office.house.department(SAPPORO)
    office.adopt(replace(WISHED, turns=True), days=20)
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.person(Role.DEPARTMENT_OFFICER, "suzuki@city.example.jp", department=parks)
    office.person(Role.DEPARTMENT_OFFICER, "kudo@city.example.jp", department=roads)
    proposal = office.offered()
    assert office.round() == ["sato@city.example.jp"]
    office.do(proposals.Screen(proposal=proposal, reason="役立つ。"))
    office.do(proposals.Match(proposal=proposal, department=parks, reason="所管。"))
    assert office.round() == ["suzuki@city.example.jp"]
    assert {row[0] for row in office.rows()} == {"turn"}


def test_a_turn_of_two_is_told_to_both(office: Office) -> None:
    parks, roads = office.house.department(SAPPORO), office.house.department(SAPPORO)
    office.adopt(replace(WISHED, turns=True), days=20)
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.person(Role.DEPARTMENT_OFFICER, "suzuki@city.example.jp", department=parks)
    office.person(Role.DEPARTMENT_OFFICER, "kudo@city.example.jp", department=roads)
    project = uuid4()
    office.do(projects.Begin(project=project, department=parks, title="見守り", track="scheme"))
    assert office.round() == ["suzuki@city.example.jp"]
    asked = projects.RequestBudget(project=project, request=uuid4(), fiscal_year=2026, amount=100, reason="計測器")
    office.do(asked)
    assert office.round() == ["sato@city.example.jp"]  # the department knows already


def test_of_a_published_challenge_the_desk_and_its_department_are_reminded(office: Office) -> None:
    parks, roads = office.house.department(SAPPORO), office.house.department(SAPPORO)
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.person(Role.DEPARTMENT_OFFICER, "suzuki@city.example.jp", department=parks)
    office.person(Role.DEPARTMENT_OFFICER, "kudo@city.example.jp", department=roads)
    today = office.house.tenancy.today()
    over = office.published(parks, today)
    office.do(challenges.Close(challenge=over, result=Result.ANSWERED, note="雪"))
    office.published(parks, today + timedelta(60))
    assert office.round() == []
    office.published(parks, today)
    assert office.round() == ["sato@city.example.jp", "suzuki@city.example.jp"]
    assert office.box.mails[-1]["Subject"] == f"期限が近づいています: 課題（{in_japanese(today)}）"


def test_departments_that_are_asked_together_are_each_reminded(office: Office) -> None:
    parks, roads = office.house.department(SAPPORO), office.house.department(SAPPORO)
    office.person(Role.DEPARTMENT_OFFICER, "suzuki@city.example.jp", department=parks)
    office.person(Role.DEPARTMENT_OFFICER, "kudo@city.example.jp", department=roads)
    today = office.house.tenancy.today()
    office.do(surveys.Ask(survey=uuid4(), title="照会", text="課題は。", departments=(parks,), due_on=today))
    assert office.round() == ["suzuki@city.example.jp"]


def test_another_deadline_is_another_mail_and_what_was_answered_is_none(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    answered = office.asked()
    office.house.desk(SAPPORO).do(consultations.Answer(consultation=answered, answer="はい。"), Entry(uuid4()))
    assert office.round() == []
    office.asked(office.house.tenancy.today() - timedelta(20))
    assert office.round() == ["sato@city.example.jp"]
    assert [row[0] for row in office.rows()] == ["overdue"]


def test_a_city_whose_policy_says_nothing_sends_nothing(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.adopt(None)
    office.asked()
    assert (office.round(), office.rows()) == ([], [])


def test_a_mail_says_what_and_when_and_nothing_that_was_typed(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    asked = office.asked()
    office.round()
    (mail,) = office.box.mails
    ((due,),) = office.house.sql("select due_on from renkei.records where id = %s", asked)
    assert mail["Subject"] == f"期限が近づいています: 相談・問合せ（{in_japanese(due)}）"
    assert in_japanese(due).startswith("令和")
    text = mail.get_content()
    assert (str(asked) in text, f"{ADDRESS}/desk/{SAPPORO}/sign-in" in text) == (True, True)
    assert (TITLE in text, "佐藤" in text) == (False, False)


def test_in_english_and_in_the_words_of_the_city(office: Office) -> None:
    office.adopt(replace(WISHED, english=True))
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.asked()
    office.round()
    assert re.fullmatch(r"Due soon: consultation \(\d{4}-\d\d-\d\d\)", office.box.mails[-1]["Subject"])
    office.adopt(WISHED)
    own = office.house.folder / "mail" / SAPPORO
    own.mkdir(parents=True)
    (own / "due.ja.txt").write_text("札幌の窓口より: {{ kind }}\n\n{{ due_on }}\n", "utf-8")
    office.asked()
    office.round()
    assert office.box.mails[-1]["Subject"] == "札幌の窓口より: 相談・問合せ"


def test_a_template_of_a_city_reaches_nothing_but_its_facts(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    own = office.house.folder / "mail" / SAPPORO
    own.mkdir(parents=True)
    (own / "due.ja.txt").write_text("{{ kind.__class__.__mro__ }}\n\n", "utf-8")
    office.asked()
    assert office.round() == []
    assert office.rows() == [("due", 1, False, False)]


def test_what_the_mail_server_does_not_take_comes_again_later_and_in_the_end_no_more(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.asked()
    gone = replace(office, told=SignIn(address=ADDRESS, mail=mail_server(1)))
    with capture_logs() as logs:
        assert gone.round() == []
    assert "sato@" not in str(logs)
    assert gone.rows() == [("due", 1, False, False)]
    assert office.round() == []  # not before its pause has passed
    ((pause,),) = office.house.sql("select next_at - clock_timestamp() from renkei.outbox")
    assert timedelta(minutes=4) < pause <= outbox.PAUSE
    office.house.sql("update renkei.outbox set next_at = clock_timestamp()")
    gone.round()
    ((pause,),) = office.house.sql("select next_at - clock_timestamp() from renkei.outbox")
    assert outbox.PAUSE < pause <= 2 * outbox.PAUSE
    office.house.sql("update renkei.outbox set next_at = clock_timestamp()")
    assert office.round() == ["sato@city.example.jp"]
    office.house.sql("update renkei.outbox set sent_at = null, tries = %s, next_at = now()", outbox.TRIES - 1)
    gone.round()
    assert gone.rows() == [("due", outbox.TRIES, False, True)]
    assert office.round() == []


def test_a_mail_that_was_handed_in_twice_bears_one_message_id(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.asked()
    office.round()
    office.house.sql("update renkei.outbox set sent_at = null, next_at = clock_timestamp()")  # ended before marking it
    office.round()
    names = {mail["Message-ID"] for mail in office.box.mails}
    ((id_,),) = office.house.sql("select id from renkei.outbox")
    assert (len(office.box.mails), names) == (2, {f"<{id_}@city.example.jp>"})


def test_what_the_mail_server_took_is_sent_however_it_ends_the_talk(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> str:
        return "421 closing"

    monkeypatch.setattr(office.box, "handle_QUIT", busy, raising=False)
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.asked()
    assert office.round() == ["sato@city.example.jp"]
    assert office.rows() == [("due", 1, True, False)]


def test_while_a_slow_server_takes_mails_no_other_process_sends_them_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mail takes the server as long as the pause before a second attempt."""
    people = sorted(f"{name}@city.example.jp" for name in ("sato", "suzuki", "takahashi"))
    for mail in people:
        office.person(Role.DESK_OFFICER, mail)
    office.asked()
    hand_in = Mail.hand_in

    def slowly(mail: Mail, address: str, whole: str, name: str | None = None) -> bool:
        monkeypatch.setattr(Mail, "hand_in", hand_in)
        office.house.sql("update renkei.outbox set next_at = next_at - %s where tries > 0", outbox.PAUSE)
        remind(office.house.tenancy, SAPPORO, office.told, office.house.folder)  # what the other process does
        return hand_in(mail, address, whole, name)

    monkeypatch.setattr(Mail, "hand_in", slowly)
    office.round()
    twice = [mail for mail in people if office.box.people.count(mail) > 1]
    assert (sorted({*office.box.people}), len(twice)) == (people, 1)  # the one that was in hand all the time


def test_a_template_that_cannot_be_read_stops_no_other_citys_mails(office: Office) -> None:
    place = office.house.folder / "mail" / SAPPORO / "due.ja.txt"
    place.parent.mkdir(parents=True)
    place.write_bytes("期限のお知らせ\n{{ due_on }}\n".encode("shift_jis"))
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.asked()
    with capture_logs() as logs:
        assert office.round() == []
    assert [(told["event"], told["problem"]) for told in logs] == [("reminder_not_written", "UnicodeDecodeError")]
    assert office.rows() == [("due", 1, False, False)]


def test_who_has_left_is_not_reminded(office: Office) -> None:
    member = office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.asked()
    caught_up(office.house)
    office.house.sql("update renkei.members set active = false where member = %s", member)
    assert put_in(office.house.tenancy, SAPPORO, WISHED) == 0


def test_the_outbox_holds_no_word_and_no_address(office: Office) -> None:
    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    office.asked()
    office.round()
    ((row,),) = office.house.sql("select to_jsonb(o)::text from renkei.outbox o")
    assert re.search(r"[぀-鿿@]", row) is None


def test_the_doctor_tells_of_reminders_that_nobody_sends(office: Office) -> None:
    def levels(sign_in: SignIn) -> list[Level]:
        settings = Settings(data=office.house.folder, sign_in=sign_in)
        return [each.level for each in signing.mails(Look(settings, office.house.superuser))]

    office.person(Role.DESK_OFFICER, "sato@city.example.jp")
    assert levels(SignIn()) == []
    office.asked()
    unsent = replace(office, told=SignIn())
    unsent.round()
    assert (levels(SignIn()), levels(office.told)) == ([Level.WARN], [])
    office.house.sql("update renkei.outbox set gave_up = true")
    assert levels(office.told) == [Level.WARN]


@pytest.mark.parametrize("kind", Reminder)
def test_every_reminder_has_its_words_in_both_languages(kind: Reminder) -> None:
    for language in ("ja", "en"):
        subject, blank, *_ = (OWN / f"{kind.value}.{language}.txt").read_text("utf-8").split("\n")
        assert (bool(subject), blank) == (True, "")


def test_every_kind_of_record_has_a_word() -> None:
    assert {kind.process.name for kind in KINDS} <= WORDS.keys()
