"""Who may do what in a city, and since when: members, roles of posts and people, who stands for whom (担当者と権限).

A role is granted to a post, and whoever holds the post has it; or to a member, as to an outside auditor for a term and
a subject. Somebody from outside may stand for a party that proposes, and has then the role of a proposer and no other.
All of this is entered ahead and ended with a reason, so that who could do what on any day can be told. One aggregate a
city, so that its rules hold when two people enter changes at once.
"""

from domain.rights.duties import keep_duties, keep_past
from domain.rights.giving import end_representation, enter, grant, leave, rename, represent, revoke
from domain.rights.held import rights_of, rights_on
from domain.rights.state import (
    EVENTS,
    RIGHTS,
    Grant,
    Granted,
    MemberEntered,
    MemberLeft,
    MemberRenamed,
    RepresentationEnded,
    RepresentationGiven,
    Revoked,
    Right,
    Rights,
    RightsEvent,
    evolve,
)

__all__ = [
    "EVENTS",
    "RIGHTS",
    "Grant",
    "Granted",
    "MemberEntered",
    "MemberLeft",
    "MemberRenamed",
    "RepresentationEnded",
    "RepresentationGiven",
    "Revoked",
    "Right",
    "Rights",
    "RightsEvent",
    "end_representation",
    "enter",
    "evolve",
    "grant",
    "keep_duties",
    "keep_past",
    "leave",
    "rename",
    "represent",
    "revoke",
    "rights_of",
    "rights_on",
]
