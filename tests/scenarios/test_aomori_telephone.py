"""青森: a sole proprietor without a corporate number telephones; the desk enters it the next day."""

from tests.conftest import AOMORI, House
from tests.scenarios.city_hall import city_hall


def test_what_was_telephoned_yesterday_is_entered_with_its_day_and_number(house: House) -> None:
    with city_hall(house, AOMORI) as hall:
        offer = hall.offer("ねぶたの紙の再利用", organisationKind="SOLE_PROPRIETOR", organisation="見本工房")
        answer = hall.clerk.does("receiveProposal", by="TELEPHONE", dated=hall.day(-1), **offer)
        card = hall.clerk.sees(answer["id"])
        assert (card["channel"], card["receivedOn"], card["organisationKind"]) == (
            "TELEPHONE",
            hall.day(-1),
            "SOLE_PROPRIETOR",
        )
        assert card["corporateNumber"] is None
        assert card["receiptNumber"]["serial"] == 1
        assert answer["receiptNumber"]["label"] == card["receiptNumber"]["label"]

        again = hall.clerk.does("receiveProposal", by="TELEPHONE", dated=hall.day(-1), **hall.offer("雪だるま"))
        assert again["receiptNumber"]["serial"] == 2
