"""Walks by chance through one process: what was wished at every step, and what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final

from domain.errors import Refusal
from domain.policy import Policy
from domain.process import Process
from tests.domain.variants import OWN, any_policy, variants

TRIES: Final = 12
"""Variants of one kind of event that are wished at most before something else is."""
LONGEST: Final = 40
"""Events of a record that other rules let in."""
OFTEN: Final = 0.2
NOW_AND_THEN: Final = 0.1
KEPT: Final = 20
"""Records that are kept of those at one stage to which the same kind of event happened last."""


@dataclass(frozen=True, slots=True)
class Try:
    """One wish: the events before it, the state, the policy, and whether it was granted."""

    before: tuple[Any, ...]
    state: Any
    policy: Policy
    event: Any
    granted: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A record that came about by granted wishes alone; ``policy`` is the one in force now."""

    policy: Policy
    before: tuple[Any, ...]
    state: Any


@dataclass(slots=True)
class Kept:
    """Some of the records that came about, by their stage and by what happened to them last."""

    by_stage: dict[Any, dict[type, list[Record]]] = field(default_factory=dict)

    def keep(self, record: Record, random: Random) -> None:
        """A record more, perhaps in the place of one alike."""
        alike = self.by_stage.setdefault(record.state.stage, {}).setdefault(type(record.before[-1]), [])
        if len(alike) < KEPT:
            alike.append(record)
        else:
            alike[random.randrange(KEPT)] = record

    def any(self, stage: Any, random: Random) -> Record:
        """One at a stage, what happened last being as likely as anything else."""
        return random.choice(random.choice(list(self.by_stage[stage].values())))


def explored(process: Process[Any], wishes: int, *, lawless: bool = False) -> Iterator[Try]:
    """So many kinds of wish, from records at every stage that was reached, each stage as often as the others.

    What was granted is kept and gone on from; now and then the city has adopted another policy since. ``lawless``: what
    was refused is gone on from as well, as if it stood in a log that other rules once let it into.
    """
    random, kept = Random(f"{process.name} {lawless}"), Kept()
    for _ in range(wishes):
        stage = random.choice([process.beginning, *kept.by_stage])
        policy = random.choice(OWN) if random.random() < OFTEN else any_policy(random)
        record = kept.any(stage, random) if stage in kept.by_stage else Record(policy, (), process.initial)
        if random.random() < NOW_AND_THEN:
            record = replace(record, policy=policy)
        possible = [cls for cls, step in process.steps.items() if stage in step.since]
        if not possible or random.random() < NOW_AND_THEN:
            possible = list(process.steps)
        for each in tried(process, record, random.choice(possible), random):
            yield each
            if each.granted or (lawless and len(record.before) < LONGEST):
                after = process.evolve(record.state, each.event)
                kept.keep(Record(record.policy, (*record.before, each.event), after), random)


def tried(process: Process[Any], record: Record, kind: type, random: Random) -> Iterator[Try]:
    """Variants of one kind of event, until one is granted."""
    known = variants(kind)
    for event in random.sample(known, min(TRIES, len(known))):
        try:
            granted = bool(process.decide(record.state, record.policy, event))
        except Refusal:
            granted = False
        yield Try(record.before, record.state, record.policy, event, granted)
        if granted:
            return
