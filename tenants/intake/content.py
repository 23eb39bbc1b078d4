"""The content of an envelope as the command that it is: fields and values are those of the desk's inputs (内容).

What is refused here says where it stands, never what stands there.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, get_args, get_origin, get_type_hints

import msgspec

from domain.errors import AlreadyThere, Invalid
from domain.proposal import Proposal, Stage
from domain.values import CorporateNumber
from tenants.commands import consultations, proposals
from tenants.identifiers import corporate_number
from tenants.intake.envelope import Envelope
from tenants.members import Role
from tenants.saying import camel, some
from tenants.wish import Context, Wish

OPERATOR: Final = frozenset({Role.OPERATOR})


class ContentInvalid(Invalid):
    """A field of an envelope's content is not as the command's input has it."""

    en = "In the content of the envelope, {field}: {problem}."
    ja = "封書の内容の「{field}」: {problem_ja}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedProposal(proposals.Receive):
    """A proposal that an intake handed over: nobody of the city entered it, but who runs the deployment."""

    name = "proposal.receive"
    ja = "提案を受け付ける"
    roles: ClassVar[frozenset[Role]] = OPERATOR

    def judge(self, state: Proposal, context: Context) -> None:
        """Raises AlreadyThere for the id of a draft, which the desk receives; what else a proposal is refused for."""
        if state.stage is Stage.DRAFT:
            raise AlreadyThere
        super(HandedProposal, self).judge(state, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedConsultation(consultations.Receive):
    """A question that an intake handed over."""

    name = "consultation.receive"
    ja = "相談を受け付ける"
    roles: ClassVar[frozenset[Role]] = OPERATOR


COMMANDS: Final[Mapping[str, tuple[type[Wish[Any]], str, str]]] = {
    "receiveProposal": (HandedProposal, "proposal", "proposer"),
    "receiveConsultation": (HandedConsultation, "consultation", "asker"),
}
"""The desk's mutation to its command, and to the fields that the envelope names as ``record`` and ``party``."""


def wish_of(envelope: Envelope) -> Wish[Any]:
    """The command of an envelope, not yet granted. Raises ContentInvalid, CorporateNumberInvalid."""
    of, record, party = COMMANDS[envelope.command]
    told: dict[str, Any] = {record: envelope.record, party: envelope.party}
    return of(**told, **_parts(of, envelope.content, "", told))


def _parts(of: type, given: Any, path: str, beside: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(path.rstrip(".") or "content", "it must be an object", "オブジェクトが必要です")
    asked = {camel(each.name): each for each in fields(of) if each.name not in beside}
    if unknown := given.keys() - asked.keys():
        kind = "a field" if len(unknown) == 1 else "fields"
        raise _wrong(
            path.rstrip(".") or "content", f"it has {kind} that the input does not have", "入力にない項目があります"
        )
    hints, found = get_type_hints(of), {}
    for name, field in asked.items():
        if name in given:
            found[field.name] = _value(hints[field.name], given[name], path + name)
        elif field.default is MISSING:
            raise _wrong(path + name, "it is missing", "必要な項目がありません")
    return found


def _value(hint: Any, given: Any, path: str) -> Any:
    kind = some(hint)
    if given is None and kind is not hint:
        return None
    if kind is CorporateNumber:
        return corporate_number(_plain(str, given, path))
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], each, path) for each in _plain(list, given, path))
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**_parts(kind, given, f"{path}.", {}))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _choice(kind, given, path)
    return _plain(kind, given, path)


def _choice(kind: type[StrEnum], given: Any, path: str) -> StrEnum:
    """By the name that GraphQL shows."""
    if isinstance(given, str) and given in kind.__members__:
        return kind[given]
    known = ", ".join(kind.__members__)
    raise _wrong(path, f"use one of {known}", f"次のいずれかにしてください: {known}")


def _plain(kind: Any, given: Any, path: str) -> Any:
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise _wrong(path, "it is of another type than the input's", "値の種類が違います") from error


def _wrong(field: str, problem: str, problem_ja: str) -> ContentInvalid:
    return ContentInvalid(field=field, problem=problem, problem_ja=problem_ja)
