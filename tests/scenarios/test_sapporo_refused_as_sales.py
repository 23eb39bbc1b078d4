"""札幌: a proposal that is only a sale of goods is refused at reception, and its proposer is told why."""

from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import city_hall


def test_mere_sales_are_refused_with_a_coded_reason_and_the_file_is_closed(house: House) -> None:
    with city_hall(house, SAPPORO) as hall:
        proposal = hall.clerk.does("receiveProposal", by="MAIL", **hall.offer("清掃用品の販売"))["id"]
        assert proposal in hall.clerk.waits()

        hall.clerk.does("refuseProposal", proposal=proposal, ground="MERE_SALES", reason="商品の売込みにとどまるため。")
        card = hall.clerk.sees(proposal)
        assert (card["stage"], card["ground"], card["outcome"]) == ("REFUSED", "MERE_SALES", None)
        assert card["reason"] == {"text": "商品の売込みにとどまるため。", "audience": "PROPOSER"}
        assert card["answeredOn"] == hall.today.isoformat()

        assert hall.clerk.is_refused("screenProposal", proposal=proposal, reason="やはり役立つ。") == "WRONG_STAGE"
        hall.clerk.does("closeProposal", proposal=proposal, reason="通知済み。")
        card = hall.clerk.sees(proposal)
        assert card["stage"] == "CLOSED"
        assert [each["topic"] for each in card["history"]] == [
            "proposal.received",
            "proposal.refused",
            "proposal.closed",
        ]
        assert proposal not in hall.clerk.waits()
