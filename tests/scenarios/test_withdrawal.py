"""A proposer withdraws in the middle of the dialogue; the record says so and nothing more is decided."""

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import city_hall


def test_a_proposal_is_withdrawn_in_dialogue(house: House) -> None:
    with city_hall(house, SAPPORO) as hall:
        hall.department("環境政策課")
        officer = hall.somebody(Role.DEPARTMENT_OFFICER, name="環境 次郎", department="環境政策課")
        proposal = hall.in_dialogue("雪冷熱の利用", "環境政策課", officer)
        assert proposal in officer.waits()

        hall.clerk.does("withdrawProposal", proposal=proposal, reason="社内の事情により。", by="MAIL")
        assert officer.is_refused("decideProposal", proposal=proposal, outcome="ADOPTED", reason="-") == "WRONG_STAGE"
        assert proposal not in officer.waits()
        hall.clerk.does("closeProposal", proposal=proposal, reason="取下げのため。")
        assert hall.clerk.sees(proposal)["stage"] == "CLOSED"
