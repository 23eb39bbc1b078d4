"""A department is merged and two of its officers leave while a proposal is talked over: nothing is orphaned."""

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import city_hall


def test_open_work_goes_to_the_successor_and_history_keeps_the_names_of_then(house: House) -> None:
    with city_hall(house, SAPPORO) as hall:
        old = hall.department("交通計画課")
        first = hall.somebody(Role.DEPARTMENT_OFFICER, name="鈴木 一郎", department="交通計画課")
        second = hall.somebody(Role.DEPARTMENT_OFFICER, name="高橋 花", department="交通計画課")
        proposal = hall.in_dialogue("地下歩行空間の人流", "交通計画課", first)
        assert proposal in second.waits()

        new = hall.department("都市交通課")
        today = hall.today.isoformat()
        hall.administrator.does("abolishDepartment", department=old, successors=[new], validFrom=today)
        for leaver in (first, second):
            hall.administrator.does("removeMember", member=leaver.id, reason="異動", validFrom=today)
        heir = hall.somebody(Role.DEPARTMENT_OFFICER, name="伊藤 三郎", department="都市交通課")
        stranger_of = hall.department("環境政策課")
        stranger = hall.somebody(Role.DEPARTMENT_OFFICER, name="他課 職員", department="環境政策課")
        assert stranger_of

        assert proposal in heir.waits()
        assert proposal not in stranger.waits()
        assert stranger.is_refused("recordProposalDialogue", proposal=proposal, minutes="-") == "OUTSIDE_REMIT"
        heir.does("recordProposalDialogue", proposal=proposal, minutes="引き継いで話し合った。")
        heir.does("decideProposal", proposal=proposal, outcome="ADOPTED", reason="実施できる。")
        card = heir.sees(proposal)
        assert card["stage"] == "ADOPTED"
        talks = [each["actor"]["name"] for each in card["history"] if each["topic"] == "proposal.dialogue_recorded"]
        assert talks == ["鈴木 一郎", "伊藤 三郎"]
