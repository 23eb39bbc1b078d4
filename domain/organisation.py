"""Departments, posts and who holds them, each with the days from which it holds (組織・職・発令).

Ids are opaque and stay; names, successors and holders have validity, so that the changes of 1 April are entered ahead
and history shows the name of that day. One aggregate a city, so that its rules hold when two
people enter changes at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, TypeVar, assert_never
from uuid import UUID

from domain import labels
from domain.days_in_words import in_japanese
from domain.decider import Decider
from domain.errors import AlreadyThere, DateInvalid, NotFound, PartMissing, ReferenceUnknown, Refusal
from domain.values import Sealed

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class DepartmentEstablished:
    """A department exists from a day on (新設)."""

    department: UUID
    name: Sealed
    valid_from: date


@dataclass(frozen=True, slots=True)
class DepartmentRenamed:
    """A department bears another name from a day on (改称)."""

    department: UUID
    name: Sealed
    valid_from: date


@dataclass(frozen=True, slots=True)
class DepartmentAbolished:
    """A department ends; its open work goes to the successors (廃止・統合・分割). ``valid_from``: first day without."""

    department: UUID
    successors: tuple[UUID, ...]
    valid_from: date


@dataclass(frozen=True, slots=True)
class DepartmentKept:
    """An end that was entered ahead is taken back (廃止の取りやめ). ``valid_from``: the day on which it was to end."""

    department: UUID
    valid_from: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class PostEstablished:
    """A post in a department exists from a day on (職の設置)."""

    post: UUID
    department: UUID
    name: Sealed
    valid_from: date


@dataclass(frozen=True, slots=True)
class PostRenamed:
    """A post bears another name from a day on (職名の変更)."""

    post: UUID
    name: Sealed
    valid_from: date


@dataclass(frozen=True, slots=True)
class PostAbolished:
    """A post ends; another may succeed it (職の廃止). ``valid_from``: first day without."""

    post: UUID
    successor: UUID | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class PostKept:
    """An end that was entered ahead is taken back (廃止の取りやめ). ``valid_from``: the day on which it was to end."""

    post: UUID
    valid_from: date
    reason: Sealed


@dataclass(frozen=True, slots=True)
class PostAssigned:
    """A member holds a post from a day on; one may hold several (発令・兼務)."""

    post: UUID
    member: UUID
    valid_from: date


@dataclass(frozen=True, slots=True)
class PostVacated:
    """A member holds a post no longer (解任). ``valid_from``: first day without."""

    post: UUID
    member: UUID
    valid_from: date


OrganisationEvent = (
    DepartmentEstablished
    | DepartmentRenamed
    | DepartmentAbolished
    | DepartmentKept
    | PostEstablished
    | PostRenamed
    | PostAbolished
    | PostKept
    | PostAssigned
    | PostVacated
)

EVENTS: Final[Mapping[str, type]] = {
    "organisation.department_established": DepartmentEstablished,
    "organisation.department_renamed": DepartmentRenamed,
    "organisation.department_abolished": DepartmentAbolished,
    "organisation.post_established": PostEstablished,
    "organisation.post_renamed": PostRenamed,
    "organisation.post_abolished": PostAbolished,
    "organisation.post_assigned": PostAssigned,
    "organisation.post_vacated": PostVacated,
    "organisation.department_kept": DepartmentKept,
    "organisation.post_kept": PostKept,
}


@dataclass(frozen=True, slots=True)
class Borne:
    """A name of a person, a department or a post, and the first day on which it is borne."""

    name: Sealed
    since: date


def name_on(borne: Sequence[Borne], day: date) -> Sealed:
    """The name of a day, of two that begin together the one entered last; before the first of all that one.

    ``borne``: in the order in which they were entered, at least one.
    """
    here = [each for each in borne if each.since <= day]
    return max(reversed(here), key=_since).name if here else min(borne, key=_since).name


def _since(borne: Borne) -> date:
    return borne.since


@dataclass(frozen=True, slots=True)
class Validity:
    """From its first day to the day before ``until``, or without end; ``before``: what ended before it began again.

    What once held is kept when it begins again, so that a past day is told the same for ever.
    """

    since: date
    until: date | None = None
    before: "Validity | None" = None

    def covers(self, day: date) -> bool:
        """Whether it holds on that day."""
        return any(each.since <= day and (each.until is None or day < each.until) for each in self.spans())

    def spans(self) -> Iterator["Validity"]:
        """The last one, and each before it."""
        each: Validity | None = self
        while each is not None:
            yield each
            each = each.before

    def until_after(self, day: date) -> date | None:
        """The end of what covers a day; ``None`` when it has no end, or when nothing covers it."""
        return next((each.until for each in self.spans() if Validity(each.since, each.until).covers(day)), None)

    def since_before(self, day: date) -> date | None:
        """The first day of what covers a day; ``None`` when nothing does."""
        return next((each.since for each in self.spans() if Validity(each.since, each.until).covers(day)), None)

    def begun(self, day: date) -> "Validity":
        """The same, holding without end from a day on."""
        last = next((each for each in self.spans() if each.since <= day and each.since != each.until), None)
        if last is not None and (last.until is None or day < last.until):
            return Validity(last.since, None, last.before)
        return Validity(day, None, last)

    def ended(self, day: date) -> "Validity":
        """The same, no longer holding from a day on; the end of one that has ended is put right."""
        if day >= self.since or self.before is None:
            return Validity(self.since, day, self.before)
        past = self.before.until is not None and self.before.until <= day
        return Validity(day, day, self.before) if past else self.before.ended(day)  # the one ahead is never had

    @property
    def first(self) -> date:
        """The first day of all."""
        return min(each.since for each in self.spans())


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the next decision needs to know: which departments, posts and holdings are valid when."""

    departments: Mapping[UUID, Validity] = field(default_factory=dict)
    posts: Mapping[UUID, Validity] = field(default_factory=dict)
    holdings: Mapping[tuple[UUID, UUID], Validity] = field(default_factory=dict)
    department_of: Mapping[UUID, UUID] = field(default_factory=dict)
    """Post to department."""
    heirs: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    """Abolished department to its successors."""
    post_heirs: Mapping[UUID, UUID] = field(default_factory=dict)
    """Abolished post to its successor."""

    def has_post(self, post: UUID, day: date) -> bool:
        """Whether there is such a post on a day; it ends with its department."""
        validity, department = self.posts.get(post), self.departments.get(self.department_of.get(post, post))
        return validity is not None and validity.covers(day) and department is not None and department.covers(day)

    def present(self, post: UUID, day: date) -> UUID:
        """The post itself, or the one that had succeeded it by a day (後継); the last one where none is there."""
        seen = set[UUID]()
        while post not in seen and not self.has_post(post, day):
            seen.add(post)
            post = self.post_heirs.get(post, post)
        return post

    def stands_for(self, member: UUID, post: UUID, day: date) -> bool:
        """Whether a member holds a post on a day, or the one that succeeded it (後継)."""
        present = self.present(post, day)
        held = self.holdings.get((present, member))
        return held is not None and held.covers(day) and self.has_post(present, day)

    def stands_beside(self, other: UUID, post: UUID, day: date) -> bool:
        """Whether another post is of the department of a post on a day, or of one to which its work came down.

        Of both counts where they are then: of what succeeded one that was abolished.
        """
        own, department = (self.department_of.get(self.present(each, day)) for each in (other, post))
        return own is not None and department is not None and self.inherits(own, department, day)

    def inherits(self, heir: UUID, department: UUID, day: date) -> bool:
        """Whether the open work of a department is a department's on a day: its own, or it came down to it (後継)."""
        return heir in self.line(department, day)

    def goes_on(self, department: UUID) -> bool:
        """Whether its open work is always somebody's, by all that is entered: it has no end, or some heir has none."""
        ahead = (self.departments.get(each) for each in self.line(department, date.max))
        return any(each is not None and each.covers(date.max) for each in ahead)

    def line(self, department: UUID, day: date) -> set[UUID]:
        """The department, and those to which its open work came down by a day."""
        seen, ahead = set[UUID](), {department}
        while ahead:
            seen |= ahead
            ended = (each for each in ahead if not self.departments.get(each, Validity(day)).covers(day))
            ahead = {successor for each in ended for successor in self.heirs.get(each, ())} - seen
        return seen


