"""How the program is reached: address, host names, proxies, budgets, secrets in the environment (接続)."""

import resource
from collections.abc import Iterator
from typing import Final

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from api.doctor import Check, Finding, Look, fail, named, warn
from api.settings import RATES
from api.signing.settings import here

FEWEST: Final = {4: 8, 6: 32}
"""Network bits below which a list of trusted proxies trusts half the world."""


def hosts(look: Look) -> Iterator[Finding]:
    """Whoever can be reached from elsewhere knows its own names."""
    if look.exposed and not look.settings.hosts:
        yield fail(
            "Others can reach the program, and it answers under any host name. Set RENKEI_HOSTS to its names.",
            "外部から接続でき、どのホスト名にも応答します。RENKEI_HOSTS に名前を設定してください。",
        )


def tls(look: Look) -> Iterator[Finding]:
    """Beyond this machine there is TLS before it."""
    if not here(look.settings.host) and not look.settings.trusted_proxies:
        yield fail(
            f"It listens on {look.settings.host} without TLS. Put a proxy with TLS before it and name it in"
            " RENKEI_TRUSTED_PROXIES, or set RENKEI_HOST=127.0.0.1.",
            f"{look.settings.host} で TLS なしに待ち受けています。TLS のプロキシを前に置いて"
            " RENKEI_TRUSTED_PROXIES に書くか、RENKEI_HOST=127.0.0.1 にしてください。",
        )


def proxies(look: Look) -> Iterator[Finding]:
    """The proxy before it is known, and only few are believed when they say for whom they ask."""
    if look.behind_proxy and here(look.settings.host) and not look.settings.trusted_proxies:
        yield fail(
            "`address` in sign-in.toml is not this machine's, so a proxy stands before the program, and none is named:"
            " every visitor counts as this machine, so nobody is slowed down and /metrics may be told to all. Name it"
            " in RENKEI_TRUSTED_PROXIES.",
            "sign-in.toml の address から、前段にプロキシがあるはずですが、指定がありません。"
            "すべての訪問者がこの機械として扱われ、回数制限が効かず、/metrics が外部に見えることがあります。"
            "RENKEI_TRUSTED_PROXIES に書いてください。",
        )
    wide = [str(net) for net in look.settings.trusted_proxies if net.prefixlen < FEWEST[net.version]]
    if wide:
        yield fail(
            f"RENKEI_TRUSTED_PROXIES trusts {named(wide)}: anybody there can pretend to be anyone. Name your proxies.",
            f"RENKEI_TRUSTED_PROXIES の {named(wide)} は広すぎ、送信元を偽れます。"
            "プロキシのアドレスだけにしてください。",
        )


def monitors(look: Look) -> Iterator[Finding]:
    """What tells of the deployment itself is for few."""
    wide = [str(net) for net in look.settings.monitors if net.prefixlen < FEWEST[net.version]]
    if wide:
        yield fail(
            f"RENKEI_MONITORS names {named(wide)}: /metrics is told to half the world. Name the machines that watch.",
            f"RENKEI_MONITORS の {named(wide)} は広すぎ、/metrics が誰にでも見えます。"
            "監視するサーバーのアドレスだけにしてください。",
        )
    ours = look.settings.trusted_proxies
    passing = [
        str(net)
        for net in look.settings.monitors
        if any(net.version == one.version and net.overlaps(one) for one in ours)
    ]
    if passing:
        yield warn(
            f"RENKEI_MONITORS names {named(passing)}, where a trusted proxy stands: if it leaves out its header,"
            " visitors read /metrics. Name only the machines that watch.",
            f"RENKEI_MONITORS の {named(passing)} に信頼するプロキシが含まれます。プロキシがヘッダーを付け忘れると"
            " /metrics が外部に見えます。監視するサーバーだけにしてください。",
        )


def budgets(look: Look) -> Iterator[Finding]:
    """Everybody is counted."""
    off = [name for name in RATES if name not in look.settings.rates]
    if off:
        yield warn(
            f"Not counted: {named(off)}. Nothing slows down who guesses or floods; see RENKEI_RATES.",
            f"回数の制限がありません: {named(off)}。RENKEI_RATES を確認してください。",
        )


def files(look: Look) -> Iterator[Finding]:
    """The system lets the program open as many connections as it is told to take."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < look.settings.connections * 2:
        yield warn(
            f"RENKEI_CONNECTIONS is {look.settings.connections}, and a process may open {hard} files (ulimit -n).",
            f"RENKEI_CONNECTIONS は {look.settings.connections} ですが、開けるファイルは {hard} 個です（ulimit -n）。",
        )


def unknown(look: Look) -> Iterator[Finding]:
    """No setting is misspelt."""
    if look.settings.unknown:
        yield warn(
            f"No such setting, so it has no effect: {named(list(look.settings.unknown))}. Correct or remove it.",
            f"存在しない設定です（効果がありません）: {named(list(look.settings.unknown))}。直すか削除してください。",
        )


def password(look: Look) -> Iterator[Finding]:
    """The database's password lies in a file and not in the environment, which others may see."""
    told = look.settings.database_url
    if told is None or look.settings.database_url_from_file:
        return
    try:
        found = conninfo_to_dict(told).get("password")
    except ProgrammingError:
        yield fail(
            "RENKEI_DATABASE_URL is no address of a database: postgresql://user:password@host:5432/name",
            "RENKEI_DATABASE_URL がデータベースのアドレスではありません: postgresql://user:password@host:5432/name",
        )
        return
    if found:
        yield warn(
            "RENKEI_DATABASE_URL holds a password, and processes beside this one may read its environment. Put it into"
            " a file that only renkei may read: RENKEI_DATABASE_URL_FILE.",
            "RENKEI_DATABASE_URL にパスワードがあります。renkei だけが読めるファイルに置き、"
            "RENKEI_DATABASE_URL_FILE で指定してください。",
        )


CHECKS: Final = (
    Check("hosts", "It knows under which names it answers", "応答するホスト名は決まっています", hosts),
    Check("tls", "It is reached over TLS, or from this machine only", "TLS 経由か、この機械からだけ接続できます", tls),
    Check("proxies", "Only its own proxies are trusted", "信頼するプロキシは限られています", proxies),
    Check("monitors", "/metrics is told to few", "/metrics を見られる相手は限られています", monitors),
    Check("budgets", "Requests are counted", "アクセス回数を制限しています", budgets),
    Check("files", "There are files enough for its connections", "接続に必要なファイル数があります", files),
    Check("settings", "Every setting is known", "設定名はすべて正しいものです", unknown),
    Check("password", "No password lies in the environment", "環境変数にパスワードはありません", password),
)
