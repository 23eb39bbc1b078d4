"""On 1 April a department is merged and two of its officers leave while proposals are talked over (機構改革・人事異動).

Everything is entered ahead. Until 31 March nothing has moved; from 1 April nothing is orphaned, and history goes on
telling the names of the day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import INBOX, CityHall, Somebody, city_hall

OLD, NEW, BESIDE = "交通計画課", "都市交通課", "交通安全課"
"""What ends, and the two that take its work over: one that begins on that day, one that has long been there."""
OTHER, RENAMED = "環境政策課", "環境共生課"

CHART: Final = """query ($on: Date) { organisation(on: $on) {
  departments { name { text } } posts { name { text } department { name { text } } holders { name } }
} }"""
HISTORY: Final = """query ($id: UUID!) { proposal(id: $id) {
  department { name { text } } history { topic actor { name } post { name { text } department { name { text } } } }
} }"""


@dataclass
class Office:
    """The people of the journey, what they have in hand, and the two days between which everything moves."""

    hall: CityHall

    def __post_init__(self) -> None:
        hall, today = self.hall, self.hall.today
        self.april = date(today.year + (today >= date(today.year, 3, 1)), 4, 1)
        self.eve = self.april - timedelta(days=1)
        hall.now_rules("approvals", 'acts = { publish_challenge = ["internal"] }')
        self.old, self.beside, self.other = (hall.department(name) for name in (OLD, BESIDE, OTHER))
        self.next_post = hall.new()
        self.first = hall.somebody(Role.STAFF, name="鈴木 一郎")
        self.second = hall.somebody(Role.DEPARTMENT_OFFICER, name="高橋 花", department=OLD)
        self.chief = hall.somebody(Role.STAFF, name="佐藤 課長")
        self.heir = hall.somebody(Role.STAFF, name="伊藤 三郎")
        self.next_chief = hall.somebody(Role.STAFF, name="渡辺 課長")
        self.stranger = hall.somebody(Role.DEPARTMENT_OFFICER, name="他課 職員", department=OTHER)
        self.neighbour = hall.somebody(Role.DEPARTMENT_OFFICER, name="小林 夏", department=BESIDE)
        self.desk_post, self.chief_post = hall.post("係長", OLD, self.first), hall.post("課長", OLD, self.chief)
        self.may(self.desk_post, Role.DEPARTMENT_OFFICER, today)
        self.may(self.chief_post, Role.APPROVER, today)

    def may(self, post: str, role: Role, since: date) -> None:
        """Who holds a post may do this from a day on."""
        self.hall.administrator.does(
            "grantRight", grant=self.hall.new(), post=post, role=role.name, reason="職務", validFrom=since.isoformat()
        )


def test_the_changes_of_1_april_are_entered_ahead_and_nothing_is_orphaned(house: House) -> None:
    with city_hall(house, SAPPORO) as hall:
        office = Office(hall)
        work = work_is_under_way(office)
        the_changes_are_entered_ahead(office)
        everything_is_as_it_was(office, work)
        with hall.on(office.eve):
            everything_is_as_it_was(office, work)
            last = {"proposal": work["proposal"], "minutes": "引継ぎの前に話し合った。"}
            office.first.does("recordProposalDialogue", **last, holding=office.desk_post)
            office.second.does("recordProposalDialogue", **last)
        with hall.on(office.april):
            the_old_ones_are_gone(office, work)
            everything_open_is_the_successors(office, work)
            the_work_goes_on(office, work)
            history_tells_the_names_of_the_day(office, work)


def test_an_act_that_is_left_with_nobody_waits_for_the_desk(house: House) -> None:
    """Its drafter has left, or the post that decides was abolished and has no successor: the desk sees to it."""
    with city_hall(house, SAPPORO) as hall:
        office = Office(hall)
        drafted, pending = act_of(office, office.first), act_of(office, office.second)
        office.second.does("submitApproval", approval=pending)
        for day in (hall.today, office.eve):
            with hall.on(day):
                assert not {drafted, pending} & hall.clerk.waits()
                assert drafted in office.first.waits()
                assert pending in office.chief.waits()
            april = office.april.isoformat()
            hall.administrator.does("removeMember", member=office.first.id, reason="異動", validFrom=april)
            hall.administrator.does("abolishPost", post=office.chief_post, validFrom=april)
        with hall.on(office.april):
            assert {drafted, pending} <= hall.clerk.waits()
            assert not {drafted, pending} & in_hand(office.second, office.chief, office.heir)
            for act in (drafted, pending):
                assert hall.clerk.opens("approval", act)["waitingForMe"] is True
                hall.clerk.does("withdrawApproval", approval=act, reason="機構改革のため起案し直す。")
            assert not {drafted, pending} & hall.clerk.waits()


def act_of(office: Office, drafter: Somebody) -> str:
    """An act that somebody drafted for the chief to decide."""
    hall = office.hall
    challenge = hall.clerk.does("raiseChallenge", title="人流", description="測りたい。", department=office.old)["id"]
    hall.clerk.does("nameChallengeContact", challenge=challenge, contact="交通計画課 内線2450")
    hall.clerk.does("reviewChallenge", challenge=challenge, verdict="ACCEPTED")
    deed = {"challenge": challenge, "title": "人流の計測", "description": "人の流れを測りたい。"}
    approval: str = drafter.does(
        "draftApproval", deed={"publishChallenge": deed}, title="課題の公開について",
        route=[{"post": office.chief_post, "part": "DECIDE"}],
    )["id"]  # fmt: skip
    return approval


# --- before (3月まで) -------------------------------------------------------------------------------------------------


def work_is_under_way(office: Office) -> dict[str, str]:
    """A proposal and a dialogue in the middle, an invitation not answered, an act waiting for the chief."""
    hall = office.hall
    proposal = hall.in_dialogue("地下歩行空間の人流", OLD, office.first)
    asked: dict[str, Any] = {"department": office.old, "request": "試行の可否を話し合ってください。"}
    dialogue = hall.clerk.does("inviteDialogue", proposal=proposal, title="人流計測の対話", **asked)["id"]
    office.first.does("acceptDialogue", dialogue=dialogue)
    offered = hall.clerk.does("receiveProposal", **hall.offer("バス停の混雑"))["id"]
    hall.clerk.does("screenProposal", proposal=offered, reason="課題に役立つ。")
    invited = hall.clerk.does("inviteDialogue", proposal=offered, title="混雑の対話", **asked)["id"]
    challenge = office.first.does(
        "raiseChallenge", title="人流が分からない", description="測りたい。", department=office.old,
        planFields=["area_urban_space"],
    )["id"]  # fmt: skip
    office.first.does("nameChallengeContact", challenge=challenge, contact="交通計画課 内線2450")
    hall.clerk.does("reviewChallenge", challenge=challenge, verdict="ACCEPTED")
    deed: dict[str, Any] = {
        "challenge": challenge, "title": "人流の計測", "description": "人の流れを測りたい。",
        "conditions": "通行を妨げない。", "cityOffers": "通路の一部。",
        "dueOn": (office.april + timedelta(60)).isoformat(),
    }  # fmt: skip
    approval = hall.clerk.does(
        "draftApproval", deed={"publishChallenge": deed}, title="課題の公開について",
        route=[{"post": office.chief_post, "part": "DECIDE"}],
    )["id"]  # fmt: skip
    hall.clerk.does("submitApproval", approval=approval)
    return {
        "proposal": proposal, "dialogue": dialogue, "invited": invited, "challenge": challenge, "approval": approval,
    }  # fmt: skip


def the_changes_are_entered_ahead(office: Office) -> None:
    """The department that takes over, its posts and who holds them, the abolition, the leavings; another's new name."""
    hall, does, april = office.hall, office.hall.administrator.does, office.april.isoformat()
    new = hall.departments[NEW] = hall.new()
    desk_post, chief_post = office.next_post, hall.new()
    does("establishDepartment", department=new, title=NEW, validFrom=april)
    early: dict[str, Any] = {
        "post": hall.new(),
        "department": new,
        "title": "主査",
        "validFrom": office.eve.isoformat(),
    }
    assert hall.administrator.is_refused("establishPost", **early) == "DATE_INVALID"
    ending: dict[str, Any] = {"department": office.old, "successors": [new, office.beside]}
    assert hall.administrator.is_refused("abolishDepartment", **ending, validFrom=early["validFrom"]) == "DATE_INVALID"
    for post, title, holder, role, before in (
        (desk_post, "係長（都市交通）", office.heir, Role.DEPARTMENT_OFFICER, office.desk_post),
        (chief_post, "課長（都市交通）", office.next_chief, Role.APPROVER, office.chief_post),
    ):
        does("establishPost", post=post, department=new, title=title, validFrom=april)
        does("assignPost", post=post, member=holder.id, validFrom=april)
        office.may(post, role, office.april)
        does("abolishPost", post=before, successor=post, validFrom=april)
    does("abolishDepartment", **ending, validFrom=april)
    for leaver in (office.first, office.second):
        does("removeMember", member=leaver.id, reason="異動", validFrom=april)
    does("renameDepartment", department=office.other, title=RENAMED, validFrom=april)


