"""The database: version, TLS, who may do what, the walls between cities, what a crash could cost (データベース)."""

from collections.abc import Iterator
from typing import Final

from api.doctor import Check, Finding, Look, fail, named, warn
from api.house import MIGRATIONS
from tenants.database import inspection
from tenants.database.access import OLDEST_SERVER
from tenants.database.migrate import read_migrations


def version(look: Look) -> Iterator[Finding]:
    """The server is new enough."""
    found = look.database.info.server_version // 10_000
    if found < OLDEST_SERVER:
        yield fail(
            f"The server is PostgreSQL {found}; renkei needs {OLDEST_SERVER} or later. Upgrade it.",
            f"PostgreSQL {found} です。{OLDEST_SERVER} 以上が必要です。更新してください。",
        )


def connection(look: Look) -> Iterator[Finding]:
    """The way to the server is private, and nobody uses more rights than it takes."""
    session = inspection.session(look.database)
    if not session.local and not session.tls:
        yield fail(
            "The database is on another machine and reached without TLS. Add sslmode=verify-full to the address.",
            "別の機械のデータベースに TLS なしで接続しています。アドレスに sslmode=verify-full を付けてください。",
        )
    if look.settings.database_url is not None and session.superuser:
        yield warn(
            "RENKEI_DATABASE_URL is a superuser's. An account that owns the database and has CREATEROLE is enough.",
            "RENKEI_DATABASE_URL がスーパーユーザーです。データベースの所有者で CREATEROLE があれば足ります。",
        )


def durability(look: Look) -> Iterator[Finding]:
    """What was acknowledged outlives a crash."""
    off = inspection.undurable(look.database)
    if off:
        yield fail(
            f"A crash or a bad disk could cost data unnoticed: {named(off)}. Turn it on.",
            f"停電やディスク障害で気づかずにデータを失うおそれがあります: {named(off)}。on にしてください。",
        )


def roles(look: Look) -> Iterator[Finding]:
    """The accounts that serve can do no more than serve."""
    strong = inspection.strong_roles(look.database)
    if strong:
        yield fail(
            f"Accounts that may do more than they should: {named(strong)}. Run `renkei migrate`; then revoke the rest.",
            f"権限が強すぎるアカウント: {named(strong)}。`renkei migrate` を実行し、与えたロールを取り消してください。",
        )


def walls(look: Look) -> Iterator[Finding]:
    """Row security is forced wherever a desk reads."""
    found = inspection.open_to_all_cities(look.database)
    if found:
        yield fail(
            f"One city could read another's rows in: {named(found)}. Force row security there before anybody signs in.",
            f"他の自治体の行を読めます: {named(found)}。サインインを再開する前に行セキュリティを強制してください。",
        )


def grants(look: Look) -> Iterator[Finding]:
    """Nobody may do more than the migrations gave."""
    found = inspection.careless_grants(look.database)
    if found:
        yield fail(
            f"Rights that nobody should have: {named(found)}. Revoke them, and find out who gave them.",
            f"あってはならない権限: {named(found)}。取り消し、誰が与えたか調べてください。",
        )


def migrations(look: Look) -> Iterator[Finding]:
    """The tables are those of this version."""
    ours, there = {one.number for one in read_migrations(MIGRATIONS)}, set(inspection.applied(look.database))
    if ours - there:
        yield warn(
            f"{len(ours - there)} migrations are to be applied. Run `renkei migrate`, or start the program.",
            f"未適用の移行が {len(ours - there)} 件あります。`renkei migrate` を実行してください。",
        )
    if there - ours:
        yield fail(
            "The database was migrated by a newer renkei. Install that version.",
            "データベースは新しい版の renkei で移行されています。その版を使ってください。",
        )


CHECKS: Final = (
    Check("version", "The database is new enough", "データベースの版は十分です", version, database=True),
    Check(
        "connection", "The way to the database is private", "データベースへの経路は安全です", connection, database=True
    ),
    Check(
        "durability",
        "A crash costs nothing acknowledged",
        "障害があっても記録は失われません",
        durability,
        database=True,
    ),
    Check("migrations", "The tables are up to date", "テーブルは最新です", migrations, database=True, tables=True),
    Check("roles", "The database accounts are weak", "データベースの権限は最小です", roles, database=True, tables=True),
    Check(
        "walls",
        "Cities are walled off from each other",
        "自治体の間は区切られています",
        walls,
        database=True,
        tables=True,
    ),
    Check("grants", "Nobody has rights beyond serving", "余分な権限はありません", grants, database=True, tables=True),
)
