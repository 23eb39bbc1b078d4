"""The README's examples run as they are written, in order, against the demo."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.demo.accounts import PASSWORD
from api.demo.load import load
from api.house import House, open_house
from api.settings import Settings, storage_of

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
EXAMPLE = re.compile(r"```graphql\n# POST (?P<path>\S+)(?: as (?P<login>\S+))?\n(?P<query>.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A deployment with the demo loaded, as `make demo` makes it."""
    with open_house(Settings(data=tmp_path_factory.mktemp("demo"))) as house:
        with house.owner() as owner:
            load(owner, house.tenancy, storage_of(house.settings))
        yield house


async def answers(house: House) -> AsyncIterator[dict[str, Any]]:
    """What each example is answered, in order; the read models have caught up before each."""
    app = create_app(house)
    async with AsyncExitStack() as ends:
        await ends.enter_async_context(app.router.lifespan_context(app))
        client = await ends.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")
        )
        for example in EXAMPLE.finditer(README):
            headers = {"accept-language": "en"}
            if login := example["login"]:
                secret = {"login": login, "secret": PASSWORD}
                signed_in = await client.post(example["path"].replace("graphql", "token"), json=secret)
                headers["authorization"] = f"Bearer {signed_in.json()['token']}"
            await asyncio.to_thread(house.runner.catch_up)
            answer = await client.post(example["path"], json={"query": example["query"]}, headers=headers)
            assert answer.status_code == 200, answer.text
            yield answer.json()


def test_every_example_runs_and_says_what_the_text_says(demo: House) -> None:
    async def all_answers() -> list[dict[str, Any]]:
        return [answer async for answer in answers(demo)]

    found = asyncio.run(all_answers())
    assert [answer.get("errors") for answer in found] == [None] * 10
    cases, received, found_department, decided, rules, worked, published, shown, history, refused = (
        answer["data"] for answer in found
    )
    assert [case["city"]["name"] for case in cases["cases"]["nodes"]] == ["青森市"]
    assert received["receiveProposal"]["stage"] == "RECEIVED"
    assert received["receiveProposal"]["receiptNumber"]["label"]
    assert found_department["matchProposal"]["stage"] == "MATCHED"
    assert decided["decideProposal"]["stage"] == "ADOPTED"
    selection, session = sorted(rules["records"]["nodes"], key=lambda node: node["stage"])
    assert (selection["advice"], selection["grounds"]) == ("PUBLIC_CALL", ["OCCUPANCY_IN_TIME", "NOTHING_UNIQUE"])
    assert [(len(item["ballots"]), item["result"]) for item in session["items"]] == [(2, "ADOPTED"), (1, "DECLINED")]
    assert [worked[each] for each in ("beginProject", "completeProject", "city", "partner", "agreeProjectCase")] == [
        {"stage": "running"}, {"stage": "completed"}, {}, {}, {"stage": "completed"}
    ]  # fmt: skip
    assert published["publishCase"] == {"stage": "OPEN"}
    assert shown["cases"]["nodes"] == [{"title": "水飲み場の見守り", "city": {"name": "札幌市"}, "sample": True}]
    assert {notice["city"]["name"] for notice in shown["notices"]["nodes"]} == {"札幌市", "青森市"}
    assert all(notice["title"].startswith("【見本】") and notice["sample"] for notice in shown["notices"]["nodes"])
    to_come = ["2027-09-29"] if demo.tenancy.today() <= date(2027, 10, 6) else []
    assert [event["registerBy"] for event in shown["gatherings"]["nodes"]] == to_come
    topics = [happening["topic"].partition(".")[2] for happening in history["proposal"]["history"]]
    assert [each for each in topics if each != "proceeding_noted"] == [
        "received", "screened", "matched", "dialogue_recorded", "decided",
    ]  # fmt: skip
    assert history["proposal"]["history"][0]["occurredOn"] == "2026-11-20"
    (decision,) = [each for each in history["proposal"]["history"] if each["topic"] == "proposal.decided"]
    assert decision["reason"]["text"] == "市の負担なしで課題に役立つ。"
    assert refused["receiveProposal"]["code"] == "NOT_ELIGIBLE"
