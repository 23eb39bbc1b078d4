"""What the operator changes about how members sign in, on a connection of the tables' owner (担当者のアカウント)."""

from typing import Final
from uuid import UUID

import structlog
from argon2 import PasswordHasher
from psycopg import Connection

from domain.errors import AlreadyThere, Invalid, NotFound
from domain.values import CityCode, text
from tenants.database.walls import Query, Row, named_failures
from tenants.identity.codes import new_code
from tenants.identity.passwords import check_secret, hashed
from tenants.identity.resets import INVITATION, MAIL, PUT, digest_of
from tenants.identity.vault import Vault

log: Final = structlog.get_logger("renkei.identity")

LONGEST_ISSUER: Final = 500
LONGEST_SUBJECT: Final = 255
LONGEST_ADDRESS: Final = 254

BY_LOGIN: Final = "select member from renkei.members where city = %s and login = %s"
LOGIN: Final = "select login from renkei.members where city = %s and member = %s"
OWN: Final = (
    "select m.login, c.slug from renkei.members m join renkei.cities c on c.city = m.city"
    " where m.city = %s and m.member = %s"
)
"""What a secret must not be made of."""
NEW_HASH: Final = "update renkei.members set secret_hash = %s where city = %s and member = %s returning member"
SET_ACTIVE: Final = "update renkei.members set active = %s where city = %s and member = %s returning member"
END_ALL: Final = (
    "delete from renkei.tokens where city = %s and member = %s",
    "delete from renkei.sessions where city = %s and member = %s",
    "delete from renkei.resets where city = %s and member = %s",
)
END_CITY: Final = tuple(statement.removesuffix(" and member = %s") for statement in END_ALL)
END_FACTOR: Final = (
    "delete from renkei.second_factors where city = %s and member = %s",
    "delete from renkei.recovery_codes where city = %s and member = %s",
)
LINK: Final = (
    "insert into renkei.outside_identities (city, issuer, subject, member) values (%s, %s, %s, %s)"
    " on conflict do nothing returning member"
)
UNLINK: Final = (
    "delete from renkei.outside_identities where city = %s and issuer = %s and member = %s returning subject"
)
SET_MAIL: Final = (
    "insert into renkei.mail_addresses (city, member, address) values (%s, %s, %s)"
    " on conflict (city, member) do update set address = excluded.address returning member"
)


class MailAddressInvalid(Invalid):
    """That is no address to which a mail could be sent."""

    en = "That is not a mail address. Write one such as name@city.example.jp."
    ja = "メールアドレスとして使えません。name@city.example.jp のように入力してください。"


def member_id(owner: Connection[Row], city: CityCode, login: str) -> UUID:
    """Who has a login. Raises NotFound."""
    with named_failures(city):
        row = owner.execute(BY_LOGIN, (city, login)).fetchone()
    if row is None:
        raise NotFound
    found: UUID = row[0]
    return found


def set_secret(
    owner: Connection[Row],
    city: CityCode,
    member: UUID,
    secret: str,
    *,
    told_to_everybody: bool = False,
    hasher: PasswordHasher | None = None,
) -> None:
    """Give a member a secret; everything that the member was signed in by ends.

    ``told_to_everybody``: a demo's, which need not be hard to guess. ``hasher``: as for Identity. Raises
    SecretTooShort, SecretTooCommon, TextTooLong, NotFound.
    """
    with named_failures(city):
        row = owner.execute(OWN, (city, member)).fetchone()
    if not told_to_everybody:
        check_secret(secret, *(row or ()))
    _change(owner, city, member, (NEW_HASH, (hashed(secret, hasher), city, member)), *END_ALL)
    if not told_to_everybody:
        log.info("secret_set", city=city, member=str(member))


def invite(owner: Connection[Row], city: CityCode, member: UUID) -> str:
    """A code with which the member chooses a secret: good once, for ``INVITATION``; a newer one ends it.

    Raises NotFound.
    """
    code = new_code()
    told = {"city": city, "member": member, "digest": digest_of(code), "lasts": INVITATION}
    with named_failures(city), owner.transaction():
        if owner.execute(LOGIN, (city, member)).fetchone() is None:
            raise NotFound
        owner.execute(PUT, told)
    log.info("member_invited", city=city, member=str(member))
    return code


def sign_out(owner: Connection[Row], city: CityCode, member: UUID | None = None) -> None:
    """End every session and token of a member, or of everybody in a city; codes that were sent end too."""
    with named_failures(city), owner.transaction():
        for statement in END_CITY if member is None else END_ALL:
            owner.execute(statement, (city,) if member is None else (city, member))
    log.warning("signed_out_by_operator", city=city, **({} if member is None else {"member": str(member)}))


def set_active(owner: Connection[Row], city: CityCode, member: UUID, *, active: bool) -> None:
    """Let a member in again, or no longer; the tokens end. The record stays: history needs names. Raises NotFound."""
    _change(owner, city, member, (SET_ACTIVE, (active, city, member)), *END_ALL)


def reset_second_factor(owner: Connection[Row], city: CityCode, member: UUID) -> None:
    """Let a member whose app and recovery codes are lost sign in without; sessions and tokens end. Raises NotFound."""
    _change(owner, city, member, (f"{LOGIN} for update", (city, member)), *END_FACTOR, *END_ALL)
    log.info("second_factor_reset", city=city, member=str(member))


def link(owner: Connection[Row], city: CityCode, member: UUID, issuer: str, subject: str) -> None:
    """Say who a person of an outside provider is. Raises NotFound, AlreadyThere, TextRequired/TooLong/Forbidden."""
    text("issuer", issuer, LONGEST_ISSUER)
    text("subject", subject, LONGEST_SUBJECT)
    with named_failures(city), owner.transaction():
        if owner.execute(LOGIN, (city, member)).fetchone() is None:
            raise NotFound
        if owner.execute(LINK, (city, issuer, subject, member)).fetchone() is None:
            raise AlreadyThere
    log.info("outside_identity_linked", city=city, member=str(member))


def unlink(owner: Connection[Row], city: CityCode, member: UUID, issuer: str) -> None:
    """Take that back; the member's sessions and tokens end. Raises NotFound."""
    _change(owner, city, member, (UNLINK, (city, issuer, member)), *END_ALL)
    log.info("outside_identity_unlinked", city=city, member=str(member))


def set_mail_address(owner: Connection[Row], vault: Vault, city: CityCode, member: UUID, address: str) -> None:
    """Where a member gets mail about the member's own account. Raises MailAddressInvalid, NotFound, KeysUnavailable."""
    name, _, host = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set(' <>,;:"()[]\\')
    if not (plain and name and "." in host.strip(".") and len(address) <= LONGEST_ADDRESS and "@" not in name):
        raise MailAddressInvalid
    with named_failures(city), owner.transaction():
        if owner.execute(LOGIN, (city, member)).fetchone() is None:
            raise NotFound
        owner.execute(SET_MAIL, (city, member, vault.seal(MAIL, f"{city}/{member}", address.encode())))


def _change(owner: Connection[Row], city: CityCode, member: UUID, change: Query, *then: str) -> None:
    """One change that must find its member, and what ends with it."""
    with named_failures(city), owner.transaction():
        if owner.execute(change[0], change[1]).fetchone() is None:
            raise NotFound
        for statement in then:
            owner.execute(statement, (city, member))
