"""The charts in the domain's README are those of the code, and show every step and every stage."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from domain import chart, proposal
from domain.events import DECIDERS
from domain.process import Process

PAGE: Final = Path(chart.__file__).parent / "README.md"
PROCESSES: Final = [each for each in DECIDERS if isinstance(each, Process)]
EACH: Final = pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
ARROW: Final = re.compile(r"^    (\S+) --> (\S+): (.+)$", re.MULTILINE)


def drawn(process: Process[Any]) -> set[tuple[str, str, str]]:
    """Every arrow, one for each of its names: from, to, name without its Japanese."""
    return {
        (since, to, name.partition(" ")[0])
        for since, to, names in ARROW.findall(chart.chart(process))
        for name in names.split("<br/>")
    }


def test_the_readme_shows_the_charts_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert chart.written(page, DECIDERS) == page
    assert [f"### {each.name}" in page for each in PROCESSES] == [True] * len(PROCESSES)


@EACH
def test_every_step_stands_in_the_chart_or_below_it_and_every_stage_in_it(process: Process[Any]) -> None:
    told = chart.chart(process)
    below = set(re.findall(r"^- (\w+)", told, re.MULTILINE))
    assert {name for _, _, name in drawn(process)} | below == {topic.partition(".")[2] for topic in process.events}
    for stage in type(process.beginning):
        assert stage is process.beginning or re.search(rf"^    {stage}\b", told, re.MULTILINE)


def test_the_arrows_of_a_proposal_are_those_of_its_process() -> None:
    arrows = drawn(proposal.PROPOSAL)
    assert {arrow for arrow in arrows if arrow[0] == "[*]"} == {
        ("[*]", "draft", "drafted"),
        ("[*]", "turned_away", "turned_away"),
        ("[*]", "received", "received"),
    }
    assert {arrow for arrow in arrows if arrow[2] == "decided"} == {
        (since, to, "decided") for since in ("matched", "in_dialogue") for to in ("adopted", "declined")
    }
    assert ("refused", "closed", "closed") in arrows
    assert "closed --> [*]" in chart.chart(proposal.PROPOSAL)
    assert "decided (実施適否の判断)" in chart.chart(proposal.PROPOSAL)


def test_another_table_gives_another_chart() -> None:
    step = proposal.PROPOSAL.steps[proposal.Closed]
    steps = {**proposal.PROPOSAL.steps, proposal.Closed: replace(step, since=(*step.since, proposal.Stage.DRAFT))}
    other = replace(proposal.PROPOSAL, steps=steps)
    assert drawn(other) - drawn(proposal.PROPOSAL) == {("draft", "closed", "closed")}
    page = PAGE.read_text("utf-8")
    assert chart.written(page, [other]) != page
