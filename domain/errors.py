"""Everything that can be refused, in one tree. Each says, in two languages, what is wrong and what to do.

RenkeiError
├── Refusal                     the wish cannot be granted as it stands; nothing was recorded
│   ├── Invalid                 the input itself
│   │   ├── TextRequired · TextTooLong · TextForbidden
│   │   ├── CityCodeInvalid · CorporateNumberInvalid · CodeUnknown · DateInvalid · DigestInvalid · TooMany
│   │   ├── PartMissing · PartUnfitting · AcceptedTwice · AmountInvalid · FileUnfitting · FileTooLarge
│   │   ├── ReferenceUnknown · ReferenceUnsuitable · NeverStoodThere
│   │   └── SearchTooWide
│   ├── FileInfected            the scanner for malware found something in a file
│   ├── NotEligible             this kind of organisation may not propose here
│   ├── ReasonRequired          a decision needs its reason
│   ├── WrongStage              not possible from where the record stands
│   │   ├── NotFound            there is no such record in this city
│   │   │   └── FileErased      it was erased
│   │   ├── AlreadyThere        a record with this id exists
│   │   │   └── LoginTaken      somebody else has the login
│   │   ├── AlreadyDecided      the contrary was decided before
│   │   │   └── DecidedOnAgenda  by the council, on this item
│   │   └── OtherKind           the id is that of a record of another kind
│   ├── NoCouncil
│   ├── VotesDiffer             the council's decision is not what its votes come to
│   ├── AmountExceeded          more money than there is
│   ├── CouncilDecides          the department does not decide this alone
│   ├── AssessmentMissing       a rule about who decides asks about something not looked at yet
│   ├── DecisionUnprepared      the city wants something before a decision that is not there yet
│   ├── ChecklistOpen           an item of the city's checklist is not met yet
│   ├── ReasonsNotTold          the proposer has not been told why
│   ├── AlreadyBound            city and proposer are bound to each other by now
│   ├── StillGoingOn            there is something to do in a record about it
│   ├── ContactNotShared        the proposer has not consented to pass the contact on
│   ├── IsSuspended             nothing is done until it goes on
│   ├── ApprovalRequired        the city's rules ask for an approval of this act
│   │   └── ApprovalDiffers     the approval is of something else, or not given
│   │       └── ApprovalOutdated  what was approved is no more what would be carried out
│   ├── DrafterDecides          who drafted an act does not decide it
│   ├── AgreementsMissing       not every post that was asked has agreed
│   ├── PostNotHeld             the member does not hold the post today
│   ├── LastAdministrator       the city would have nobody who may give rights
│   ├── DutiesMixed             who audits may change nothing
│   ├── CapacityReached         no more people may register
│   ├── DeadlinePassed          it is after the last day
│   ├── SidesMixed              who works for the city does not stand for who proposes to it
│   ├── InterestOfDecider       who has an interest in the matter does not decide
│   ├── NotAllowed              the member's roles do not include this
│   │   └── OutsideRemit        it belongs to another department
│   └── NotSignedIn             no member, or the token has ended
├── Conflict                    somebody else recorded something first, three times in a row
├── CommandReused               the command id was used with other content or by another member
├── CityUnknown                 no such city on this deployment
├── Unreadable                  the log holds an event that this version of the program cannot read
├── LogDiffers                  the log is not what an outside checkpoint says
├── LogUnchecked                appends wait until the log was checked against the outside checkpoint
└── Unavailable                 try again later
    ├── StoreUnavailable        the database does not answer
    ├── StoreFull               the database has no room
    └── KeysUnavailable         the key store cannot be read
"""

from typing import ClassVar

from domain.words import grouped, in_japanese


