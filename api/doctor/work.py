"""What the program does all day: logs and checkpoints, read models, accounts, the clock (稼働)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.demo.accounts import PASSWORD, People
from api.doctor import Check, Finding, Level, Look, fail, named, warn
from domain.errors import KeysUnavailable
from domain.values import CityCode
from projections.lag import lags
from tenants.checkpoint import CheckpointFolder, CheckpointInvalid, Signer
from tenants.database import inspection
from tenants.key_folder import SIGNING

STALE: Final = 60.0
"""Seconds after which every event is under a signed checkpoint."""
BEHIND: Final = 30.0
"""Seconds that a read model may be behind."""
OFF: Final = 2.0
"""Seconds that two clocks may differ."""
TRIED: Final = 3
"""Demo accounts whose secret is tried: one is enough to know, and each takes a moment."""


def logs(look: Look) -> Iterator[Finding]:
    """Every log was compared with its checkpoint since the server started."""
    unchecked = inspection.unchecked_logs(look.database)
    if unchecked:
        yield warn(
            f"Not yet checked since the database was started: {named(unchecked)}. The running program does it by"
            " itself; if it serves already, run `renkei audit verify`.",
            f"データベースの起動後に検査していない記録: {named(unchecked)}。稼働すれば自動で検査します。"
            "稼働中なら `renkei audit verify` を実行してください。",
        )


def checkpoints(look: Look) -> Iterator[Finding]:
    """What was recorded is under a signed checkpoint outside the database."""
    try:
        folder = CheckpointFolder(look.settings.data / "checkpoints", Signer(look.settings.data / "keys" / SIGNING))
    except KeysUnavailable:
        yield fail("The signing key cannot be read; see `keys`.", "署名の鍵を読めません。`keys` を確認してください。")
        return
    stale, wrong = [], []
    for city, size in inspection.log_sizes(look.database).items():
        try:
            latest = folder.latest(CityCode(city))
        except CheckpointInvalid:
            wrong.append(city)
            continue
        signed = 0 if latest is None else latest.size
        if signed > size:
            wrong.append(city)
        elif inspection.age(look.database, city, signed + 1) > STALE:
            stale.append(city)
    if wrong:
        yield fail(
            f"The checkpoint is not that of the log: {named(wrong)}. Run `renkei audit verify`; the past may have been"
            " changed, or a backup brought back.",
            f"チェックポイントが記録と合いません: {named(wrong)}。`renkei audit verify` を実行してください。"
            "過去の変更か、復元の可能性があります。",
        )
    if stale:
        yield warn(
            f"Events without a signed checkpoint for more than a minute: {named(stale)}. Does the program run?",
            f"1 分以上、署名されていない記録があります: {named(stale)}。プログラムは動いていますか。",
        )


def projections(look: Look) -> Iterator[Finding]:
    """The read models show everything."""
    found = lags(look.database)
    stopped = sorted({lag.projection for lag in found if lag.stopped is not None})
    aside = [f"{lag.projection}/{lag.city}" for lag in found if lag.quarantined]
    behind = [f"{lag.projection}/{lag.city}" for lag in found if lag.seconds > BEHIND]
    if stopped:
        yield fail(
            f"Stopped: {named(stopped)}. See `renkei project status`; after the cause is mended, rebuild.",
            f"停止している読み取り用データ: {named(stopped)}。`renkei project status` を確認してください。",
        )
    if aside:
        yield warn(
            f"Records put aside: {named(aside)}. They are not shown; see `renkei project status`.",
            f"隔離されている記録: {named(aside)}。表示されません。`renkei project status` を確認してください。",
        )
    if behind and not stopped:
        yield warn(
            f"Behind by more than {BEHIND:.0f} seconds: {named(behind)}. Does the program run?",
            f"{BEHIND:.0f} 秒以上遅れています: {named(behind)}。プログラムは動いていますか。",
        )


def demo(look: Look) -> Iterator[Finding]:
    """Nobody can sign in with the secret that everybody knows."""
    known = {(account.slug, account.login) for account in People().accounts()}
    hashes = [(slug, login, kept) for slug, login, kept in inspection.secret_hashes(look.database)]
    tried = [one for one in hashes if one[:2] in known][:TRIED]
    found = [f"{slug}/{login}" for slug, login, kept in tried if _is_demo(kept)]
    if found:
        yield Finding(
            Level.FAIL if look.exposed else Level.WARN,
            f"Demo accounts with the published secret: {named(found)} and others. Real data belong on a deployment"
            " that was never a demo.",
            f"公開済みのパスワードのデモ用アカウントがあります: {named(found)} ほか。"
            "本番のデータは、デモに使っていない環境に置いてください。",
        )


def _is_demo(kept: str) -> bool:
    try:
        return PasswordHasher().verify(kept, PASSWORD)
    except (VerificationError, InvalidHashError):
        return False


def clock(look: Look) -> Iterator[Finding]:
    """Program and database agree on the time, and no event lies in the future."""
    now, last = inspection.clock(look.database)
    off = abs((datetime.now(UTC) - now).total_seconds())
    if off > OFF:
        yield fail(
            f"The clocks of program and database differ by {off:.0f} seconds. Keep both with NTP.",
            f"プログラムとデータベースの時計が {off:.0f} 秒ずれています。どちらも NTP で合わせてください。",
        )
    if last is not None and (ahead := (last - now).total_seconds()) > OFF:
        yield fail(
            f"The newest event lies {ahead:.0f} seconds in the future: a clock went wrong. Put it right; until then new"
            " events bear that time.",
            f"最新の記録が {ahead:.0f} 秒先の時刻です。時計を直してください。それまでの記録はその時刻になります。",
        )


CHECKS: Final = (
    Check("logs", "Every log was checked", "記録は検査済みです", logs, database=True, tables=True),
    Check("checkpoints", "Every log is signed", "記録は署名済みです", checkpoints, database=True, tables=True),
    Check("projections", "The views show everything", "表示は最新です", projections, database=True, tables=True),
    Check("demo", "There are no demo accounts", "デモ用アカウントはありません", demo, database=True, tables=True),
    Check("clock", "The clocks agree", "時計は合っています", clock, database=True, tables=True),
)
