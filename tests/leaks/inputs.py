"""An input for every mutation, made from the schema: all its fields, with the ids of the world (the same in both)."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_nullable_type,
)

from domain.values import CityCode
from tests.api.test_desk_commands import aomori_toml, sapporo_toml
from tests.conftest import SAPPORO
from tests.leaks.book import BOOKED
from tests.leaks.world import World

NEW: Final = None
"""In place of an id that the command makes."""

NAMES: Final[Mapping[str, str]] = {
    "proposal": "waiting",
    "challenge": "challenge hidden",
    "challenges": "challenge hidden",
    "case": "case",
    "department": "department",
    "departments": "department",
    "post": "post",
    "acting": "post",
    "member": "holder",
    "members": "holder",
    "meeting": "meeting",
    "item": "item",
    "grant": "grant",
    "successor": "post",
    "successors": "department",
    "proposer": "proposer of adopted",
    "goal": "goal",
    "milestone": "milestone",
    "request": "request",
    "spending": "spending",
    "issue": "issue",
    "contract": "contract",
    "change": "change",
    "party": "proposer of adopted",
    "representation": "representation",
    "file": "file",
    "registration": "registration",
}
"""Field to the record of the world that it names."""

OTHERS: Final[Mapping[str, Mapping[str, str | None]]] = {
    "draftApproval": {"approval": NEW},
    "assignRetention": {"record": "adopted"},
    "extendRetention": {"record": "adopted"},
    "inviteDialogue": {"dialogue": NEW},
    "conveneSession": {"session": NEW},
    "addSessionItem": {"item": NEW},
    "declareSessionInterest": {"member": NEW},
    "castSessionVote": {"member": NEW},
    "draftAgreement": {"agreement": NEW, "proposal": "adopted"},
    "attachAgreement": {"proposal": "adopted"},
    "detachAgreement": {"proposal": "adopted"},
    "askSurvey": {"survey": NEW},
    "editChallenge": {"challenge": "challenge dropped"},
    "nameChallengeContact": {"challenge": "challenge dropped"},
    "reviewChallenge": {"challenge": "challenge dropped"},
    "reviseChallenge": {"challenge": "challenge open"},
    "extendChallenge": {"challenge": "challenge open"},
    "receiveProposal": {"proposal": NEW, "proposer": NEW, "challenge": "challenge open"},
    "draftProposal": {"proposal": NEW, "proposer": NEW, "challenge": "challenge open"},
    "editProposalDraft": {"proposal": "draft", "challenge": "challenge open"},
    "discardProposalDraft": {"proposal": "draft"},
    "turnProposalAway": {"proposal": NEW},
    "giveProposalOpinion": {"proposal": "asked"},
    "assessProposal": {"proposal": "asked"},
    "recommendProposal": {"proposal": "talking"},
    "escalateProposal": {"proposal": "talking"},
    "correctProposalDecision": {"proposal": "adopted"},
    "tellProposalReasons": {"proposal": "declined"},
    "correctProposalStep": {"proposal": "talking"},
    "suspendProposal": {"proposal": "talking"},
    "resumeProposal": {"proposal": "talking"},
    "refuseProposal": {"proposal": "refused"},
    "referProposal": {"proposal": "referred"},
    "withdrawProposal": {"proposal": "withdrawn"},
    "closeProposal": {"proposal": "refused"},
    "declareProposalInterest": {"member": NEW},
    "raiseChallenge": {"challenge": NEW},
    "closeChallenge": {"challenge": "challenge closed"},
    "correctChallengeStep": {"challenge": "challenge dropped"},
    "publishCase": {"case": NEW, "challenge": "challenge open", "proposal": "adopted", "project": NEW},
    "beginSelection": {"selection": NEW, "proposal": "adopted"},
    "beginProject": {"project": NEW, "proposal": "adopted", "selection": NEW},
    "closeCase": {"case": "imported"},
    "withdrawCase": {"case": "withdrawn case"},
    "receiveConsultation": {"consultation": NEW, "asker": NEW},
    "leadConsultationToProposal": {"proposal": "adopted"},
    "announceGathering": {"gathering": NEW},
    "registerGatheringGuest": {"party": NEW},
    "registerGatheringMember": {"member": NEW},
    "draftNotice": {"notice": NEW},
    "establishDepartment": {"department": NEW},
    "renameDepartment": {"department": "other department"},
    "abolishDepartment": {"department": "old department"},
    "establishPost": {"post": NEW},
    "abolishPost": {"post": "old post"},
    "keepDepartment": {"department": "old department"},
    "keepPost": {"post": "old post"},
    "renamePost": {"post": "old post"},
    "vacatePost": {"post": "old post"},
    "renameMember": {"member": "gone"},
    "removeMember": {"member": "gone"},
    "grantRight": {"post": NEW, "department": NEW},
    "giveRepresentation": {"member": "agent"},
}
"""Mutation to what it names instead, so that who may give it changes little."""


TYPED: Final[Mapping[tuple[str, str], Any]] = {("item", "String"): "lawful_project", ("purpose", "Int"): 1}
"""Codes and versions, by field and type: another command may have something else under that name."""


def inputs_of(world: World, schema: GraphQLSchema, city: CityCode) -> dict[str, list[dict[str, Any]]]:
    """Mutation to its input."""
    root = schema.mutation_type
    assert root is not None
    return {name: [Filling(world, city, name).value(each.args["input"].type, "")] for name, each in root.fields.items()}


class Filling:
    """One input for one mutation."""

    def __init__(self, world: World, city: CityCode, mutation: str) -> None:
        self.world, self.city, self.mutation = world, city, mutation
        house = world.running.house
        known = house.tenancy.policy(city, 3).conditions
        self.told: dict[str, Any] = {
            "commandId": str(uuid4()),
            "entry": None,
            "fields": ["welfare"],
            "planFields": [],
            "amount": 0,
            "councilSession": None,
            "agendaItem": None,
            "accepted": [{"condition": one.code, "version": one.version} for one in known],
            "corporateNumber": None,
            "method": "pilot",
            "login": None,
            "code": None,
            "track": house.tenancy.policy(city, 3).track_codes()[0],
            "role": "STAFF",
            "until": None,
            "dueOn": None,
            "digest": "0" * 64,
            "validFrom": house.tenancy.today().isoformat(),
        }
        if mutation in {"receiveProposal", "draftProposal", "editProposalDraft", "turnProposalAway"}:
            self.told["kind"] = "themed"
        if mutation == "extendProposalDeadline":
            self.told["dueOn"] = "2027-05-01"
        if mutation in {"assignRetention", "extendRetention"}:
            self.told |= {"kind": "PROPOSAL", "retention": "permanent", "until": "2999-12-31"}
        if mutation == "adoptPolicy":
            self.told["content"] = sapporo_toml() if city == SAPPORO else aomori_toml()
        if mutation in {"enterMember", "grantRight"}:
            self.told |= {"member": str(world.id("holder")), "grant": str(uuid4())}

        if mutation == "giveRepresentation":
            self.told["representation"] = str(uuid4())

    def value(self, kind: GraphQLInputType, name: str) -> Any:
        """A value of a type for a field of that name."""
        if name in self.told and not (self.told[name] is None and isinstance(kind, GraphQLNonNull)):
            return self.told[name]
        match get_nullable_type(kind):
            case GraphQLList() as several:
                return [self.value(several.of_type, name)]
            case GraphQLEnumType() as enumeration:
                return next(iter(enumeration.values))
            case GraphQLInputObjectType() as made if made.extensions["strawberry-definition"].is_one_of:
                first = next(iter(made.fields))
                return {first: self.value(made.fields[first].type, first)}
            case GraphQLInputObjectType() as made:
                return {each: self.value(of.type, each) for each, of in made.fields.items()}
            case scalar:
                return self._scalar(str(scalar), name)

    def _scalar(self, scalar: str, name: str) -> Any:
        if scalar == "UUID":
            record = OTHERS.get(self.mutation, {}).get(name, NAMES.get(name, name if name in BOOKED else NEW))
            return None if record is NEW else str(self.world.id(record))
        if (name, scalar) in TYPED:
            return TYPED[name, scalar]
        return {"String": "問い合わせ", "Int": 1, "Yen": 1, "Boolean": False, "Date": "2026-11-30"}[scalar]