def evolve(organisation: Organisation, event: OrganisationEvent) -> Organisation:
    """Never refuses: it has already happened."""
    departments, posts, holdings = organisation.departments, organisation.posts, organisation.holdings
    match event:
        case DepartmentEstablished(department=department, valid_from=day):
            return replace(organisation, departments={**departments, department: Validity(day)})
        case DepartmentRenamed() | PostRenamed():
            return organisation
        case DepartmentAbolished(department=department, successors=successors, valid_from=day):
            heirs = {**organisation.heirs, department: successors}
            return replace(organisation, departments=_ended(departments, department, day), heirs=heirs)
        case DepartmentKept(department=department):
            heirs = {ended: successors for ended, successors in organisation.heirs.items() if ended != department}
            return replace(organisation, departments=_kept(departments, department), heirs=heirs)
        case PostEstablished(post=post, department=department, valid_from=day):
            department_of = {**organisation.department_of, post: department}
            return replace(organisation, posts={**posts, post: Validity(day)}, department_of=department_of)
        case PostAbolished(post=post, successor=successor, valid_from=day):
            heirs_of_posts = {**organisation.post_heirs, **({} if successor is None else {post: successor})}
            return replace(organisation, posts=_ended(posts, post, day), post_heirs=heirs_of_posts)
        case PostKept(post=post):
            left = {ended: successor for ended, successor in organisation.post_heirs.items() if ended != post}
            return replace(organisation, posts=_kept(posts, post), post_heirs=left)
        case PostAssigned(post=post, member=member, valid_from=day):
            held = holdings[post, member].begun(day) if (post, member) in holdings else Validity(day)
            return replace(organisation, holdings={**holdings, (post, member): held})
        case PostVacated(post=post, member=member, valid_from=day):
            return replace(organisation, holdings=_ended(holdings, (post, member), day))
        case _:
            assert_never(event)


