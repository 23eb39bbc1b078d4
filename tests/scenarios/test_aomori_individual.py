"""青森: a private individual may not propose; beyond the refusal nothing is kept of it."""

from uuid import uuid4

from tests.conftest import AOMORI, House
from tests.scenarios.city_hall import city_hall


def test_an_individual_is_told_why_not_and_leaves_no_trace(house: House) -> None:
    with city_hall(house, AOMORI) as hall:
        proposal, proposer = str(uuid4()), str(uuid4())
        offer = hall.offer("町内の花壇", organisationKind="INDIVIDUAL", organisation="見本 太郎")
        code = hall.clerk.is_refused("receiveProposal", proposal=proposal, proposer=proposer, **offer)
        assert code == "NOT_ELIGIBLE"
        ids = [proposal, proposer]
        assert house.sql("select count(*) from renkei.events where topic like 'proposal.%'") == [(0,)]
        assert house.sql("select count(*) from renkei.sealed where key = any(%s::uuid[])", ids) == [(0,)]
        assert house.sql("select count(*) from renkei.data_keys where key = any(%s::uuid[])", ids) == [(0,)]

        next_one = hall.clerk.does("receiveProposal", **hall.offer("ねぶたの紙"))
        assert next_one["receiptNumber"]["serial"] == 1
