"""How people sign in: what the settings leave unsafe or unfinished (サインイン)."""

from collections.abc import Iterator
from typing import Final

from api.doctor import Check, Finding, Look, fail, named, warn
from api.signing.settings import USUAL
from domain.roles import EVERYBODY
from domain.words import WORDS


def address(look: Look) -> Iterator[Finding]:
    """Cookies and the links in mails go over TLS only, to one known address."""
    told = look.settings.sign_in
    if look.exposed and not (told.address or "").startswith("https:"):
        yield fail(
            "Others can reach the program, and `address` in sign-in.toml is not an https address: cookies and links in"
            " mails need it. Set it.",
            "外部から接続できますが、sign-in.toml の address が https ではありません。"
            "Cookie とメールのリンクに必要です。設定してください。",
        )


def ways(look: Look) -> Iterator[Finding]:
    """There is a way in, and who forgets a password can be helped."""
    told = look.settings.sign_in
    if not told.local and not told.providers:
        yield fail(
            "Nobody can sign in: local accounts are off, and sign-in.toml names no provider. Name one or set local.",
            "誰もサインインできません。sign-in.toml でプロバイダーを指定するか、local を有効にしてください。",
        )
    if look.exposed and told.local and told.mail is None:
        yield warn(
            "There are local accounts and no [mail] in sign-in.toml: nobody can reset a password without an operator.",
            "ローカルアカウントがありますが、sign-in.toml に [mail] がありません。パスワードを再設定できません。",
        )


def second_factor(look: Look) -> Iterator[Finding]:
    """Nobody who has a role uses an account with a password alone."""
    told = look.settings.sign_in
    for where in sorted({USUAL, *told.second_factor}) if told.local else ():
        alone = sorted(EVERYBODY - told.second_factor.get(where, frozenset()))
        if alone:
            yield warn(
                f"A password alone lets in ({where}): {named(list(alone), len(EVERYBODY))}. Name these roles under"
                " [second_factor] in sign-in.toml, or leave that part out: then every role needs one.",
                f"パスワードだけでサインインできます（{where}）: {'、'.join(WORDS[role] for role in alone)}。"
                "sign-in.toml の [second_factor] に加えるか、その部分を除いてください（全役割で必要になります）。",
            )


def providers(look: Look) -> Iterator[Finding]:
    """A provider without TLS can only be one for a trial on this machine; the settings take no other."""
    plain = [one.name for one in look.settings.sign_in.providers if not one.issuer.startswith("https:")]
    if look.exposed and plain:
        yield fail(
            f"Providers without TLS, as for a trial on this machine: {named(plain)}. Give an https issuer.",
            f"TLS でないプロバイダー（試用向け）です: {named(plain)}。https の issuer にしてください。",
        )


CHECKS: Final = (
    Check(
        "address",
        "Browsers reach it by https, or from this machine only",
        "ブラウザーは https か、この機械からだけ接続します",
        address,
    ),
    Check("sign-in", "There are ways to sign in", "サインインの方法があります", ways),
    Check(
        "second-factor",
        "Accounts with a password need a second factor",
        "パスワードのアカウントには二要素認証が必要です",
        second_factor,
    ),
    Check("providers", "Providers are reached over TLS", "プロバイダーとは TLS で通信します", providers),
)
