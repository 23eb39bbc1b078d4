"""The folder of the deployment's keys: made once, for a database without a city, and never made anew (鍵フォルダ).

What is sealed under lost master keys nobody can read, and a new signing key would make every kept checkpoint worthless;
so a key that is missing while the database holds cities must come back from its backup.
"""

import stat
from pathlib import Path
from typing import Final

from domain.errors import KeysUnavailable
from tenants.checkpoint import Signer
from tenants.database.access import admin_connection, refused_clearly
from tenants.keys import INSIDE, PUBLIC, KeyStore

SIGNING: Final = "checkpoint.key"
FILES: Final = (f"{INSIDE}.key", f"{PUBLIC}.key", SIGNING)


class KeysLost(KeysUnavailable):
    """A key file is missing, and the database holds cities that need it."""

    en = (
        "{file} is missing, and the database holds cities that were recorded with it. Bring the keys folder of this"
        " deployment back from its backup to {folder}; no new key is made in its place."
    )
    ja = (
        "{file} がありません。データベースには、この鍵を使って記録された自治体があります。鍵フォルダのバックアップを"
        " {folder} に戻してください。代わりの鍵は作られません。"
    )


class KeysExposed(KeysUnavailable):
    """Others than its owner may read or change a key file."""

    en = (
        "Others may read the key file {file}. If nobody did, run: chmod 600 {file}; else the data under it must"
        " count as known to others."
    )
    ja = (
        "鍵ファイル {file} を他の利用者が読めます。誰にも読まれていないなら chmod 600 {file} を実行してください。"
        "読まれたおそれがあるときは、この鍵で守られたデータも漏れたものとして扱ってください。"
    )


def open_key_folder(admin: str, folder: Path) -> None:
    """See that every key file is there and private; make them for a deployment whose database holds no city yet.

    ``admin`` is the connection string of the database's administrator; nothing is changed there. Raises KeysLost,
    KeysExposed, DatabaseFault, OSError.
    """
    missing = [folder / name for name in FILES if not (folder / name).exists()]
    if missing:
        if _holds_cities(admin):
            raise KeysLost(file=missing[0], folder=folder)
        KeyStore.create(folder, mend=True)
        Signer.create(folder / SIGNING)
    for name in FILES:
        if stat.S_IMODE((folder / name).stat().st_mode) & 0o077:
            raise KeysExposed(file=folder / name)


def _holds_cities(admin: str) -> bool:
    """Asked before anything is migrated, so a data folder without its keys changes nothing in the database."""
    with admin_connection(admin) as connection, refused_clearly():
        if connection.execute("select to_regclass('renkei.cities') is null").fetchone() == (True,):
            return False
        return connection.execute("select exists (select from renkei.cities)").fetchone() == (True,)