class RenkeiError(Exception):
    """Base of all. ``code`` is stable for programs; ``en`` and ``ja`` are templates filled from ``details``."""

    en: ClassVar[str] = "Something could not be done."
    ja: ClassVar[str] = "処理できませんでした。"
    command: str = ""
    """The command that was refused, where that is known: some of its fields bear words of their own."""

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.message("en"))

    def shared(self) -> dict[str, object]:
        """The details for programs; those that only fill the Japanese message (``…_ja``) are left out.

        ``record_ja``: of which kind the record is that stands at a stage.
        """
        return {name: value for name, value in self.details.items() if not name.endswith("_ja")}

    @property
    def code(self) -> str:
        """The class name in SCREAMING_SNAKE_CASE, e.g. ``TEXT_TOO_LONG``."""
        name = type(self).__name__
        return "".join(f"_{c}" if c.isupper() and i else c for i, c in enumerate(name)).upper()

    def message(self, language: str) -> str:
        """The message in ``ja`` or ``en`` (any other language gets English)."""
        if language == "ja":
            return self._filled(self.ja)
        return self.en.format(**{name: grouped(value) for name, value in self.details.items()})

    def _filled(self, ja: str) -> str:
        of, record = self.command, str(self.details.get("record_ja", ""))
        return ja.format(**{name: in_japanese(name, value, of, record) for name, value in self.details.items()})


class Refusal(RenkeiError):
    """The wish cannot be granted as it stands; nothing was recorded."""


class Invalid(Refusal):
    """The input itself is wrong."""


class TextRequired(Invalid):
    """A text that is needed was left empty."""

    en = "{field} is empty. Write something there."
    ja = "「{field}」が空です。入力してください。"


class TextTooLong(Invalid):
    """A text is longer than what fits."""

    en = "{field} has {length} characters; at most {limit} fit. Shorten it."
    ja = "「{field}」は {length} 文字あります。{limit} 文字以内にしてください。"


class TextForbidden(Invalid):
    """A text holds a character that cannot be kept, such as U+0000."""

    en = "{field} holds the character {character}, which cannot be kept. Remove it."
    ja = "「{field}」に保存できない文字 {character} があります。取り除いてください。"


class CityCodeInvalid(Invalid):
    """That is no 全国地方公共団体コード, or its check digit is wrong."""

    en = "{value!r} is not a municipality code: six digits, the last a check digit, for example 011002."
    ja = "「{value}」は全国地方公共団体コードではありません（検査用数字を含む 6 桁。例 011002）。"


class CorporateNumberInvalid(Invalid):
    """That is no 法人番号, or its check digit is wrong."""

    en = "That is not a corporate number: thirteen digits, the first a check digit. Leave it out if there is none."
    ja = "法人番号が正しくありません（検査用数字を含む 13 桁）。番号がないときは空欄にしてください。"


class CodeUnknown(Invalid):
    """A code that is not in the catalogue of this city or of this program."""

    en = "{field}: {value!r} is not known here. Use one of: {known}."
    ja = "「{field}」: 「{value}」は使えません。次のいずれかにしてください: {known}。"
    none_en: ClassVar[str] = "{field}: there is none to choose from here. Leave it out."
    none_ja: ClassVar[str] = "「{field}」: ここで選べるものはありません。指定しないでください。"

    def message(self, language: str) -> str:
        """The message; another one where nothing is known."""
        if self.details["known"]:
            return super().message(language)
        return self._filled(self.none_ja) if language == "ja" else self.none_en.format(**self.details)


class DateInvalid(Invalid):
    """A day that cannot be, such as an end before the beginning."""

    en = "{field}: {problem}"
    ja = "「{field}」: 日付を確認してください。{problem_ja}。"


class DigestInvalid(Invalid):
    """Something else than the SHA-256 of a document."""

    en = "{field} is not the SHA-256 of a document: 32 bytes, 64 hexadecimal digits."
    ja = "「{field}」は文書の SHA-256（32 バイト、16 進数 64 桁）ではありません。"


class TooMany(Invalid):
    """A list has more entries than fit."""

    en = "{field} has {count} entries; at most {limit} fit."
    ja = "「{field}」は {count} 件あります。{limit} 件以内にしてください。"


class SearchTooWide(Invalid):
    """The searches of one request would have to look at more entries than they may. Details: ``limit``."""

    en = "{limit} entries or more would have to be looked at. Narrow the search down, for example to a fiscal year."
    ja = "一度の検索の対象が {limit} 件以上あります。年度などで絞り込んでください。"


