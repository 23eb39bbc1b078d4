"""Plans and programmes, rules in words, deadlines, challenges, statistics (計画・規定・期限・課題・統計)."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.policy.sources import Entry, Names, Provenance
from domain.values import Code


class ChallengePart(StrEnum):
    """What a challenge may have to say before it is published (公表の記載事項)."""

    CONDITIONS = "conditions"
    CITY_OFFERS = "city_offers"
    DUE_ON = "due_on"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of the city that proposals and challenges can be aligned with, and its fields (計画・分野).

    ``note`` says what else is known of it, for example fields that the document counts but does not name.
    """

    code: Code
    name: Names
    provenance: Provenance
    fields: tuple[Entry, ...] = ()
    note: Names | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of the city, or beside it, that a proposal may be handed to (連携する制度・拠点)."""

    code: Code
    name: Names
    provenance: Provenance
    note: Names | None = None


class RuleTopic(StrEnum):
    """What a rule in words is about (規定の主題)."""

    PRINCIPLE = "principle"
    GUIDANCE = "guidance"
    DIALOGUE = "dialogue"
    SUPPORT = "support"
    SELECTION = "selection"
    AGREEMENT = "agreement"
    PILOT = "pilot"
    CONTINUATION = "continuation"
    DISCLOSURE = "disclosure"
    COOPERATION = "cooperation"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that people follow and the program only shows, in the city's sense and our words (規定)."""

    code: Code
    topic: RuleTopic
    text: Names
    provenance: Provenance


class Deadline(StrEnum):
    """What a city sets itself a deadline for (期限の種類). None is a statutory processing period (標準処理期間)."""

    FIRST_ANSWER = "first_answer"
    """The first answer to a proposer (回答目安)."""
    CONSULTATION_ANSWER = "consultation_answer"
    """The answer to a consultation (相談への回答目安)."""
    COMPLETION = "completion"
    """What the proposer gets to complete a proposal (補正の期限)."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """After how many business days something is due (期限・回答目安); what is not named has no deadline."""

    provenance: Provenance
    business_days: dict[Deadline, int]


@dataclass(frozen=True, slots=True)
class Reminders:
    """Which mails the city's people get of what waits for them (通知); a city without this part sends none.

    ``days_before``: business days before something is due. ``turns``: also of what has become somebody's turn.
    ``english``: in English instead of Japanese.
    """

    provenance: Provenance
    days_before: int
    overdue: bool = True
    turns: bool = False
    english: bool = False


@dataclass(frozen=True, slots=True)
class ChallengeRules:
    """What must come before a challenge is published (課題の公表).

    ``reviewed``: the desk has accepted it. ``needed``: what it must say.
    """

    provenance: Provenance
    reviewed: bool = False
    needed: tuple[ChallengePart, ...] = ()


@dataclass(frozen=True, slots=True)
class RetentionClass(Names):
    """For how many fiscal years a file is kept after it was completed (保存期間); without ``years`` for ever."""

    years: int | None = None


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """How long the files of records are kept (文書の保存期間).

    ``classes`` by their codes; ``usual``: of a record of any kind that ``kinds`` does not name.
    """

    provenance: Provenance
    classes: dict[Code, RetentionClass]
    usual: Code
    kinds: dict[Code, Code] = field(default_factory=dict)

    def of(self, kind: str) -> Code:
        """The class of records of a kind."""
        return self.kinds.get(Code(kind), self.usual)


@dataclass(frozen=True, slots=True)
class PublicStatistics:
    """Whether everybody reads how many proposals came and how they were decided (統計の公開); else nobody outside.

    ``suppress_under``: a smaller number is not told, since it could point at somebody.
    """

    provenance: Provenance
    public: bool = False
    suppress_under: int = 10
