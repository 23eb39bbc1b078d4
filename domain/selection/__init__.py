"""Who carries an adopted proposal out: the questions, the advice of the city's rules, the decision (実施主体の選定).

The advice is computed and shown with its grounds; people decide, and give their reason when they decide otherwise or
when the rules give no answer. Who is chosen need not be the proposer.
"""

from dataclasses import replace
from typing import Any, Final

from domain.process import Step, corrected, never, process
from domain.selection.advice import CALLS, FITTING, Advice, Answers, Ground, Standing, Way, advise, standing
from domain.selection.deciding import (
    Assessed,
    Begun,
    ProposerConsulted,
    Response,
    Shared,
    WayDecided,
    check_answers,
    check_reason,
)
from domain.selection.procedure import (
    Abandoned,
    CallClosed,
    CallOpened,
    Chosen,
    Completed,
    ContractRecorded,
    Prepared,
    Reopened,
    StepCorrected,
    as_recorded,
    check_call,
    check_chosen,
    check_closing,
    check_completed,
    check_contract,
    check_prepared,
    taken_back,
)
from domain.selection.state import Contract, Selection, Stage

__all__ = [
    "CALLS",
    "FITTING",
    "OPEN",
    "SELECTION",
    "UNDER_WAY",
    "Abandoned",
    "Advice",
    "Answers",
    "Assessed",
    "Begun",
    "CallClosed",
    "CallOpened",
    "Chosen",
    "Completed",
    "Contract",
    "ContractRecorded",
    "Ground",
    "Prepared",
    "ProposerConsulted",
    "Reopened",
    "Response",
    "Selection",
    "SelectionEvent",
    "Shared",
    "Stage",
    "Standing",
    "StepCorrected",
    "Way",
    "WayDecided",
    "advise",
    "standing",
]

SelectionEvent = (
    Begun
    | Assessed
    | WayDecided
    | Shared
    | ProposerConsulted
    | Prepared
    | CallOpened
    | CallClosed
    | Chosen
    | ContractRecorded
    | Reopened
    | Completed
    | Abandoned
    | StepCorrected
)


def _prepared(selection: Selection, **told: Any) -> Selection:
    return replace(selection, preparations=selection.preparations + 1, **told)


def fold(selection: Selection, event: object) -> Selection:
    """What stands beside the stage."""
    match event:
        case Begun(proposal=proposal, department=department):
            return replace(selection, proposal=proposal, department=department)
        case Assessed(answers=answers, advice=advice):
            return _prepared(selection, answers=answers, advice=advice)
        case WayDecided(way=way):
            return _prepared(selection, way=way)
        case Shared():
            return replace(selection, shared_at=selection.stage)
        case ProposerConsulted():
            return replace(selection, consulted=True)
        case Prepared(budget=budget):
            return _prepared(selection, budget=budget)
        case CallOpened(due_on=day):
            return replace(selection, call_due_on=day)
        case CallClosed(applicants=applicants):
            return replace(selection, applicants=applicants)
        case Chosen(by_proposer=by_proposer):
            return replace(selection, by_proposer=by_proposer)
        case ContractRecorded(contract=contract):
            return replace(selection, contracts={**selection.contracts, contract: as_recorded(event)})
        case Reopened():
            kept = {
                name: getattr(selection, name) for name in ("proposal", "department", "preparations", "completions")
            }
            return Selection(selection.stage, **kept)
        case Completed():
            return replace(selection, completions=selection.completions + 1)
        case StepCorrected(to=to):
            return taken_back(selection, to)
        case _:
            return selection


NEW, BEGUN, ASSESSED, DECIDED = Stage.NEW, Stage.BEGUN, Stage.ASSESSED, Stage.WAY_DECIDED
UNDER_WAY: Final = (DECIDED, Stage.CALLING, Stage.EXAMINING, Stage.CHOSEN)
OPEN: Final = (BEGUN, ASSESSED, *UNDER_WAY)
OVER: Final = (Stage.COMPLETED, Stage.ABANDONED)
SELECTION: Final = process(
    "selection",
    Selection(),
    {
        "selection.begun": Step(Begun, (NEW,), (BEGUN,), granted=never),
        "selection.assessed": Step(Assessed, (BEGUN, ASSESSED), (ASSESSED,), granted=never, guards=(check_answers,)),
        "selection.way_decided": Step(WayDecided, (ASSESSED,), (DECIDED,), granted=never, guards=(check_reason,)),
        "selection.shared": Step(Shared, UNDER_WAY, granted=never),
        "selection.proposer_consulted": Step(ProposerConsulted, (ASSESSED, DECIDED), granted=never),
        "selection.prepared": Step(Prepared, (ASSESSED, DECIDED), granted=never, guards=(check_prepared,)),
        "selection.call_opened": Step(CallOpened, (DECIDED,), (Stage.CALLING,), granted=never, guards=(check_call,)),
        "selection.call_closed": Step(
            CallClosed, (Stage.CALLING,), (Stage.EXAMINING,), granted=never, guards=(check_closing,)
        ),
        "selection.chosen": Step(
            Chosen, (DECIDED, Stage.EXAMINING), (Stage.CHOSEN,), granted=never, guards=(check_chosen,)
        ),
        "selection.contract_recorded": Step(
            ContractRecorded,
            (Stage.CHOSEN,),
            granted=lambda selection, recorded: selection.contracts.get(recorded.contract) == as_recorded(recorded),
            guards=(check_contract,),
        ),
        "selection.reopened": Step(Reopened, (*UNDER_WAY, Stage.COMPLETED), (BEGUN,)),
        "selection.completed": Step(Completed, (Stage.CHOSEN,), (Stage.COMPLETED,), guards=(check_completed,)),
        "selection.abandoned": Step(Abandoned, OPEN, (Stage.ABANDONED,)),
        "selection.step_corrected": corrected(StepCorrected, (ASSESSED, *UNDER_WAY, *OVER), OPEN),
    },
    fold,
    begun_by=(Begun,),
)
