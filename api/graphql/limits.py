"""How much one GraphQL request may ask for: every limit of both endpoints, and what is said beyond it (上限).

All of them are looked at before anything is carried out. Tests reach each limit exactly, and one step beyond it.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from api.graphql.refusals import RequestRefused


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one endpoint. The numbers here are those of the public one; :data:`DESK` says where a desk differs.

    Of fragments, what is counted is what a document comes to when each spread is written out. What ``@skip`` leaves
    out is counted too.
    """

    body: int = 100_000
    """Bytes of a request's body, or of the query string of a GET."""
    variables: int = 20_000
    """Bytes of the variables as JSON."""
    entries: int = 100
    """Entries of one list or object in the variables or in an argument."""
    tokens: int = 2_000
    """Words and signs of the document."""
    digits: int = 40
    """Characters of one number in the document."""
    operations: int = 10
    """Operations in the document; one of them is carried out."""
    fragments: int = 30
    """Named fragments that are defined."""
    directives: int = 30
    """Directives in the whole document."""
    repeated_directives: int = 2
    """Directives at one place: @skip and @include are all there are."""
    depth: int = 12
    """Fields inside one another."""
    selections: int = 1_000
    """Fields and fragments, spreads written out."""
    aliases: int = 30
    """Fields under another name."""
    repeats: int = 10
    """Times that one place of the answer is asked for; comparing them is what validation spends its time on."""
    introspection: int = 12
    """Lists of introspection; tools ask for five."""
    introspection_depth: int = 16
    """Fields inside one another in introspection; tools reach 15."""
    introspection_nesting: int = 1
    """Times that a list of introspection stands inside itself."""
    first: int = 100
    """Entries of one page."""
    cost: int = 5_000
    """Objects and work that the operation asks for (``api.graphql.costs``)."""


PUBLIC: Final = Limits()

DESK: Final = Limits(
    body=1_000_000,  # a city's whole file has up to 200,000 characters
    variables=900_000,
    tokens=6_000,
    depth=14,
    selections=2_000,
    aliases=60,
    repeats=20,
    cost=10_000,
)
"""More than the public may ask for: these are members of the city."""


class Told(NamedTuple):
    """What is said beyond a limit, with ``{actual}`` and ``{limit}``: what is too much, and what to do."""

    en: str
    ja: str


BEYOND: Final[dict[str, Told]] = {
    "variables": Told(
        "The variables have {actual} bytes; {limit} are taken. Send less at once.",
        "変数が {actual} バイトあります。上限は {limit} バイトです。分けて送ってください。",
    ),
    "entries": Told(
        "A list or object has {actual} entries; {limit} are taken. Send it in parts.",
        "リストまたは入力が {actual} 件あります。上限は {limit} 件です。分けて送ってください。",
    ),
    "tokens": Told(
        "The document has {actual} words and signs or more; {limit} are taken. Ask in several smaller requests.",
        "文書の字句が {actual} 個以上あります。上限は {limit} 個です。いくつかに分けて送ってください。",
    ),
    "digits": Told(
        "A number in the document has {actual} characters; {limit} are taken. Write it as a text or a smaller number.",
        "文書中の数が {actual} 文字あります。上限は {limit} 文字です。文字列にするか、小さい数にしてください。",
    ),
    "operations": Told(
        "The document has {actual} operations; {limit} are taken. Leave out those that are not meant.",
        "操作が {actual} 個あります。上限は {limit} 個です。使わないものを除いてください。",
    ),
    "fragments": Told(
        "The document defines {actual} fragments; {limit} are taken. Leave out some, or write fields out.",
        "フラグメントの定義が {actual} 個あります。上限は {limit} 個です。減らすか、項目を直接書いてください。",
    ),
    "directives": Told(
        "The document has {actual} directives; {limit} are taken. Leave out fields instead of skipping them.",
        "ディレクティブが {actual} 個あります。上限は {limit} 個です。不要な項目は文書から除いてください。",
    ),
    "repeated_directives": Told(
        "One place has {actual} directives; {limit} are taken. Leave out those that say the same.",
        "一か所にディレクティブが {actual} 個あります。上限は {limit} 個です。重複を除いてください。",
    ),
    "depth": Told(
        "Fields stand {actual} deep; {limit} are taken. Ask for the inner records in a request of their own.",
        "項目の入れ子が {actual} 段あります。上限は {limit} 段です。内側の記録は別に問い合わせてください。",
    ),
    "selections": Told(
        "The document comes to {actual} fields and fragments; {limit} are taken. Ask in several smaller requests.",
        "項目とフラグメントが合わせて {actual} 個になります。上限は {limit} 個です。分けて送ってください。",
    ),
    "aliases": Told(
        "The document has {actual} aliases; {limit} are taken. Ask in several smaller requests.",
        "別名が {actual} 個あります。上限は {limit} 個です。いくつかに分けて送ってください。",
    ),
    "repeats": Told(
        "One place of the answer is asked for {actual} times; {limit} are taken. Ask for it once.",
        "同じ項目が {actual} 回書かれています。上限は {limit} 回です。一度だけ書いてください。",
    ),
    "introspection": Told(
        "The document asks for {actual} lists of the schema; {limit} are taken. Read the schema once and keep it.",
        "スキーマの一覧を {actual} 個求めています。上限は {limit} 個です。一度読んで控えてください。",
    ),
    "introspection_depth": Told(
        "The schema is asked for {actual} deep; {limit} are taken. Read the schema once and keep it.",
        "スキーマの入れ子が {actual} 段あります。上限は {limit} 段です。一度読んで控えてください。",
    ),
    "introspection_nesting": Told(
        "A list of the schema stands {actual} times inside itself; {limit} is taken. Follow the names of types.",
        "スキーマの同じ一覧が {actual} 重になっています。上限は {limit} 重です。型の名前をたどってください。",
    ),
    "cost": Told(
        "The operation costs {actual}; {limit} are given at once. Ask for fewer entries (first), or for less of each.",
        "この問い合わせの負荷は {actual} です。上限は {limit} です。件数（first）か項目を減らしてください。",
    ),
}
"""Limit to what is said beyond it. ``body`` and ``first`` have errors of their own: BodyTooLarge, FirstInvalid."""

LARGEST: Final = 1_000_000_000
"""What is told of a number beyond it: fragments can multiply to numbers that no client can read."""


class DocumentTooHeavy(RequestRefused):
    """The request asks for more than one may. Details: ``what`` (a limit), ``limit``, ``actual``.

    Of ``tokens``, counting ends with the first too many.
    """

    def __init__(self, what: str, limit: int, actual: int) -> None:
        super().__init__(what=what, limit=limit, actual=min(actual, LARGEST))

    def message(self, language: str) -> str:
        """The sentence of this limit."""
        told = BEYOND[str(self.details["what"])]
        return (told.ja if language == "ja" else told.en).format(**self.details)


def hold(limits: Limits, what: str, actual: int) -> None:
    """Raises DocumentTooHeavy when there is more of something than may be."""
    limit: int = getattr(limits, what)
    if actual > limit:
        raise DocumentTooHeavy(what, limit, actual)
