"""Each process as a machine: wishes, other policies and strange events in any order (hypothesis, stateful).

Where ``test_forbidden.py`` tries much, this looks for the shortest way to a fault: what it finds it makes smaller.
"""

from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.errors import Refusal
from domain.events import DECIDERS
from domain.policy import Policy
from domain.process import Process
from tests.domain.forbidden import RULES
from tests.domain.given import fold
from tests.domain.past import Past
from tests.domain.variants import policies, variants

EVENTS: Final = {
    decider.name: st.sampled_from(tuple(decider.events.values())).flatmap(lambda kind: st.sampled_from(variants(kind)))
    for decider in DECIDERS
    if isinstance(decider, Process)
}
"""Any event of a process."""
PROCESSES: Final = tuple(decider for decider in DECIDERS if isinstance(decider, Process))
SHORT: Final = settings(deadline=None, max_examples=30, stateful_step_count=25)


def machine(process: Process[Any]) -> type[RuleBasedStateMachine]:
    """The machine of one process."""
    judging = [each for each in RULES if each.kind == process.name]

    class Record(RuleBasedStateMachine):
        """One record of one city."""

        def __init__(self) -> None:
            super().__init__()
            self.state: Any = process.initial
            self.history: list[Any] = []
            self.lawful = True
            self.policy = Policy()

        @initialize(policy=policies(), lawful=st.booleans())
        def opens(self, policy: Policy, lawful: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
            """The city has some rules; its log holds what they once let in, or also what they would refuse."""
            self.policy = policy
            self.lawful = lawful

        @rule(policy=policies())
        def adopts(self, policy: Policy) -> None:
            """It adopts others."""
            self.policy = policy

        @rule(data=st.data())
        def wishes(self, data: st.DataObject) -> None:
            """Somebody wishes something that the table allows here, or anything at all."""
            fitting = [cls for cls, step in process.steps.items() if self.state.stage in step.since]
            kind = data.draw(st.sampled_from([*fitting, *fitting, *process.steps]))
            event = data.draw(st.sampled_from(variants(kind)))
            try:
                granted = process.decide(self.state, self.policy, event)
            except Refusal:
                return
            assert granted in {(), (event,)}
            if granted and self.lawful:
                past = Past(tuple(self.history))
                broken = [
                    each.name
                    for each in judging
                    if isinstance(event, each.events) and not each.may(past, event, self.policy)
                ]
                assert broken == []
            for each in granted:
                self.happens(each)

        @precondition(lambda self: not self.lawful)
        @rule(event=EVENTS[process.name])
        def happened_under_other_rules(self, event: Any) -> None:
            """The log holds what no rules of ours would grant."""
            self.happens(event)

        def happens(self, event: Any) -> None:
            """It stands in the log."""
            self.state = process.evolve(self.state, event)
            self.history.append(event)

        @invariant()
        def is_what_its_history_says(self) -> None:
            """Read again from the beginning, it is what it was."""
            assert fold(process, self.history) == self.state

    return Record


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_no_order_of_wishes_and_rules_leads_a_record_astray(process: Process[Any]) -> None:
    run_state_machine_as_test(machine(process), settings=SHORT)
