"""What the public schema's fields cost beyond the default, and how long its lists without pages are (負荷の表)."""

from typing import Final

from api.graphql.costs import Costs, Size

STATEMENT: Final = 5
"""A field that asks the database by itself; what many fields ask for is gathered and costs nothing more."""

COSTS: Final = Costs(
    work=dict.fromkeys(
        (
            *("Query.cities", "Query.city", "Query.cases", "Query.case", "Query.challenges", "Query.challenge"),
            *("Query.notices", "Query.notice", "Query.gatherings", "Query.gathering", "Query.statistics"),
        ),
        STATEMENT,
    ),
    lists={
        "City.intakeKinds": Size(2, 10),
        "Desk.departments": Size(3, 20),
        "City.conditions": Size(8, 100),
        "CityStatistics.proposals": Size(3, 200),
        "Case.fields": Size(2, 100),
        "Case.fieldNames": Size(2, 100),
        "Case.partners": Size(2, 100),
        "Case.dates": Size(2, 100),
        "Case.resources": Size(4, 100),
        "Case.benefits": Size(4, 100),
        "Case.outcomes": Size(2, 100),
        "Case.history": Size(3, 1_000),
        "Challenge.fields": Size(2, 100),
        "Challenge.fieldNames": Size(2, 100),
        "Challenge.history": Size(3, 1_000),
    },
)
"""Usual lengths are those of real cases; a case has at most 100 entries of each kind (``domain.case``)."""
