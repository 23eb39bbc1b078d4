"""Every read model there is; the runner keeps them all up to date."""

from typing import Any, Final

from projections.attachments import ATTACHMENTS
from projections.cases import CASES
from projections.challenges import CHALLENGES
from projections.commons_cases import COMMONS_CASES
from projections.commons_challenges import COMMONS_CHALLENGES
from projections.commons_cities import COMMONS_CITIES
from projections.commons_gatherings import COMMONS_GATHERINGS
from projections.commons_notices import COMMONS_NOTICES
from projections.model import ReadModel
from projections.organisation import ORGANISATION
from projections.proposals import PROPOSALS
from projections.records.table import RECORDS
from projections.retention import FILES
from projections.timeline import TIMELINE

READ_MODELS: Final[tuple[ReadModel[Any], ...]] = (
    PROPOSALS,
    TIMELINE,
    CHALLENGES,
    CASES,
    ORGANISATION,
    RECORDS,
    ATTACHMENTS,
    FILES,
    COMMONS_CITIES,
    COMMONS_CASES,
    COMMONS_CHALLENGES,
    COMMONS_NOTICES,
    COMMONS_GATHERINGS,
)