class PartMissing(Invalid):
    """Something that belongs to the wish was left out."""

    en = "{field} is missing: {problem}"
    ja = "「{field}」を確認してください。{problem_ja}。"


class PartUnfitting(Invalid):
    """Something was named that does not belong to the wish as it stands."""

    en = "{field}: {problem}."
    ja = "{problem_ja}（「{field}」の指定）。"


class FileUnfitting(Invalid):
    """A file of a kind that is not taken, or whose name, declared type and content do not agree."""

    en = "{field}: this file cannot be taken: {problem}."
    ja = "「{field}」: このファイルは添付できません。{problem_ja}。"


class FileInfected(Refusal):
    """The scanner for malware knows something in this file. Details: ``found``, as the scanner calls it."""

    en = "This file was not taken: the scanner found malware in it ({found}). Tell who sent it; do not open it."
    ja = "マルウェア（{found}）が検出されたため、ファイルを受け付けませんでした。開かずに送付元へ連絡してください。"


class FileTooLarge(Invalid):
    """A file of more bytes than the city takes."""

    en = "{field}: a file may have {limit} bytes at most. Make it smaller, or divide it."
    ja = "「{field}」: ファイルは {limit} バイト以内にしてください。小さくするか、分けてください。"


class AmountInvalid(Invalid):
    """A sum of money that cannot be."""

    en = "{field} must be at least {least} yen."
    ja = "「{field}」は {least} 円以上の整数にしてください。"


class AcceptedTwice(Invalid):
    """The same condition was accepted more than once."""

    en = "{field}: {condition} is accepted more than once. Name each condition once."
    ja = "「{field}」: {condition} への同意が重複しています。各条件を一度だけ指定してください。"


class ReferenceUnknown(Invalid):
    """An id that was named is that of nothing in this city, or of nothing any more."""

    en = "{field}: this city has none with that id today. Check the id."
    ja = "「{field}」: その番号のものは、今この市にありません。番号を確認してください。"


class ReferenceUnsuitable(Invalid):
    """What was named does not stand where it may be named."""

    en = "{field}: what you name there is {stage}; it must be: {possible}."
    ja = "「{field}」: 指定されたものは現在「{stage}」です。指定できる状態: {possible}。"


class NeverStoodThere(Invalid):
    """A wrong step is taken back to a stage that is not on the way by which the record came."""

    en = "It did not come by way of “{stage}”; it may go back to: {possible}."
    ja = "「{stage}」を経ていないため、そこには戻せません。戻せる段階: {possible}。"


class NotEligible(Refusal):
    """The city takes no proposals from this kind of organisation."""

    en = "This city does not take proposals from this kind of proposer ({kind})."
    ja = "この市では、この区分（{kind}）の方からの提案は受け付けていません。"


class ReasonRequired(Refusal):
    """A decision was entered without its reason."""

    en = "A decision needs its reason. Write it."
    ja = "判断には理由が必要です。理由を入力してください。"


class WrongStage(Refusal):
    """Not possible from where the record stands."""

    en = "Not possible while the record is {stage}; possible from: {possible}."
    ja = "現在の状態（{stage}）ではできません。できる状態: {possible}。"


class NotFound(WrongStage):
    """There is no such record in this city."""

    en = "There is no such record in this city. Check the id."
    ja = "この市にその記録はありません。番号を確認してください。"


class FileErased(NotFound):
    """The file was erased for ever."""

    en = "This file was erased and cannot be read again."
    ja = "このファイルは消去されており、読むことはできません。"


class AlreadyThere(WrongStage):
    """A record with this id exists."""

    en = "A record with this id exists. Use a new id, or the commands that change it."
    ja = "同じ番号の記録がすでにあります。新しい番号を使うか、変更の操作をしてください。"


class LoginTaken(AlreadyThere):
    """Somebody else of this city signs in under this login."""

    en = "Somebody in this city has this login already. Choose another."
    ja = "このログイン名はこの市で使われています。別のものにしてください。"


class OtherKind(WrongStage):
    """The id belongs to a record of another kind."""

    en = "This id belongs to a record of another kind. Check the id, or use a new one."
    ja = "この番号は別の種類の記録のものです。番号を確認するか、新しい番号を使ってください。"


