"""Files of a proposal: which, how large, how many, and until when."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.errors import FileTooLarge, FileUnfitting, IsSuspended, PartUnfitting, ReferenceUnknown, TooMany
from domain.files import MediaType
from domain.policy import USUAL_ATTACHMENTS, Policy
from domain.proposal import PROPOSAL
from tests.domain.facts import SAPPORO
from tests.domain.given import fold, given
from tests.domain.test_proposal_stages import ATTACHED, DETACHED, RECEIVED, SUSPENDED

OTHER = replace(ATTACHED, file=UUID(int=31))


def taking(**told: Any) -> Policy:
    """A city that says which files it takes."""
    return replace(SAPPORO, attachments=replace(USUAL_ATTACHMENTS, **told))


def test_a_city_that_says_nothing_takes_twenty_files_of_fifty_mebibytes_of_every_kind() -> None:
    usual = SAPPORO.attaching
    assert (usual.types, usual.bytes_per_file, usual.files) == (tuple(MediaType), 50 * 2**20, 20)


@pytest.mark.parametrize("size", [1000, 1001])
def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not(size: int) -> None:
    outcome = given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, taking(bytes_per_file=1000), replace(ATTACHED, size=size))
    if size == 1000:
        outcome.then(ATTACHED)
    else:
        outcome.refused(FileTooLarge)


def test_a_kind_that_the_city_does_not_take_is_refused() -> None:
    outcome = given(PROPOSAL, RECEIVED).when(PROPOSAL.decide, taking(types=(MediaType.PNG,)), ATTACHED)
    outcome.refused(FileUnfitting)


def test_only_so_many_files_belong_to_a_proposal_and_one_that_went_leaves_room() -> None:
    given(PROPOSAL, RECEIVED, ATTACHED).when(PROPOSAL.decide, taking(files=1), OTHER).refused(TooMany)
    given(PROPOSAL, RECEIVED, ATTACHED, DETACHED).when(PROPOSAL.decide, taking(files=1), OTHER).then(OTHER)


def test_the_same_file_twice_is_nothing_and_one_that_was_detached_does_not_come_back() -> None:
    given(PROPOSAL, RECEIVED, ATTACHED).when(PROPOSAL.decide, SAPPORO, ATTACHED).nothing()
    given(PROPOSAL, RECEIVED, ATTACHED, DETACHED).when(PROPOSAL.decide, SAPPORO, ATTACHED).refused(PartUnfitting)


def test_a_file_is_detached_once_and_never_another_proposals() -> None:
    given(PROPOSAL, RECEIVED, ATTACHED).when(PROPOSAL.decide, SAPPORO, DETACHED).then(DETACHED)
    given(PROPOSAL, RECEIVED, ATTACHED, DETACHED).when(PROPOSAL.decide, SAPPORO, DETACHED).nothing()
    other = replace(DETACHED, file=OTHER.file)
    given(PROPOSAL, RECEIVED, ATTACHED).when(PROPOSAL.decide, SAPPORO, other).refused(ReferenceUnknown)


def test_nothing_is_attached_while_it_rests() -> None:
    given(PROPOSAL, RECEIVED, SUSPENDED).when(PROPOSAL.decide, SAPPORO, ATTACHED).refused(IsSuspended)


def test_what_belongs_to_it_is_what_came_and_did_not_go() -> None:
    state = fold(PROPOSAL, (RECEIVED, ATTACHED, OTHER, DETACHED))
    assert state.files == frozenset({OTHER.file})
    assert state.detached == frozenset({ATTACHED.file})
