"""A desk: one city opened for one member, the one handle through which commands are recorded (窓口).

Reading, deciding and recording go as in the library's event store and repository; what is ours is that a command is
recorded once however often it is sent, cites the policy in force, and is tried again when somebody else was faster.
"""

import hashlib
import hmac
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from eventsourcing.persistence import IntegrityError

from domain.circumstances import ApprovalReference, Circumstances
from domain.errors import Conflict, DigestInvalid, LogUnchecked, Refusal, TextForbidden, Unavailable
from domain.organisation import named
from domain.values import SHORT, Audience, CityCode, Day, Typed, fiscal_year, text
from tenants.approving import carried_out, require_approval, require_before
from tenants.days import check_days
from tenants.holidays import business_day
from tenants.members import Member
from tenants.parties import has_come
from tenants.recorder import Envelope
from tenants.standing import standing
from tenants.turn import Decided, Turn
from tenants.wish import Answer, Context, Entry, Wish

if TYPE_CHECKING:
    from tenants.files.uploads import Uploads
    from tenants.tenancy import Tenancy

S = TypeVar("S")

REREADS: Final = 3
"""How often a command is tried again after somebody else recorded first."""


class Desk:
    """One city, opened for one member, whose rights hold at the moment at which something is recorded."""

    def __init__(self, tenancy: "Tenancy", city: CityCode, member: Member) -> None:
        self.tenancy, self.city, self.member = tenancy, city, member

    def do(self, wish: Wish[S], entry: Entry) -> Answer[S]:
        """Grant a wish, once.

        The same command id again gives the same answer. Raises Refusal (nothing was recorded), Conflict after three
        re-reads, CommandReused, CityUnknown, Unreadable, Unavailable, LogUnchecked, LogDiffers.
        """
        wish.allow(self.member)
        led = wish.before(self, entry)
        digest = self._digest(wish, entry)
        try:
            answer = self._granted(wish, entry, digest)
        except (Refusal, Conflict) as error:
            self._explain(wish, entry, error.code)
            raise
        wish.after(self)
        return answer if led is None else replace(answer, first=led.first, last=led.last)

    def _granted(self, wish: Wish[S], entry: Entry, digest: bytes) -> Answer[S]:
        checked = False
        rereads = 0
        while True:
            try:
                return self._attempt(wish, entry, digest, remembered=rereads == 0)
            except IntegrityError as error:
                rereads += 1
                if rereads > REREADS:
                    raise Conflict from error
                self._read_rights()
                wish.allow(self.member)
            except LogUnchecked:
                if checked:
                    raise
                checked = True
                self.tenancy.check_log(self.city)

    def _read_rights(self) -> None:
        """What was relied on has changed, so perhaps what the member may do. Raises Unreadable, Unavailable."""
        if self.member.seen:
            now = standing(self.tenancy, self.city)
            rights = now.rights_of(self.member.id, self.tenancy.today())
            self.member = replace(self.member, rights=rights, seen=now.versions)

    def _explain(self, wish: Wish[Any], entry: Entry, refused: str) -> None:
        """Keep why there will be no record of the number that the command may have taken (欠番の理由)."""
        if wish.begins:
            with suppress(Unavailable):  # the refusal is told all the same
                self.tenancy.explain_number(self.city, entry.command_id, refused)

    def uploads(self) -> "Uploads":
        """The files that came in and that no record has yet."""
        from tenants.files.uploads import Uploads  # noqa: PLC0415 - signing in, whose vault it uses, opens desks

        return Uploads(self.tenancy, self.city)

    def _attempt(self, wish: Wish[S], entry: Entry, digest: bytes, *, remembered: bool) -> Answer[S]:
        turn = Turn(self.tenancy, self.city, wish, entry, self.member.seen)
        turn.load(remembered=remembered)
        before = turn.answered(self.member.id, digest)
        if before is not None:
            return before
        context = self._context(entry, turn)
        decided = self._decided(wish, entry, context, turn)
        if decided is None:
            return self._attempt(wish, entry, digest, remembered=False)
        answer: Answer[S] = turn.record(decided, self._envelope(turn, context, entry, digest))
        self.tenancy.recorded(self.city)
        return answer

    def _decided(self, wish: Wish[S], entry: Entry, context: Context, turn: Turn[S]) -> Decided | None:
        """What is to be recorded; ``None`` when it is refused or granted already, but perhaps only in our memory."""
        try:
            check_days(wish)
            check_days(entry.approval, "approval")
            # Before the wish: once it has taken a receipt number, nothing may refuse any more.
            require_approval(self.tenancy, wish, turn.at.state, entry.approval, context)
            circumstances = self._circumstances(entry, context, turn)
            require_before(entry.approval, circumstances.occurred_on)
            events = wish.events(turn.at.state, context)
            also = (*wish.also(turn.at.state, context), *carried_out(entry.approval, context)) if events else ()
            further = turn.brought(also, context.policy, circumstances.occurred_on)
            if events:
                turn.at.in_order(circumstances.occurred_on)
        except Refusal as refusal:
            if turn.recollected:
                return None
            refusal.command = wish.name
            raise
        return None if turn.recollected and not events else Decided(events, circumstances, further)

    def _envelope(self, turn: Turn[S], context: Context, entry: Entry, digest: bytes) -> Envelope:
        return Envelope(
            self.member.id,
            context.policy.version,
            entry.command_id,
            entry.request_id,
            digest,
            turn.alongside.city_id,
            turn.alongside.policy_place,
            turn.sealer.boxes,
            turn.sealer.new_keys,
            turn.depends,
        )

    def _context(self, entry: Entry, turn: Turn[Any]) -> Context:
        day = entry.occurred_on or Day(self.tenancy.today())
        year = fiscal_year(day.on) if entry.fiscal_year is None else entry.fiscal_year
        return Context(
            self.city,
            self.member,
            self.tenancy.policy(self.city, turn.alongside.policy_place),
            turn.target,
            entry.command_id,
            year,
            self.tenancy.today(),
            day.on,
            lambda kind: turn.take_serial(year, kind),
            turn.look,
            business_day,
            entry.channel,
            lambda file: self.uploads().for_record(file, self.member.id, turn.target),
            lambda party: has_come(self.tenancy.pool, self.city, party),
            lambda since: self.tenancy.policies_since(self.city, since),
            turn.at.since,
        )

    def _circumstances(self, entry: Entry, context: Context, turn: Turn[Any]) -> Circumstances:
        if entry.post is not None:
            named(context.organisation().posts, "post", entry.post, context.today)
        approval = None
        if entry.approval is not None:
            number, told = entry.approval.number, entry.approval.digest
            if told is not None and len(told) != hashlib.sha256().digest_size:
                raise DigestInvalid(field="approval.digest")
            approval = ApprovalReference(
                entry.approval.system,
                entry.approval.decided_on,
                entry.approval.approval,
                None
                if number is None
                else turn.sealer.seal(Typed(text("approval.number", number, SHORT), turn.target, Audience.STAFF)),
                told,
            )
        return Circumstances(
            entry.occurred_on or Day(self.tenancy.today()),
            entry.channel,
            turn.target,
            context.fiscal_year,
            entry.on_behalf_of,
            entry.post,
            approval,
        )

    def _digest(self, wish: Wish[Any], entry: Entry) -> bytes:
        """What was wished, under the city's key: a plain digest of personal data would survive its erasure.

        What is null is left out: a field that a later version adds, null where it is not told, makes no other command
        of what comes again.
        """
        told = msgspec.to_builtins(entry)
        del told["command_id"], told["request_id"]
        try:
            content = msgspec.json.encode(_said([wish.name, msgspec.to_builtins(wish), told]))
        except UnicodeEncodeError as error:
            raise TextForbidden(field="text", character=f"U+{ord(error.object[error.start]):04X}") from error
        return hmac.digest(self.tenancy.keys.digest_key(self.city), content, hashlib.sha256)


def _said(told: Any) -> Any:
    """JSON values without the fields that are null."""
    if isinstance(told, dict):
        return {name: _said(value) for name, value in told.items() if value is not None}
    return [_said(value) for value in told] if isinstance(told, list | tuple) else told