class AlreadyDecided(WrongStage):
    """The contrary was decided before."""

    en = "It was decided before: {outcome}. A decision is not decided again; correct it, with the reason."
    ja = "すでに判断されています（{outcome}）。重ねて判断できません。誤りは理由を付けて訂正してください。"


class DecidedOnAgenda(AlreadyDecided):
    """The council decided the contrary on this item."""

    en = "This item was decided: {outcome}. To correct it, put the proposal on an agenda again and decide that item."
    ja = "この議題は議決済みです（{outcome}）。訂正するときは、提案を改めて議題に追加し、その議題で議決してください。"


class NoCouncil(Refusal):
    """The council was named as deciding, and this city's policy knows none."""

    en = "This city's policy knows no council that decides proposals."
    ja = "この市の規定には、提案を判断する会議体がありません。"


class VotesDiffer(Refusal):
    """What is said to be decided is not what the votes come to."""

    en = "The votes come to {outcome}, not {result}. Enter what was voted, or correct the votes first."
    ja = "表決の結果は「{outcome}」で、「{result}」ではありません。表決どおりに入力するか、先に表決を訂正してください。"


class AmountExceeded(Refusal):
    """More money than was asked for, granted or budgeted."""

    en = "{field} would come to {amount} yen; there are {limit}. Ask for more first, or enter less."
    ja = "「{field}」が合計 {amount} 円になり、上限の {limit} 円を超えます。先に増額するか、金額を減らしてください。"


class CouncilDecides(Refusal):
    """The department said that it is hard to decide, or a rule of the city matches."""

    en = "The council decides this ({grounds}), not the department alone. Bring it before the council."
    ja = "会議体が判断する案件です（{grounds}）。担当課だけでは判断できません。会議体に諮ってください。"


class AssessmentMissing(Refusal):
    """A rule of the city about who decides asks about something that nobody has looked at."""

    en = "Who decides depends here on: {grounds}. Enter the assessment first."
    ja = "この市では、判断する者が次の事項で決まります: {grounds}。先に確認結果を入力してください。"


class DecisionUnprepared(Refusal):
    """The city wants something before a decision that is not there yet."""

    en = "In this city a decision needs first: {needed}."
    ja = "この市では、判断の前に次が必要です: {needed}。"


class ChecklistOpen(Refusal):
    """The city wants every item of its checklist met before screening ends."""

    en = "Not checked as met yet: {items}. Check them, return the proposal or refuse it."
    ja = (
        "確認表で「満たす」になっていない項目があります: {items_ja}。確認するか、補正を求めるか、不受理としてください。"
    )


class ReasonsNotTold(Refusal):
    """A decline is not closed before the proposer was told why, where the city says so."""

    en = "In this city the proposer is told why first. Tell the reasons and record that."
    ja = "この市では、不採用の理由を提案者に説明してから終了します。説明したことを先に記録してください。"


class AlreadyBound(Refusal):
    """Before a contract a proposal may be withdrawn or its decision turned, not after it."""

    en = (
        "City and proposer are bound to each other by now ({proceedings}), so this is not taken back."
        " End the agreement, or stop and close the project."
    )
    ja = (
        "すでに市と提案者を拘束する手続（{proceedings}）があるため、取り消せません。"
        "協定等を終了するか、事業を中止して完結してください。"
    )


class StillGoingOn(Refusal):
    """What is closed has nothing open beside it."""

    en = "There is still something to do in the records about it: {proceedings}. Bring them to their end first."
    ja = "関連する手続（{proceedings}）が終わっていません。先にそれぞれ完了・終了・取下げとしてください。"


class ContactNotShared(Refusal):
    """How to reach the proposer would leave the city, and the proposer has not consented to it."""

    en = "The proposer has not consented to the contact going to another city. Ask for it, and enter the consent first."
    ja = "提案者は連絡先を他の自治体へ渡すことに同意していません。先に同意を得て、登録してください。"


class IsSuspended(Refusal):
    """Nothing is done while the record is suspended."""

    en = "It is suspended. Resume it first."
    ja = "保留中です。先に再開してください。"


