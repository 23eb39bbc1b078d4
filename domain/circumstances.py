"""What stands beside every event, whatever it says: when it happened, for whom, by which way, in which file.

The log's columns say who recorded it and when, under which policy (tenants/README.md, promise 5); an office also needs
the day it happened and the file it belongs to.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.values import Day, Sealed


class Channel(StrEnum):
    """By which way it reached the city (受付経路)."""

    PORTAL = "portal"
    MAIL = "mail"
    TELEPHONE = "telephone"
    COUNTER = "counter"
    POST = "post"
    DEPARTMENT = "department"
    DESK = "desk"
    IMPORT = "import"


class ApprovalSystem(StrEnum):
    """Where an outward act was approved (決裁): in renkei, or in the city's own document system."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class Act(StrEnum):
    """What reaches outside and so may need an approval (対外的な行為)."""

    PUBLISH_CHALLENGE = "publish_challenge"
    REFUSE_PROPOSAL = "refuse_proposal"
    REFER_PROPOSAL = "refer_proposal"
    ADOPT_PROPOSAL = "adopt_proposal"
    DECLINE_PROPOSAL = "decline_proposal"
    SELECT_IMPLEMENTER = "select_implementer"
    SIGN_AGREEMENT = "sign_agreement"
    DISCLOSE = "disclose"
    PUBLISH_CASE = "publish_case"
    PUBLISH_NOTICE = "publish_notice"
    OPEN_CALL = "open_call"
    END_AGREEMENT = "end_agreement"
    EXTEND_CHALLENGE = "extend_challenge"
    CLOSE_CHALLENGE = "close_challenge"
    WITHDRAW_NOTICE = "withdraw_notice"
    CANCEL_GATHERING = "cancel_gathering"
    ANSWER_CONSULTATION = "answer_consultation"


@dataclass(frozen=True, slots=True)
class ApprovalReference:
    """The approval under which an outward act takes effect (決裁), as the document system knows it.

    ``number`` is the 文書番号 as typed, ``digest`` the SHA-256 of the approved document (32 bytes).
    """

    system: ApprovalSystem
    decided_on: date
    approval: UUID | None = None
    number: Sealed | None = None
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When, for whom, by which way and in which file something happened.

    ``occurred_on`` may lie before the recorded time; ``on_behalf_of`` is the party for whom a member entered it;
    ``post`` the post (職) under which the member acted; ``file`` the 簿冊, ``fiscal_year`` its 年度 (April to March).
    """

    occurred_on: Day
    channel: Channel
    file: UUID
    fiscal_year: int
    on_behalf_of: UUID | None = None
    post: UUID | None = None
    approval: ApprovalReference | None = None
