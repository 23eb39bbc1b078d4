"""Events a second of rebuilding the busiest view of a city, the proposals, while the live one stays readable.

Against the library's `ProjectionRunner` on an equal view, and against only decoding the same events in memory
(`of_limit`), which nothing written in Python can outrun.
"""

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import batched
from typing import Any, Final
from uuid import uuid4

from eventsourcing.projection import ProjectionRunner

from domain.circumstances import Channel, Circumstances
from domain.policy import IntakeKind, OrganisationKind
from domain.proposal import Decided, DecidedBy, DialogueRecorded, Matched, Outcome, ReceiptNumber, Received, Screened
from domain.values import Audience, Day, Sealed
from projections.proposals import PROPOSALS
from projections.rebuild import rebuild