class ApprovalRequired(Refusal):
    """The city's rules ask for an approval of this outward act. Details: ``act``, ``possible`` (systems)."""

    en = "In this city {act} needs an approval ({possible}). "
    ja = "この市では、{act}に決裁（{possible}）が必要です。"
    HERE: ClassVar[tuple[str, str]] = ("Draft it here.", "このシステムで起案してください。")
    ELSEWHERE: ClassVar[tuple[str, str]] = (
        "Name number, day and SHA-256 of the document that was approved there.",
        "決裁文書の文書番号、決裁日、ファイルの SHA-256 を指定してください。",
    )
    EITHER: ClassVar[tuple[str, str]] = (
        "Draft it here, or name number, day and SHA-256 of the document that was approved elsewhere.",
        "このシステムで起案するか、決裁文書の文書番号、決裁日、ファイルの SHA-256 を指定してください。",
    )

    def message(self, language: str) -> str:
        """The message, and what to do where it may be approved."""
        systems = str(self.details.get("possible", ""))
        then = {"": ("", ""), "internal": self.HERE, "external": self.ELSEWHERE}.get(systems, self.EITHER)
        return super().message(language) + then[language == "ja"]


class ApprovalDiffers(ApprovalRequired):
    """The approval that is named is of another act, not given yet, or used up."""

    en = "That approval does not cover this: it is of something else, not given yet, or was carried out. Look at it."
    ja = "指定の決裁では実行できません。別の内容の決裁か、決裁前か、施行済みです。内容を確認してください。"


class ApprovalOutdated(ApprovalDiffers):
    """What was approved can no longer be read, or is no more what would be carried out as the record stands."""

    en = (
        "What was approved can no longer be carried out: its record has changed since, perhaps by the same step, or it"
        " was drafted under older rules or cannot be read. Withdraw the draft; if it is still wanted, draft it anew."
    )
    ja = (
        "決裁された内容では施行できません。起案後に対象の記録が変わった（同じ手続が済んだ場合を含む）か、"
        "起案が古い形式であるか、読み出せません。起案を取り下げ、必要なら改めて起案してください。"
    )


class DrafterDecides(Refusal):
    """Who drafted an act does not decide it."""

    en = "You drafted this, so somebody else decides it."
    ja = "起案者は決裁できません。別の人が決裁してください。"


class AgreementsMissing(Refusal):
    """Not every post that was asked has agreed."""

    en = "{count} posts have yet to agree. Wait for them, or send it back."
    ja = "合議が {count} 件残っています。合議を待つか、差し戻してください。"


class PostNotHeld(Refusal):
    """The member does not hold the post today, nor one that it went over to."""

    en = "You do not hold that post today. Ask who holds it; a decision may be taken in its place (`acting`)."
    ja = "その職に就いていません。在任者に依頼してください。決裁は、同じ部署の職にあれば代決できます。"


class LastAdministrator(Refusal):
    """The city would have nobody who may give rights."""

    en = "From {day} the city would have no administrator. Give somebody else that right first."
    ja = "{day}以降、管理者がいなくなります。先に別の担当者に管理者の権限を付与してください。"


class DutiesMixed(Refusal):
    """Who audits would also change what is audited."""

    en = "From {day} somebody would both audit and act ({roles}). Revoke one of the two first."
    ja = "{day}以降、監査と他の権限（{roles}）を兼ねる担当者ができます。先にどちらかを取り消してください。"


class SidesMixed(Refusal):
    """Somebody of the city would also stand for a party that proposes to it."""

    en = (
        "From {day} somebody would both work for the city ({roles}) and stand for a proposer. End one of the two first,"
        " or enter another member."
    )
    ja = (
        "{day}以降、市の権限（{roles}）と提案者の代理を兼ねる人ができます。"
        "先にどちらかを終わらせるか、別の人を登録してください。"
    )


class InterestOfDecider(Refusal):
    """Who has an interest in the matter does not decide it."""

    en = "You have an interest in this matter, as was declared. Somebody else must decide it."
    ja = "この案件には利害関係の申告があるため、あなたは判断できません。別の担当者が判断してください。"


