"""札幌: a proposal that belongs to a designated-manager scheme is handed over to that method's own rules."""

from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import city_hall


def test_a_method_with_rules_of_its_own_takes_over_with_the_record(house: House) -> None:
    with city_hall(house, SAPPORO) as hall:
        proposal = hall.clerk.does("receiveProposal", by="COUNTER", **hall.offer("区民センターの運営"))["id"]
        hall.clerk.does("screenProposal", proposal=proposal, reason="市の施設の管理に関わる。")

        unknown = hall.clerk.is_refused(
            "referProposal", proposal=proposal, destination="METHOD", code="agreement", reason="-"
        )
        assert unknown == "CODE_UNKNOWN"
        hall.clerk.does(
            "referProposal", proposal=proposal, destination="METHOD", code="designated_manager",
            reason="指定管理者の公募の手続によるため。",
        )  # fmt: skip
        card = hall.clerk.sees(proposal)
        assert card["stage"] == "REFERRED"
        assert card["reason"]["text"] == "指定管理者の公募の手続によるため。"
        assert card["history"][-1]["actor"]["name"] == "窓口担当"