def everything_is_as_it_was(office: Office, work: dict[str, str]) -> None:
    """The old department's people have everything in hand, the coming ones nothing, and the names are those of now."""
    assert {work["proposal"], work["dialogue"], work["invited"]} <= office.first.waits()
    assert {work["proposal"], work["dialogue"], work["invited"]} <= office.second.waits()
    assert work["approval"] in office.chief.waits()
    assert not {*work.values()} & in_hand(office.heir, office.next_chief, office.neighbour, office.stranger)
    assert office.heir.is_refused("acceptDialogue", dialogue=work["invited"]) == "NOT_ALLOWED"
    assert office.neighbour.is_refused("acceptDialogue", dialogue=work["invited"]) == "OUTSIDE_REMIT"
    assert chart(office.hall.administrator) == (
        {OLD, BESIDE, OTHER},
        {("係長", OLD, "鈴木 一郎"), ("課長", OLD, "佐藤 課長")},
    )
    assert office.stranger.reads(HISTORY, id=work["proposal"])["proposal"]["department"]["name"]["text"] == OLD


# --- from 1 April (4月から) -------------------------------------------------------------------------------------------


def the_old_ones_are_gone(office: Office, work: dict[str, str]) -> None:
    """Who left is not let in; who stayed without the post has nothing to do with it any more."""
    for leaver in (office.first, office.second):
        assert office.hall.desk.post(leaver.person, "{ me { name } }").status_code == 401
    assert not {*work.values()} & in_hand(office.chief, office.stranger)
    told = {"approval": work["approval"], "post": office.chief_post, "verdict": "APPROVED"}
    assert office.chief.is_refused("decideApproval", **told) in {"NOT_ALLOWED", "POST_NOT_HELD"}
    assert office.stranger.is_refused("acceptDialogue", dialogue=work["invited"]) == "OUTSIDE_REMIT"


