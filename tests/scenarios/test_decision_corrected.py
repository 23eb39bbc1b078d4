"""札幌: a proposal is declined and its proposer told why; then the decision is corrected, and both stay to be read."""

from typing import Any

from tenants.members import Role
from tests.conftest import SAPPORO, House
from tests.scenarios.city_hall import CityHall, city_hall

PARKS = "みどりの推進課"
STATISTICS = "{ statistics { fiscalYear received outcomes { outcome count } stages { stage count } } }"


def test_a_decline_is_corrected_to_an_adoption_and_nobody_can_say_that_it_never_was(house: House) -> None:
    with city_hall(house, SAPPORO) as hall:
        hall.department(PARKS)
        officer = hall.somebody(Role.DEPARTMENT_OFFICER, name="緑 一郎", department=PARKS)
        auditor, company = hall.somebody(Role.AUDITOR, name="監査 委員"), hall.new()
        representative = hall.proposer(company, "花 五郎")
        offer = hall.offer("花壇の共同管理", proposer=company, cityMoney="NONE")
        proposal = hall.clerk.does("receiveProposal", by="POST", **offer)["id"]
        here: dict[str, Any] = {"proposal": proposal}
        hall.clerk.does("screenProposal", **here, reason="役立つ。")
        hall.clerk.does("matchProposal", **here, department=hall.departments[PARKS], reason="所管。")
        officer.does("recordProposalDialogue", **here, minutes="場所を話し合った。")

        # it is declined; without the city's money the reasons are explained before the file is closed
        officer.does("decideProposal", **here, outcome="DECLINED", reason="候補の花壇は工事の予定がある。")
        assert counted(hall) == ({"DECLINED": 1}, {"DECLINED": 1})
        assert hall.clerk.is_refused("closeProposal", **here, reason="終わり。") == "REASONS_NOT_TOLD"
        officer.does("tellProposalReasons", **here, note="工事の図面で説明しました。", by="TELEPHONE")
        assert representative.looks_up_own(proposal)["stage"] == "DECLINED"

        # the works are put off: the contrary decision is refused, a correction with its reason is not
        contrary: dict[str, Any] = {"outcome": "ADOPTED", "reason": "工事が来年度に延びたため、実施できる。"}
        assert officer.is_refused("decideProposal", **here, **contrary) == "ALREADY_DECIDED"
        assert officer.is_refused("correctProposalDecision", **here, outcome="ADOPTED", reason=" ") == "REASON_REQUIRED"
        assert hall.clerk.is_refused("correctProposalDecision", **here, **contrary) == "NOT_ALLOWED"
        officer.does("correctProposalDecision", **here, **contrary)

        card = auditor.sees(proposal)
        assert (card["stage"], card["outcome"], card["reason"]["text"]) == ("ADOPTED", "ADOPTED", contrary["reason"])
        decisions = [
            (each["topic"], each["reason"]["text"])
            for each in card["history"]
            if each["topic"] in {"proposal.decided", "proposal.decision_corrected"}
        ]
        assert decisions == [
            ("proposal.decided", "候補の花壇は工事の予定がある。"),
            ("proposal.decision_corrected", "工事が来年度に延びたため、実施できる。"),
        ]
        assert counted(hall) == ({"ADOPTED": 1}, {"ADOPTED": 1})
        own = representative.looks_up_own(proposal)
        assert (own["stage"], [each["words"] for each in own["told"]]) == (
            "ADOPTED",
            ["候補の花壇は工事の予定がある。", "工事の図面で説明しました。", "工事が来年度に延びたため、実施できる。"],
        )
        begun = {"department": hall.departments[PARKS], "title": "花壇の共同管理", "track": "scheme"}
        assert officer.does("beginProject", **begun, **here)["stage"] == "running"


def counted(hall: CityHall) -> tuple[dict[str, int], dict[str, int]]:
    """Outcomes and stages of all years, as the desk's statistics say."""
    whole = next(each for each in hall.clerk.reads(STATISTICS)["statistics"] if each["fiscalYear"] is None)
    assert whole["received"] == 1
    return (
        {each["outcome"]: each["count"] for each in whole["outcomes"] if each["count"]},
        {each["stage"]: each["count"] for each in whole["stages"] if each["count"]},
    )
