"""Files and folders: who may read them, where the keys lie, how much room there is (ファイル)."""

import asyncio
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.doctor import Check, Finding, Look, fail, warn
from api.settings import SettingInvalid, scanner_of, storage_of
from tenants.files.folder import Folder
from tenants.files.s3 import Bucket
from tenants.files.storage import FileDamaged, StorageUnavailable
from tenants.key_folder import FILES

SECRET: Final = "database.secret"  # noqa: S105 - a file's name
LEAST_ROOM: Final = 2**30
LITTLE_ROOM: Final = 0.1
"""Share of the disk below which an operator should act."""


def mode(path: Path) -> int:
    """What others than the owner may do, as bits."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077


def data_folder(look: Look) -> Iterator[Finding]:
    """The data folder is there and ours; what is secret in it is closed by itself."""
    folder = look.settings.data
    if not folder.is_dir():
        yield warn(
            f"The data folder {folder} is not there yet; `renkei serve` makes it. Is RENKEI_DATA right?",
            f"データフォルダー {folder} はまだありません。`renkei serve` が作ります。RENKEI_DATA を確認してください。",
        )
        return
    if folder.stat().st_uid != os.geteuid():
        yield fail(
            f"The data folder {folder} belongs to another user. Run renkei as its owner, or: chown -R.",
            f"データフォルダー {folder} の所有者が異なります。所有者として実行するか、chown -R で変更してください。",
        )
    if mode(folder) & 0o022:
        yield fail(
            f"Others may write in the data folder. Run: chmod 700 {folder}",
            f"データフォルダーに他の利用者が書き込めます。chmod 700 {folder} を実行してください。",
        )


def keys(look: Look) -> Iterator[Finding]:
    """Every key is there and private."""
    folder = look.settings.data / "keys"
    secret = look.settings.data / SECRET
    if not folder.is_dir() and not secret.exists():
        return
    for path in (*(folder / name for name in FILES), secret):
        if not path.exists():
            yield fail(
                f"{path} is missing. Bring it back from its backup; without it sealed text cannot be read.",
                f"{path} がありません。バックアップから戻してください。ないと封印された文章を読めません。",
            )
        elif mode(path):
            yield fail(
                f"Others may read {path}. If nobody did: chmod 600 {path}; else its data count as known to others.",
                f"{path} を他の利用者が読めます。読まれていなければ chmod 600 {path}、"
                "読まれたおそれがあれば漏えいとして扱ってください。",
            )
    if folder.is_dir() and mode(folder):
        yield warn(
            f"Others may look into the keys folder. Run: chmod 700 {folder}",
            f"鍵フォルダーを他の利用者が見られます。chmod 700 {folder} を実行してください。",
        )


def keys_place(look: Look) -> Iterator[Finding]:
    """Keys and database do not lie in one folder, where one theft or one lost disk takes both."""
    folder = look.settings.data / "keys"
    database = look.settings.data / "postgres"
    if not folder.is_dir() or look.settings.database_url is not None or not database.is_dir():
        return
    if folder.resolve().is_relative_to(database.resolve()):
        yield fail(
            f"The keys lie inside the database's folder {database}. Move them out of it.",
            f"鍵がデータベースのフォルダー {database} の中にあります。外へ移してください。",
        )
    elif folder.resolve().is_relative_to(look.settings.data.resolve()):
        yield warn(
            f"Keys and database lie in one folder: back {folder} up apart from {database}, and never together."
            " For real data, make it a link to another volume.",
            f"鍵とデータベースが同じフォルダーにあります。{folder} は {database} と別に保管してください。"
            "本番では別のボリュームへのリンクにしてください。",
        )


def room(look: Look) -> Iterator[Finding]:
    """There is room on the disk."""
    place = next(path for path in (look.settings.data, *look.settings.data.parents) if path.is_dir())
    usage = shutil.disk_usage(place)
    free = f"{usage.free / 2**30:.1f} GiB"
    if usage.free < LEAST_ROOM:
        yield fail(
            f"Only {free} are free at {place}: commands will soon be refused. Make room.",
            f"{place} の空きは {free} だけです。まもなく記録できなくなります。空きを作ってください。",
        )
    elif usage.free < usage.total * LITTLE_ROOM:
        yield warn(
            f"{free} of {usage.total / 2**30:.0f} GiB are free at {place}. Make room before it is urgent.",
            f"{place} の空きは {usage.total / 2**30:.0f} GiB 中 {free} です。早めに空きを作ってください。",
        )


def storage(look: Look) -> Iterator[Finding]:
    """Files can be put where the settings say, and are read by nobody else."""
    try:
        place = storage_of(look.settings)
    except SettingInvalid as error:
        yield fail(str(error), f"ファイルの保管先の設定を確認してください: {error}")
        return
    if isinstance(place, Folder) and place.folder.is_dir() and mode(place.folder):
        yield warn(
            f"Others may look into the folder of files. Run: chmod 700 {place.folder}",
            f"ファイルの保管フォルダーを他の利用者が見られます。chmod 700 {place.folder} を実行してください。",
        )
    if isinstance(place, Bucket):
        try:
            asyncio.run(reached(place))
        except (StorageUnavailable, FileDamaged):
            yield fail(
                "The bucket of RENKEI_FILES cannot be reached, or refuses. Check endpoint, region, key and bucket.",
                "RENKEI_FILES のバケットに接続できません。エンドポイント、リージョン、鍵、バケットを確認してください。",
            )


def scanner(look: Look) -> Iterator[Finding]:
    """Files that come in are scanned for malware, and the scanner answers."""
    try:
        found = scanner_of(look.settings)
    except SettingInvalid as error:
        yield fail(str(error), f"RENKEI_SCANNER の設定を確認してください: {error}")
        return
    if found is None and look.exposed:
        yield warn(
            "Files that come in are not scanned for malware. Name a clamd in RENKEI_SCANNER.",
            "受け取るファイルのマルウェア検査をしていません。RENKEI_SCANNER に clamd を指定してください。",
        )
    if found is not None and not asyncio.run(found.answers()):
        yield fail(
            "The scanner of RENKEI_SCANNER does not answer, so no file is taken. Is clamd running?",
            "RENKEI_SCANNER の検査プログラムが応答しないため、ファイルを受け付けません。clamd を確認してください。",
        )


async def reached(place: Bucket) -> None:
    """Ask the bucket for names that are not there. Raises StorageUnavailable, FileDamaged."""
    async for _ in place.names("doctor"):
        return


CHECKS: Final = (
    Check(
        "data", "The data folder is ours alone to change", "データフォルダーは他の利用者に変更されません", data_folder
    ),
    Check("keys", "The keys are there and private", "鍵はそろっていて保護されています", keys),
    Check("keys-place", "The keys lie apart from the database", "鍵はデータベースと別の場所にあります", keys_place),
    Check("storage", "Files can be put where the settings say", "ファイルの保管先は使えます", storage),
    Check(
        "scanner",
        "Files are scanned, or come from this machine alone",
        "ファイルは検査されるか、この機械からのみ届きます",
        scanner,
    ),
    Check("room", "There is room on the disk", "ディスクに空きがあります", room),
)
