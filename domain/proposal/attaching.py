"""Files that belong to a proposal until it is decided (提案の添付ファイル)."""

from dataclasses import dataclass

from domain.errors import FileTooLarge, FileUnfitting, PartUnfitting, ReferenceUnknown, TooMany
from domain.files import FileAttached, FileDetached
from domain.policy import Policy
from domain.proposal.state import Proposal


@dataclass(frozen=True, slots=True)
class Attached(FileAttached):
    """A file was put with the proposal (添付)."""


@dataclass(frozen=True, slots=True)
class Detached(FileDetached):
    """A file belongs to it no longer (添付の取下げ)."""


def check_attached(proposal: Proposal, policy: Policy, attached: Attached) -> None:
    """Raises FileUnfitting, FileTooLarge, TooMany as the city's rules say; PartUnfitting for one that was detached."""
    rules = policy.attaching
    if attached.media_type not in rules.types:
        raise FileUnfitting(
            field="file",
            problem=f"this city takes: {', '.join(rules.types)}",
            problem_ja=f"この市で添付できる種類: {', '.join(rules.types)}",
        )
    if attached.size > rules.bytes_per_file:
        raise FileTooLarge(field="file", limit=rules.bytes_per_file)
    if attached.file in proposal.detached:
        raise PartUnfitting(
            field="file", problem="it was detached before; upload it anew", problem_ja="一度取り下げたファイルです"
        )
    if len(proposal.files) >= rules.files:
        raise TooMany(field="files", count=len(proposal.files) + 1, limit=rules.files)


def check_detached(proposal: Proposal, _policy: Policy, detached: Detached) -> None:
    """Raises ReferenceUnknown for a file that the proposal does not have."""
    if detached.file not in proposal.files:
        raise ReferenceUnknown(field="file")