ORGANISATION: Final = Decider("organisation", Organisation(), evolve, EVENTS)


def change(organisation: Organisation, event: OrganisationEvent) -> tuple[OrganisationEvent, ...]:
    """Enter one change, today's or one ahead.

    An end or a holding entered again returns nothing. Raises AlreadyThere for an id that is taken, NotFound for a
    department or post that never was, ReferenceUnknown for one that is named beside it, DateInvalid for a day on which
    one of them is not there yet or no longer (it says from when, or until when, it is) and for an end before the
    beginning, PartMissing when a department or post is named its own successor, or when open work would be nobody's
    from some day on.
    """
    day = event.valid_from
    match event:
        case DepartmentEstablished(department=department):
            return _establish(organisation.departments, department, event)
        case DepartmentRenamed(department=department):
            _valid(organisation.departments, department, day, "department")
            return (event,)
        case DepartmentAbolished(department=department, successors=successors):
            if department in successors:
                raise PartMissing(
                    field="successors",
                    problem="a department cannot succeed itself",
                    problem_ja="廃止する課自身を後継にはできません",
                )
            for successor in successors:
                _named(organisation.departments, successor, day, "successors")
            ended = _end(organisation.departments, department, event)
            if ended or organisation.heirs[department] != successors:
                _check_heirs(organisation, event)
                return (event,)
            return ()
        case DepartmentKept(department=department):
            return _keep(organisation.departments, department, event)
        case PostEstablished(post=post, department=department):
            _named(organisation.departments, department, day, "department")
            return _establish(organisation.posts, post, event)
        case PostRenamed(post=post):
            _valid(organisation.posts, post, day, "post")
            return (event,)
        case PostAbolished(post=post, successor=successor):
            if successor == post:
                raise PartMissing(
                    field="successor",
                    problem="a post cannot succeed itself",
                    problem_ja="廃止する職自身を後継にはできません",
                )
            if successor is not None:
                _named(organisation.posts, successor, day, "successor")
            return _end(organisation.posts, post, event)
        case PostKept(post=post):
            return _keep(organisation.posts, post, event)
        case PostAssigned(post=post, member=member):
            _valid(organisation.posts, post, day, "post")
            held = organisation.holdings.get((post, member))
            return () if held and held.begun(day) == held else (event,)
        case PostVacated(post=post, member=member):
            return _end(organisation.holdings, (post, member), event)
        case _:
            assert_never(event)


