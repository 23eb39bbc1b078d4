"""The state chart of a process, drawn from the table that judges its commands, as Mermaid (状態遷移図).

What it shows is what the program does: nothing is written here that the table does not say.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

from domain.process import Process, Step
from domain.words import WORDS

BEGIN: Final = "<!-- made by `renkei chart` from the code -->"
END: Final = "<!-- to here -->"

_JAPANESE: Final = re.compile(r"\(([^()]*[ぁ-んァ-ヶ一-龥][^()]*)\)")


def label(topic: str, step: Step) -> str:
    """``refused (不受理)``: the end of the topic, and the Japanese that the event's docstring gives in brackets."""
    name = topic.partition(".")[2]
    found = _JAPANESE.search(" ".join((step.event.__doc__ or "").split()))
    return f"{name} ({found[1]})" if found else name


def arrows(step: Step) -> list[tuple[StrEnum, StrEnum]]:
    """From where to where it leads; none for a step that leads nowhere."""
    return [(since, to) for since in step.since for to in step.to]


def chart(process: Process[Any]) -> str:
    """The chart of one process, and below it what leads nowhere, and what takes wrong steps back."""
    between: dict[tuple[StrEnum, StrEnum], list[str]] = defaultdict(list)
    beside: list[str] = []
    for topic, event in process.events.items():
        step = process.steps[event]
        drawn = arrows(step)
        if not drawn or step.back:
            beside.append(f"- {label(topic, step)}: {_told(step)}")
            continue
        for arrow in drawn:
            between[arrow].append(label(topic, step))
    left = {since for since, to in between if since is not to}
    stages = [stage for stage in type(process.beginning) if stage is not process.beginning]
    return "\n".join(
        [
            "```mermaid",
            "stateDiagram-v2",
            *(f"    {stage}: {stage} {WORDS[stage]}" if stage in WORDS else f"    {stage}" for stage in stages),
            *(f"    {_from(process, since)} --> {to}: {'<br/>'.join(names)}" for (since, to), names in between.items()),
            *(f"    {stage} --> [*]" for stage in stages if stage not in left),
            "```",
            *(["", *beside] if beside else []),
        ]
    )


def _from(process: Process[Any], stage: StrEnum) -> str:
    return "[*]" if stage is process.beginning else str(stage)


def _told(step: Step) -> str:
    at = f"at {', '.join(step.since)}"
    return f"{at}; leads to {', '.join(step.to)}" if step.to else f"{at}; it stays there"


def charts(deciders: Iterable[Any]) -> str:
    """The charts of all processes among the aggregates."""
    return "\n\n".join(f"### {each.name}\n\n{chart(each)}" for each in deciders if isinstance(each, Process))


def written(page: str, deciders: Iterable[Any]) -> str:
    """The page with the charts as they are now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{charts(deciders)}\n\n{END}{after}"
