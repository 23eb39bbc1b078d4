"""Walks by chance through one process: what was wished at every step, and what came of it."""

from collections import Counter
from collections.abc import Callable, Iterator
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
"""Records that are kept of those at one stage to which the same kind of event happened."""


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
    """Some of the records that came about, by their stage and by what happened to them: last, and ever."""

    last: dict[Any, dict[type, list[Record]]] = field(default_factory=dict)
    ever: dict[Any, dict[type, list[Record]]] = field(default_factory=dict)

    def keep(self, record: Record, random: Random) -> None:
        """A record more, perhaps in the place of one alike."""
        stage, kinds = record.state.stage, dict.fromkeys(map(type, record.before))
        for kind in kinds:
            self._among(self.ever.setdefault(stage, {}).setdefault(kind, []), record, random)
        self._among(self.last.setdefault(stage, {}).setdefault(type(record.before[-1]), []), record, random)

    @staticmethod
    def _among(alike: list[Record], record: Record, random: Random) -> None:
        if len(alike) < KEPT:
            alike.append(record)
        else:
            alike[random.randrange(KEPT)] = record

    def any(self, stage: Any, random: Random) -> Record:
        """One at a stage; what seldom happens has happened to it as likely as anything else."""
        return random.choice(random.choice(list(random.choice((self.last, self.ever))[stage].values())))


def explored(
    process: Process[Any], wishes: int, *, lawless: bool = False, enough: Callable[[], bool] = lambda: True
) -> Iterator[Try]:
    """So many kinds of wish, from records at every stage that was reached, each stage as often as the others.

    Up to five times as many are made until it is ``enough``. What was granted is kept and gone on from; now and then
    the city has adopted another policy since. ``lawless``: what was refused is gone on from as well, as if it stood in
    a log that other rules once let it into.
    """
    random, kept = Random(f"{process.name} {lawless}"), Kept()
    granted: Counter[tuple[Any, type]] = Counter()
    for number in range(wishes * 5):
        if number >= wishes and enough():
            return
        stage = random.choice([process.beginning, *kept.last])
        policy = random.choice(OWN) if random.random() < OFTEN else any_policy(random)
        record = kept.any(stage, random) if stage in kept.last else Record(policy, (), process.initial)
        if random.random() < NOW_AND_THEN:
            record = replace(record, policy=policy)
        possible = [cls for cls, step in process.steps.items() if stage in step.since]
        if not possible or random.random() < NOW_AND_THEN:
            possible = list(process.steps)
        seldom = min(possible, key=lambda kind: granted[stage, kind])
        for each in tried(process, record, random.choice((seldom, random.choice(possible))), random):
            yield each
            granted[stage, type(each.event)] += each.granted
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