class CapacityReached(Refusal):
    """No more people may register."""

    en = "All {capacity} places are taken. Raise the number, or wait until somebody withdraws."
    ja = "定員（{capacity}）に達しています。定員を変更するか、取消しを待ってください。"


class DeadlinePassed(Refusal):
    """It is after the last day on which it could be done."""

    en = "The last day for this was {day}. Extend it first if it shall still be possible."
    ja = "{day}で締め切られています。なお受け付けるときは、先に期限を変更してください。"


class NotAllowed(Refusal):
    """The member's roles in this city do not include this."""

    en = "Your roles in this city do not allow this; it takes one of: {needed}."
    ja = "この市でのあなたの権限ではできません。必要な役割: {needed}。"


class OutsideRemit(NotAllowed):
    """It belongs to another department than the member's."""

    en = "This belongs to another department than yours. Ask the desk, or an officer of that department."
    ja = "別の課が担当する案件です。窓口か担当課に依頼してください。"


class NotSignedIn(Refusal):
    """There is no member behind the request, or the token has ended."""

    en = (
        "Sign in: the token or the secret is missing, wrong or has ended. Send login and secret (and code, if you have"
        " set up an authenticator app) as JSON with POST to /desk/<city>/token, then every request with the header"
        " `Authorization: Bearer <token>`."
    )
    ja = (
        "サインインしてください。トークンやパスワードがないか、誤っているか、期限が切れています。"
        "login と secret（認証アプリを設定していれば code も）を JSON で /desk/<city>/token に POST し、"
        "以後はヘッダー `Authorization: Bearer <token>` を付けて送ってください。"
    )


class Conflict(RenkeiError):
    """Somebody else recorded something first, three times in a row."""

    en = "Somebody else changed this record at the same moment. Look at it again, then repeat if you still wish to."
    ja = "同時に別の操作が記録されました。内容を確かめてから、必要ならもう一度操作してください。"


class CommandReused(RenkeiError):
    """The command id was used before with other content or by another member."""

    en = "This command id was used before for something else. Use a new id for a new command."
    ja = "この操作番号は別の操作で使われています。新しい操作には新しい番号を使ってください。"


class CityUnknown(RenkeiError):
    """There is no such city on this deployment."""

    en = "There is no city {city!r} on this deployment. See `cities` for those there are."
    ja = "「{city}」という自治体は登録されていません。"


class Unreadable(RenkeiError):
    """The log holds an event that this version of the program cannot read."""

    en = "This record holds an event that this version of the program cannot read ({topic}). Tell the operator."
    ja = "この記録には、このプログラムで読めない出来事（{topic}）があります。運用担当に連絡してください。"


class LogDiffers(RenkeiError):
    """The log is not what an outside checkpoint says."""

    en = "The log of {city} is not what the checkpoint says: {problem}"
    ja = "{city} の記録が外部のチェックポイントと一致しません: {problem}"


class LogUnchecked(RenkeiError):
    """Appends wait until the log was checked against the outside checkpoint."""

    en = "The log of {city} must be checked first: {problem} Run `renkei audit accept {city}`."
    ja = "{city} の記録の検査が先に必要です（{problem}）。`renkei audit accept {city}` を実行してください。"


class Unavailable(RenkeiError):
    """Try again later; nothing was recorded, or it was recorded and the same command id will say so."""

    en = "Not available at the moment. Try again in a few seconds with the same command id."
    ja = "一時的に利用できません。数秒後に、同じ操作番号でもう一度お試しください。"


class StoreUnavailable(Unavailable):
    """The database does not answer."""

    en = "The database does not answer at the moment. Try again in a few seconds with the same command id."
    ja = "データベースが一時的に応答しません。数秒後に、同じ操作番号でもう一度お試しください。"


class StoreFull(Unavailable):
    """The database has no room."""

    en = "The database has no room left. Nothing was recorded. Tell the operator, then try again."
    ja = "データベースの空き容量がありません。記録されていません。運用担当に連絡してください。"


class KeysUnavailable(Unavailable):
    """The key store cannot be read."""

    en = "The key store cannot be read at the moment. Nothing was recorded. Try again later."
    ja = "鍵の保管庫を一時的に読めません。記録されていません。後でもう一度お試しください。"