def everything_open_is_the_successors(office: Office, work: dict[str, str]) -> None:
    """What waited for the old department waits for the one that took over, and the act for the chief of that one."""
    assert {work["proposal"], work["dialogue"], work["invited"]} <= office.heir.waits() & office.neighbour.waits()
    assert work["approval"] in office.next_chief.waits()
    assert chart(office.hall.administrator) == (
        {NEW, BESIDE, RENAMED},
        {("係長（都市交通）", NEW, "伊藤 三郎"), ("課長（都市交通）", NEW, "渡辺 課長")},
    )


def the_work_goes_on(office: Office, work: dict[str, str]) -> None:
    """The dialogue in the middle is held on and ended, the invitation accepted, the act decided, the proposal too."""
    hall, heir, here = office.hall, office.heir, {"proposal": work["proposal"]}
    heir.does("recordDialogueMeeting", dialogue=work["dialogue"], minutes="引き継いで話し合った。")
    heir.does("recordProposalDialogue", **here, minutes="引き継いで話し合った。", holding=office.next_post)
    heir.does("endDialogue", dialogue=work["dialogue"], ending="READY_TO_DECIDE", reason="実施できる。")
    office.neighbour.does("acceptDialogue", dialogue=work["invited"])
    office.next_chief.does("decideApproval", approval=work["approval"], post=office.chief_post, verdict="APPROVED")
    hall.clerk.does("carryApprovalOut", approval=work["approval"])
    heir.does("decideProposal", **here, outcome="ADOPTED", reason="実施できる。")
    assert heir.sees(work["proposal"])["stage"] == "ADOPTED"


def history_tells_the_names_of_the_day(office: Office, work: dict[str, str]) -> None:
    """Who talked then is told by the name and the post of then, and the organisation of 31 March is what it was."""
    card = office.heir.reads(HISTORY, id=work["proposal"])["proposal"]
    talks = [
        (each["actor"]["name"], each["post"] and (named(each["post"]), named(each["post"]["department"])))
        for each in card["history"]
        if each["topic"] == "proposal.dialogue_recorded"
    ]
    assert talks == [
        ("鈴木 一郎", None),
        ("鈴木 一郎", ("係長", OLD)),
        ("高橋 花", None),
        ("伊藤 三郎", ("係長（都市交通）", NEW)),
    ]
    assert chart(office.hall.administrator, office.eve) == (
        {OLD, BESIDE, OTHER},
        {("係長", OLD, "鈴木 一郎"), ("課長", OLD, "佐藤 課長")},
    )


def in_hand(*people: Somebody) -> set[str]:
    """What waits for these people; nothing can wait for those of whom no role decides or talks."""
    waiting = set()
    for each in people:
        if "errors" not in each.hall.desk.post(each.person, INBOX).json():
            waiting |= each.waits()
        else:
            assert each.hall.desk.refused(each.person, INBOX)[1] == "NOT_ALLOWED"
    return waiting


def chart(asker: Somebody, on: date | None = None) -> tuple[set[str], set[tuple[str, str, str]]]:
    """The departments, and the posts with their department and holder, of a day."""
    found = asker.reads(CHART, on=on and on.isoformat())["organisation"]
    posts = {(named(each), named(each["department"]), each["holders"][0]["name"]) for each in found["posts"]}
    return {named(each) for each in found["departments"]}, posts


def named(told: dict[str, Any]) -> str:
    """The name of a department or post."""
    name: str = told["name"]["text"]
    return name
