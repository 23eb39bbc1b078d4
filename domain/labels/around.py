"""Fields of approvals, gatherings, notices, the organisation, rights, and of how commands are entered (その他)."""

from collections.abc import Mapping
from typing import Final

AROUND: Final[Mapping[str, str]] = {
    # approvals
    "act": "起案する行為",
    "rests_on": "前提",
    "deed": "起案する行為",
    "route": "決裁経路",
    "post": "職",
    "part": "役割",
    "power": "決裁の区分",
    "acting": "代決者の職",
    "system": "決裁を行うシステム",
    "decided_on": "決裁日",
    "approval.number": "文書番号",
    "digest": "文書のハッシュ値",
    # files
    "record": "記録",
    "retention": "保存期間の区分",
    "retention.extend:until": "保存の最終日",
    # gatherings, notices
    "capacity": "定員",
    "register_by": "申込期限",
    "how_to_register": "申込方法",
    "reach": "公開範囲",
    "present": "参加者数",
    "guest_name": "参加者名",
    "registration": "参加申込",
    "shown_until": "掲載の最終日",
    "topic": "区分",
    "gathering.announce:on": "開催日",
    "gathering.revise:on": "開催日",
    "notice.revise:note": "変更の内容",
    # organisation, rights
    "successor": "後継の職",
    "successors": "後継の課",
    "valid_from": "適用開始日",
    "role": "権限",
    "roles": "権限",
    "grant": "権限の付与",
    "representation": "代理の登録",
    "parties": "代理する提案者",
    "matter": "監査の対象",
    "login": "ログイン名",
    "content.code": "全国地方公共団体コード",
    "status": "施行の状況",
    "version": "版",
    # how it is entered
    "entry": "入力の記録",
    "command_id": "操作番号",
    "request_id": "要求番号",
    "channel": "受付経路",
    "occurred_on": "手続の日",
    "on_behalf_of": "代理で入力した相手",
    # signing in, asking
    "secret": "パスワード",
    "issuer": "認証サービス",
    "subject": "認証サービスでの利用者",
    "scopes": "トークンの範囲",
    "tokens": "トークン",
    "days": "日数",
    "query": "問合せ文",
    "after": "続きの位置",
    "first": "件数",
}
