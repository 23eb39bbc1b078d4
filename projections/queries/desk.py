"""What the people of one city may ask about their own city (窓口の照会).

Inside ``tenants.database.walls.city_reads``; row security shows that city only, and every statement names it besides.
"""

from projections.queries.desk_attachments import attachment, attachments_of
from projections.queries.desk_book import RecordsWhere, Turn, record, records, records_about, view_of
from projections.queries.desk_called import Called, called
from projections.queries.desk_files import FileRow, files_of, files_over
from projections.queries.desk_numbers import GapCause, NumberGap, number_gaps
from projections.queries.desk_people import MemberName, members_by_id, organisation
from projections.queries.desk_positions import PATIENCE, PositionUnknown, positions, wait_for
from projections.queries.desk_records import (
    CasesWhere,
    ChallengesWhere,
    InboxWhere,
    Waiting,
    cases,
    cases_by_id,
    cases_by_proposal,
    challenges,
    challenges_by_id,
    inbox,
    proposals_by_challenge,
    proposals_by_id,
)
from projections.queries.desk_records import case_by_id as case
from projections.queries.desk_records import challenge_by_id as challenge
from projections.queries.desk_records import proposal_by_id as proposal
from projections.queries.desk_search import Room, Search, inbox_found, sought
from projections.queries.desk_statistics import Statistics, Tally, statistics
from projections.queries.desk_timeline import timeline, timelines_by_id
from projections.queries.desk_words import open_words
from projections.queries.pages import Edge, Page

__all__ = [
    "PATIENCE",
    "Called",
    "CasesWhere",
    "ChallengesWhere",
    "Edge",
    "FileRow",
    "GapCause",
    "InboxWhere",
    "MemberName",
    "NumberGap",
    "Page",
    "PositionUnknown",
    "RecordsWhere",
    "Room",
    "Search",
    "Statistics",
    "Tally",
    "Turn",
    "Waiting",
    "attachment",
    "attachments_of",
    "called",
    "case",
    "cases",
    "cases_by_id",
    "cases_by_proposal",
    "challenge",
    "challenges",
    "challenges_by_id",
    "files_of",
    "files_over",
    "inbox",
    "inbox_found",
    "members_by_id",
    "number_gaps",
    "open_words",
    "organisation",
    "positions",
    "proposal",
    "proposals_by_challenge",
    "proposals_by_id",
    "record",
    "records",
    "records_about",
    "sought",
    "statistics",
    "timeline",
    "timelines_by_id",
    "view_of",
    "wait_for",
]
