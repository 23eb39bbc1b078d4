"""A record that goes through stages, as a table: what may happen at which stage, and where it leads (手続の段階).

The table is the process. Commands are judged by it, states move by it, and the state charts in the README are drawn
from it, so that none of the three can differ from the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from domain.decider import Decider
from domain.errors import AlreadyThere, NeverStoodThere, NotFound, ReferenceUnknown, ReferenceUnsuitable, WrongStage
from domain.policy import Policy

S = TypeVar("S")

Guard = Callable[[Any, Policy, Any], None]
"""``(state, policy, event)``: raises a Refusal when it may not happen, whatever the stage."""


def stands_there(_state: object, _event: object) -> bool:
    """The record stands where the wish would lead: it was granted already."""
    return True


def again(stage: StrEnum, **told: str) -> Callable[[Any, Any], bool]:
    """The record stands at a stage, and there with the same facts: field of the state to field of the event.

    Whoever wishes that it had ended otherwise is told where it stands (WrongStage), and not that it was granted.
    """

    def same(state: Any, event: Any) -> bool:
        return state.stage is stage and all(getattr(state, mine) == getattr(event, its) for mine, its in told.items())

    return same


def never(_state: object, _event: object) -> bool:
    """A second, equal wish is a wish of its own."""
    return False


@dataclass(frozen=True, slots=True)
class Step:
    """When one kind of event may happen and where it leads.

    ``since``: the stages at which it may happen. ``to``: where it leads; several when ``leads`` reads it from the
    event; none when the record stays where it is. ``granted``: whether, asked at a stage in ``to`` that is not in
    ``since`` (for a step that leads nowhere: at any), the wish was granted before, so that nothing is recorded.
    ``back``: it takes wrong steps back, and is no part of the way that a record goes.
    """

    event: type
    since: tuple[StrEnum, ...]
    to: tuple[StrEnum, ...] = ()
    leads: Callable[[Any], StrEnum] | None = None
    granted: Callable[[Any, Any], bool] = stands_there
    guards: tuple[Guard, ...] = ()
    back: bool = False

    def after(self, stage: Any, event: object) -> Any:
        """The stage after the event."""
        if self.leads is not None:
            return self.leads(event)
        return self.to[0] if self.to else stage


def corrected(event: type, since: tuple[StrEnum, ...], to: tuple[StrEnum, ...], *guards: Guard) -> Step:
    """A step was wrong: the record goes on from an earlier stage, ``to`` of the event, on which its trail led here.

    Nothing is erased: the wrong step stays in the history, and the event tells why it does not hold. The state has a
    ``trail``, and its fold leaves out what the steps that were taken back had brought.
    """

    def check_earlier(state: Any, _policy: Policy, told: Any) -> None:
        """Raises NeverStoodThere for a stage that is not in ``to``, or not on the way by which the record came."""
        possible = [stage for stage in state.trail if stage in to]
        if told.to not in possible:
            raise NeverStoodThere(field="to", stage=told.to.value, possible=", ".join(possible))

    return Step(
        event,
        since,
        to,
        leads=lambda told: told.to,
        granted=lambda state, told: state.stage is told.to,
        guards=(check_earlier, *guards),
        back=True,
    )


def trail(before: tuple[StrEnum, ...], stage: StrEnum, to: StrEnum) -> tuple[StrEnum, ...]:
    """The stages on the way to where a record stands, after it went on from ``stage``; a way back shortens it."""
    way = (*before, stage)
    return way[: way.index(to)] if to in way else way


@dataclass(frozen=True, slots=True)
class Process(Decider[S]):
    """An aggregate with a ``stage`` in its state, whose rules are a table of steps."""

    steps: Mapping[type, Step] = field(default_factory=dict)

    @property
    def beginning(self) -> StrEnum:
        """The stage of a record that is not there."""
        stage: StrEnum = self.initial.stage  # type: ignore[attr-defined]  # every process has one
        return stage

    def decide(self, state: S, policy: Policy, event: object) -> tuple[Any, ...]:
        """The event, or none when it was granted before.

        Raises NotFound for a record that never began, AlreadyThere for one that begins twice, WrongStage, and what the
        guards of the step raise.
        """
        step = self.steps[type(event)]
        stage: StrEnum = state.stage  # type: ignore[attr-defined]
        begins = self.beginning in step.since
        if stage is self.beginning and not begins:
            raise NotFound
        if self._granted(step, state, stage, event):
            return ()
        if stage not in step.since:
            if begins:
                raise AlreadyThere
            raise WrongStage(stage=stage.value, possible=", ".join(step.since), record_ja=self.name)
        for guard in step.guards:
            guard(state, policy, event)
        return (event,)

    @staticmethod
    def _granted(step: Step, state: object, stage: StrEnum, event: object) -> bool:
        if step.granted is stands_there:
            return stage in step.to and stage not in step.since
        return step.granted(state, event)

    def named(self, state: S, *possible: StrEnum) -> S:
        """A record that another one names, at one of these stages, or at any but the first.

        Raises ReferenceUnknown, ReferenceUnsuitable.
        """
        stage: StrEnum = state.stage  # type: ignore[attr-defined]
        if stage is self.beginning:
            raise ReferenceUnknown(field=self.name)
        if possible and stage not in possible:
            raise ReferenceUnsuitable(
                field=self.name, stage=stage.value, possible=", ".join(possible), record_ja=self.name
            )
        return state


def process(
    name: str,
    initial: S,
    steps: Mapping[str, Step],
    fold: Callable[[S, Any], S] = lambda state, _event: state,
    begun_by: tuple[type, ...] = (),
) -> Process[S]:
    """A process from its table, topic to step; ``fold`` keeps what the state holds beside its stage."""
    by_event: Final = {step.event: step for step in steps.values()}
    beginning: StrEnum = initial.stage  # type: ignore[attr-defined]
    remembers: Final = hasattr(initial, "trail")

    def evolve(state: Any, event: object) -> Any:
        """Never refuses: it has already happened."""
        before: StrEnum = state.stage
        stage = by_event[type(event)].after(before, event)
        if stage is not before:
            way = {"trail": trail(state.trail, before, stage)} if remembers and before is not beginning else {}
            state = replace(state, stage=stage, **way)
        return fold(state, event)

    return Process(name, initial, evolve, {topic: step.event for topic, step in steps.items()}, begun_by, by_event)
