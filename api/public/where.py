"""The conditions of the public lists (絞り込み)."""

from datetime import datetime

import strawberry

from api.public.words import CaseStatus, ChallengeStatus, GatheringStatus, NoticeTopic
from domain import case, challenge, gathering, notice
from domain.errors import DateInvalid
from domain.values import CityCode, Code
from projections.queries import commons


def moment(field: str, value: datetime | None) -> datetime | None:
    """A point in time. Raises DateInvalid without an offset: it could be meant in Japan or in UTC."""
    if value is not None and value.tzinfo is None:
        raise DateInvalid(
            field=field,
            problem="say the offset, as in 2026-04-01T00:00:00+09:00",
            problem_ja="2026-04-01T00:00:00+09:00 のように時差を付けてください",
        )
    return value


@strawberry.input(description="Which cases. Several conditions must all hold; of several values in one, any.")
class CaseWhere:
    """Which cases."""

    cities: list[str] | None = strawberry.field(default=None, description="Municipality codes (団体コード), as 022012.")
    status: list[CaseStatus] | None = strawberry.field(default=None, description="Under way or finished.")
    methods: list[str] | None = strawberry.field(default=None, description="Codes of methods (手法), as pilot.")
    fields: list[str] | None = strawberry.field(default=None, description="Codes of fields (分野), as welfare.")
    text: str | None = strawberry.field(default=None, description="Words that title or text contain (検索語).")
    updated_since: datetime | None = strawberry.field(default=None, description="Changed at this moment or later.")

    def rows(self) -> commons.CaseWhere:
        """As the commons are asked. Raises DateInvalid."""
        return commons.CaseWhere(
            cities=tuple(map(CityCode, self.cities or ())),
            status=tuple(case.Stage(str(each.value)) for each in self.status or ()),
            methods=tuple(map(Code, self.methods or ())),
            fields=tuple(map(Code, self.fields or ())),
            text=self.text or "",
            updated_since=moment("updatedSince", self.updated_since),
        )


@strawberry.input(description="Which challenges. Several conditions must all hold; of several values in one, any.")
class ChallengeWhere:
    """Which challenges."""

    cities: list[str] | None = strawberry.field(default=None, description="Municipality codes (団体コード), as 011002.")
    status: list[ChallengeStatus] | None = strawberry.field(default=None, description="Open for answers, or closed.")
    fields: list[str] | None = strawberry.field(default=None, description="Codes of fields (分野), as disaster.")
    text: str | None = strawberry.field(default=None, description="Words that title or text contain (検索語).")
    updated_since: datetime | None = strawberry.field(default=None, description="Changed at this moment or later.")

    def rows(self) -> commons.ChallengeWhere:
        """As the commons are asked. Raises DateInvalid."""
        return commons.ChallengeWhere(
            cities=tuple(map(CityCode, self.cities or ())),
            status=tuple(challenge.Stage(str(each.value)) for each in self.status or ()),
            fields=tuple(map(Code, self.fields or ())),
            text=self.text or "",
            updated_since=moment("updatedSince", self.updated_since),
        )


@strawberry.input(description="Which notices. Several conditions must all hold; of several values in one, any.")
class NoticeWhere:
    """Which notices."""

    cities: list[str] | None = strawberry.field(default=None, description="Municipality codes (団体コード), as 011002.")
    topics: list[NoticeTopic] | None = strawberry.field(default=None, description="News, or training material.")
    text: str | None = strawberry.field(default=None, description="Words that title or text contain (検索語).")
    updated_since: datetime | None = strawberry.field(default=None, description="Changed at this moment or later.")

    def rows(self) -> commons.NoticeWhere:
        """As the commons are asked. Raises DateInvalid."""
        return commons.NoticeWhere(
            cities=tuple(map(CityCode, self.cities or ())),
            topics=tuple(notice.Topic(str(each.value)) for each in self.topics or ()),
            text=self.text or "",
            updated_since=moment("updatedSince", self.updated_since),
        )


@strawberry.input(description="Which gatherings. Several conditions must all hold; of several values in one, any.")
class GatheringWhere:
    """Which gatherings."""

    cities: list[str] | None = strawberry.field(default=None, description="Municipality codes (団体コード), as 011002.")
    status: list[GatheringStatus] | None = strawberry.field(default=None, description="Planned, held or cancelled.")
    coming: bool = strawberry.field(default=False, description="Only those that take place today or later (開催予定).")
    text: str | None = strawberry.field(default=None, description="Words that title or text contain (検索語).")
    updated_since: datetime | None = strawberry.field(default=None, description="Changed at this moment or later.")

    def rows(self) -> commons.GatheringWhere:
        """As the commons are asked. Raises DateInvalid."""
        return commons.GatheringWhere(
            cities=tuple(map(CityCode, self.cities or ())),
            status=tuple(gathering.Stage(str(each.value)) for each in self.status or ()),
            coming=self.coming,
            text=self.text or "",
            updated_since=moment("updatedSince", self.updated_since),
        )
