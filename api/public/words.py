"""The closed sets of words of the public schema (列挙値).

Own types beside those of the domain, so that what strangers rely on changes only on purpose.
"""

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="Where a case stands (事例の状態).")
class CaseStatus(Enum):
    """Where a case stands."""

    OPEN = enum_value("open", description="Under way (実施中).")
    CLOSED = enum_value("closed", description="Finished (終了).")


@strawberry.enum(description="Where a case comes from (由来).")
class CaseOrigin(Enum):
    """Where a case comes from."""

    DESK = enum_value("desk", description="The work of a desk on this deployment (窓口の取組).")
    IMPORTED = enum_value("imported", description="Taken from a document, which `source` names (文書からの転載).")


@strawberry.enum(description="Where a published challenge stands (課題の状態).")
class ChallengeStatus(Enum):
    """Where a published challenge stands."""

    OPEN = enum_value("published", description="It takes answers (募集中).")
    CLOSED = enum_value("closed", description="It takes no more answers (終了).")


@strawberry.enum(description="How a challenge ended (結果).")
class ChallengeResult(Enum):
    """How a challenge ended."""

    ANSWERED = enum_value("answered", description="Somebody answered it (応募あり).")
    UNANSWERED = enum_value("unanswered", description="Nobody answered it (応募なし).")
    SOLVED_OTHERWISE = enum_value("solved_otherwise", description="It was solved in another way (別の方法で解決).")
    NO_LONGER_PURSUED = enum_value("no_longer_pursued", description="It is no longer pursued (取りやめ).")


@strawberry.enum(description="What a notice is (お知らせの種別).")
class NoticeTopic(Enum):
    """What a notice is."""

    NEWS = enum_value("news", description="お知らせ")
    TRAINING = enum_value("training", description="研修資料")


@strawberry.enum(description="Where a gathering stands (交流イベントの状態).")
class GatheringStatus(Enum):
    """Where a gathering stands."""

    ANNOUNCED = enum_value("announced", description="It will take place (開催予定).")
    HELD = enum_value("held", description="It took place (開催済み).")
    CANCELLED = enum_value("cancelled", description="It does not take place (中止).")


@strawberry.enum(description="Who brought a resource in.")
class ResourceSide(Enum):
    """City or partner: what third parties bring in is not told as a resource."""

    CITY = enum_value("city", description="The city (自治体).")
    PARTNER = enum_value("partner", description="The partner (連携先).")


@strawberry.enum(description="Who gives or gains (提供・受益の主体).")
class Side(Enum):
    """Who gives or gains."""

    CITY = enum_value("city", description="The city (自治体).")
    PARTNER = enum_value("partner", description="The partner (連携先).")
    THIRD_PARTY = enum_value("third_party", description="Third parties, such as restaurants or households (第三者).")


@strawberry.enum(description="What kind of resource (リソースの種類).")
class ResourceKind(Enum):
    """What kind of resource."""

    PEOPLE = enum_value("people", description="《ヒト》")
    THINGS = enum_value("things", description="《モノ》")
    MONEY = enum_value("money", description="《カネ》")
    INFORMATION = enum_value("information", description="《情報》")
    KOTO = enum_value("koto", description="《コト》: what is done together, such as an event.")


@strawberry.enum(description="How exactly a date is known (日付の精度).")
class DatePrecision(Enum):
    """How exactly a date is known."""

    DAY = enum_value("day", description="To the day (日).")
    MONTH = enum_value("month", description="To the month (月).")
    YEAR = enum_value("year", description="To the year (年).")


@strawberry.enum(description="What happened to a published record (履歴の種類).")
class HistoryType(Enum):
    """What happened to a published record."""

    PUBLISHED = enum_value("published", description="It was published (公開).")
    REVISED = enum_value("revised", description="What it tells was put right or carried on (改訂).")
    CLOSED = enum_value("closed", description="It came to its end (終了).")


@strawberry.enum(description="Whether a proposal of a kind answers a challenge (課題との関係).")
class Answering(Enum):
    """Whether a proposal of a kind answers a challenge."""

    ONE = enum_value("one", description="It answers one (テーマ型・課題提案など).")
    MAY = enum_value("may", description="It may answer one.")
    NONE = enum_value("none", description="The proposer's own idea (フリー型・自由提案など).")


@strawberry.enum(description="What kind of municipality (自治体の種別).")
class Municipality(Enum):
    """What kind of municipality."""

    CITY = enum_value("city", description="市")
    TOWN = enum_value("town", description="町")
    VILLAGE = enum_value("village", description="村")
    SPECIAL_WARD = enum_value("special_ward", description="特別区")
