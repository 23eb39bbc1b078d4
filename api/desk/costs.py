"""What the desk schema's fields cost beyond the default, and how long its lists without pages are (負荷の表)."""

from typing import Final

from api.desk.context import LONGEST_HISTORY
from api.desk.mutation import OFFERED
from api.desk.naming import mutation_name
from api.desk.own_records import own_lists
from api.desk.records import part_lists, record_lists
from api.desk.wording import LONGEST
from api.graphql.costs import Costs, Size
from projections.queries.desk_own import LONGEST_TOLD, MOST_RECORDS
from tenants.visibility import TOLD

STATEMENT: Final = 5
"""A field that asks the database by itself; what many fields ask for is gathered and costs nothing more."""
OPENING: Final = 1
"""Opening a sealed value."""
COMMAND: Final = 100
"""A command is decided, sealed and appended by itself: a hundred at once."""

ROOT: Final = (
    "position",
    "myProposals",
    "myProposal",
    "inbox",
    "proposal",
    "timeline",
    "numberGaps",
    "challenges",
    "challenge",
    "cases",
    "case",
    "records",
    "record",
    "expiredFiles",
    "organisation",
    "rights",
    "statistics",
    "policy",
)

COSTS: Final = Costs(
    work={
        **{f"Query.{name}": STATEMENT for name in ROOT},
        **{f"Mutation.{mutation_name(wish)}": COMMAND for wish in OFFERED},
        "Words.text": OPENING,
        "OwnWords.text": OPENING,
        "ApprovalRecord.wording": OPENING,
    },
    lists={
        "Query.rights": Size(200, 2_000),
        "Query.statistics": Size(5, 200),
        "Me.roles": Size(2, 50),
        "Me.parties": Size(1, 1_000),
        "OwnProposal.told": Size(3, LONGEST_TOLD),
        "Me.rights": Size(2, 200),
        "MemberRights.rights": Size(2, 200),
        "Department.successors": Size(1, 100),
        "Words.marks": Size(1, 20),
        "Words.grounds": Size(1, 10),
        "Proposal.formerNames": Size(1, 100),
        "Proposal.passedOn": Size(1, 100),
        "OwnProposal.passedTo": Size(1, 100),
        "Proposal.accepted": Size(7, 100),
        "Proposal.departments": Size(1, 100),
        "Proposal.asked": Size(1, 100),
        "Proposal.checks": Size(9, 200),
        "Proposal.opinions": Size(2, 100),
        "Proposal.planFields": Size(2, 100),
        "Proposal.history": Size(5, LONGEST_HISTORY),
        **{f"{kind}.{name}": Size(2, 100) for kind, names in record_lists().items() for name in names},
        **{f"{kind}.{name}": Size(2, 100) for kind, names in part_lists().items() for name in names},
        **{f"{kind}.history": Size(5, LONGEST_HISTORY) for kind in ("Record", *record_lists())},
        "ApprovalRecord.wording": Size(15, LONGEST),
        "Proposal.records": Size(3, 100),
        "Proposal.attachments": Size(2, 100),
        "Proposal.proceedings": Size(4, 200),
        "OwnProposal.attachments": Size(2, 100),
        **{f"OwnProposal.{kind}s": Size(1, MOST_RECORDS) for kind in TOLD},
        **{f"{kind}.{name}": Size(2, 100) for kind, names in own_lists().items() for name in names},
        "Proposal.cases": Size(1, 100),
        "Challenge.fields": Size(2, 100),
        "Challenge.planFields": Size(2, 100),
        "Challenge.proposals": Size(3, 100),
        "Challenge.history": Size(3, LONGEST_HISTORY),
        "Happening.typed": Size(2, 1_000),
        "Post.holders": Size(1, 100),
        "Case.fields": Size(2, 100),
        "Case.partners": Size(2, 100),
        "Case.dates": Size(2, 100),
        "Case.resources": Size(4, 100),
        "Case.benefits": Size(4, 100),
        "Case.outcomes": Size(2, 100),
        "Case.history": Size(3, LONGEST_HISTORY),
        "Organisation.departments": Size(50, 2_000),
        "Organisation.posts": Size(50, 2_000),
        "Statistics.stages": Size(8, 50),
        "Statistics.outcomes": Size(3, 50),
        "Statistics.kinds": Size(2, 50),
        "Statistics.organisationKinds": Size(5, 50),
        "Statistics.fields": Size(5, 50),
        "Statistics.methods": Size(4, 50),
        "Policy.intake": Size(2, 10),
        "Policy.excluded": Size(2, 50),
        "Policy.rules": Size(40, 1_000),
        "Refused.details": Size(3, 50),
    },
)
"""Usual lengths are those of real records; a case has at most 100 entries of each kind (``domain.case``)."""