def _check_heirs(organisation: Organisation, event: DepartmentAbolished) -> None:
    after = evolve(organisation, event)
    concerned = {event.department, *organisation.heirs}
    if any(not after.goes_on(each) and organisation.goes_on(each) for each in concerned):
        raise PartMissing(
            field="successors",
            problem="name a department that goes on: open work must be somebody's",
            problem_ja="進行中の案件を引き継ぐ、存続する課を指定してください",
        )


def named(known: Mapping[UUID, Validity], field: str, item: UUID, day: date) -> None:
    """A department or post that another record names. Raises ReferenceUnknown when it is not there on that day."""
    validity = known.get(item)
    if validity is None or not validity.covers(day):
        raise ReferenceUnknown(field=field)


def _establish(
    known: Mapping[UUID, Validity], item: UUID, event: DepartmentEstablished | PostEstablished
) -> tuple[OrganisationEvent, ...]:
    if item in known:
        raise AlreadyThere
    return (event,)


def _end(
    known: Mapping[K, Validity], item: K, event: DepartmentAbolished | PostAbolished | PostVacated
) -> tuple[OrganisationEvent, ...]:
    validity = known.get(item)
    if validity is None:
        raise NotFound
    if validity.ended(event.valid_from) == validity:
        return ()
    not_before(validity.first, event.valid_from)
    return (event,)


def _keep(
    known: Mapping[UUID, Validity], item: UUID, event: DepartmentKept | PostKept
) -> tuple[OrganisationEvent, ...]:
    """None for what has no end. Raises NotFound, DateInvalid for a day on which it does not end."""
    validity = known.get(item)
    if validity is None:
        raise NotFound
    if validity.until is None:
        return ()
    if event.valid_from != validity.until:
        raise DateInvalid(
            field="validFrom",
            problem=f"its end was entered for {validity.until}; name that day.",
            problem_ja=f"廃止の日として登録されているのは{in_japanese(validity.until)}です。その日を指定してください",
        )
    return (event,)


def _valid(known: Mapping[UUID, Validity], item: UUID, day: date, name: str) -> None:
    """What is changed on that day is there. Raises NotFound for what never was, and as :func:`_there`."""
    _there(known.get(item), day, name, NotFound())


def _named(known: Mapping[UUID, Validity], item: UUID, day: date, name: str) -> None:
    """What is named beside it is there on that day. Raises ReferenceUnknown, and as :func:`_there`."""
    _there(known.get(item), day, name, ReferenceUnknown(field=name))


def not_before(began_on: date, day: date) -> None:
    """Raises DateInvalid for what shall end or change on a day before it began."""
    if day < began_on:
        raise DateInvalid(
            field="validFrom",
            problem=f"it began only on {began_on}",
            problem_ja=f"始まりは{in_japanese(began_on)}です",
        )


def _there(validity: Validity | None, day: date, name: str, unknown: Refusal) -> None:
    """Raises DateInvalid, which says from which day it is there, or until which it was; ``unknown`` if it never was."""
    spans = [each for each in validity.spans() if each.since != each.until] if validity else []
    if any(each.covers(day) for each in spans):
        return
    if not spans:
        raise unknown
    since = min((each.since for each in spans if each.since > day), default=None)
    last = max((each.until for each in spans if each.until), default=day) - timedelta(days=1)
    told = f"is there only from {since} on" if since else f"was there only until {last}"
    told_ja = f"{in_japanese(since)}から存在します" if since else f"{in_japanese(last)}まで存在しました"
    raise DateInvalid(
        field="validFrom",
        problem=f"what you name as {name} {told}.",
        problem_ja=f"「{labels.in_japanese(name)}」に指定されたものは、{told_ja}",
    )


def _ended(known: Mapping[K, Validity], item: K, day: date) -> Mapping[K, Validity]:
    """The same with one ended; an item that was never begun is left out, since history never refuses."""
    return {**known, item: known[item].ended(day)} if item in known else known


def _kept(known: Mapping[UUID, Validity], item: UUID) -> Mapping[UUID, Validity]:
    """The same with the end of one taken back."""
    return {**known, item: replace(known[item], until=None)} if item in known else known
