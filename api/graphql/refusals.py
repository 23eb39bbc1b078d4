"""Requests that are not answered because of their form, whoever sent them (リクエストの不備).

RenkeiError (domain/errors.py)
├── Unavailable
│   ├── ReadTooLong             the database was stopped while it looked for the answer
│   └── RequestTooLong          the whole request took too long
└── RequestRefused
    ├── BodyMalformed · BodyTooLarge · BodyKindUnsupported
    ├── AnswerKindUnsupported   no kind of answer that the client accepts
    ├── ReadingOnly             a mutation sent with GET
    ├── ListTooLong             a list has more entries than the schema's table says
    ├── DocumentUnknown         no trusted document has this id
    ├── DocumentsTrustedOnly    a document that is not trusted, where only those are taken
    └── DocumentTooHeavy        it asks for too much at once (``api.graphql.limits``)
"""

from domain.errors import RenkeiError, Unavailable


class ReadTooLong(Unavailable):
    """A read took longer than the database gives to one."""

    en = (
        "Looking for this took longer than is given to one question. Ask for less: fewer entries at once (first),"
        " more conditions, or longer words. Or try again when it is less busy."
    )
    ja = (
        "検索に時間がかかりすぎたため、途中で止めました。件数（first）を減らす、条件を加える、検索語を長くするなどして"
        "範囲を狭めるか、混雑していないときにもう一度お試しください。"
    )


class RequestTooLong(Unavailable):
    """A request took longer than is given to one; it was ended. Details: ``limit`` (seconds)."""

    en = (
        "This took longer than the {limit} seconds that a request has. Ask for less, or try again when it is less busy."
        " Send a command again with the same command id: it is recorded once at most."
    )
    ja = (
        "{limit} 秒以内に終わらなかったため、途中で止めました。範囲を狭めるか、空いているときにもう一度お試しください。"
        "操作は、同じ操作番号で送り直せば二重に記録されません。"
    )


class RequestRefused(RenkeiError):
    """The request cannot be understood, or asks for too much."""


class ListTooLong(RequestRefused):
    """A list has more entries than are ever given at once. Details: ``field``, ``limit``, ``actual``."""

    en = "{field} has {actual} entries; {limit} are given at once. Leave it out, and tell the operator."
    ja = "{field} が {actual} 件あります。上限は {limit} 件です。この項目を除いて検索し、運用担当に伝えてください。"


class BodyMalformed(RequestRefused):
    """What was sent is no GraphQL request."""

    en = "This is not a GraphQL request: {problem}"
    ja = "GraphQL のリクエストとして読めません（{problem}）。"


class BodyTooLarge(RequestRefused):
    """More bytes than a request may have."""

    en = "The request is larger than {limit} bytes. Send a smaller one."
    ja = "リクエストが {limit} バイトを超えています。小さくして送ってください。"


class BodyKindUnsupported(RequestRefused):
    """The body is of a kind that is not read here."""

    en = "Send the request as application/json in UTF-8 (Content-Type: application/json), not as {kind}."
    ja = "リクエストは UTF-8 の application/json で送ってください（現在: {kind}）。"


class AnswerKindUnsupported(RequestRefused):
    """The client accepts nothing that is given here."""

    en = "Answers are given as application/json or application/graphql-response+json. Accept one of them."
    ja = "応答は application/json または application/graphql-response+json です。どちらかを受け付けてください。"


class ReadingOnly(RequestRefused):
    """GET changes nothing."""

    en = "GET is for queries only. Send this with POST."
    ja = "GET では検索だけができます。POST で送ってください。"


class DocumentUnknown(RequestRefused):
    """There is no trusted document of that id. Details: ``id``."""

    en = "No document {id!r} is kept here. Load the page anew, or send the document itself as query."
    ja = "文書「{id}」は登録されていません。ページを読み込み直すか、文書を query として送ってください。"


class DocumentsTrustedOnly(RequestRefused):
    """Only trusted documents are carried out here, and this is none."""

    en = "Only documents that the operator has approved are taken here. Send the documentId of one of them."
    ja = "ここでは、運用担当が承認した文書だけを受け付けます。その documentId を送ってください。"
