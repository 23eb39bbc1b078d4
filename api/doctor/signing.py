"""How people sign in: what the settings leave unsafe or unfinished (サインイン)."""

from collections.abc import Iterator
from typing import Final

from api.doctor import Check, Finding, Look, fail, named, warn
from domain.roles import CASEWORK


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


def providers(look: Look) -> Iterator[Finding]:
    """A provider without TLS can only be one for a trial on this machine; the settings take no other."""
    plain = [one.name for one in look.settings.sign_in.providers if not one.issuer.startswith("https:")]
    if look.exposed and plain:
        yield fail(
            f"Providers without TLS, as for a trial on this machine: {named(plain)}. Give an https issuer.",
            f"TLS でないプロバイダー（試用向け）です: {named(plain)}。https の issuer にしてください。",
        )


def factors(look: Look) -> Iterator[Finding]:
    """Whoever acts or audits has a second factor, in every city."""
    told = look.settings.sign_in
    left = sorted({role.value for roles in told.second_factor.values() for role in CASEWORK - roles})
    if look.exposed and told.local and (left or not told.second_factor):
        who = named(left or sorted(role.value for role in CASEWORK))
        yield warn(
            f"No second factor is asked of these roles, at least in one city: {who}. A"
            " guessed password is enough there. See [second_factor] in sign-in.toml.",
            f"二要素認証を求めない役割があります（一部の市を含む）: {who}。パスワードだけで"
            "サインインできます。sign-in.toml の [second_factor] を確認してください。",
        )


CHECKS: Final = (
    Check("address", "Its address for browsers is set", "ブラウザーからのアドレスは設定されています", address),
    Check("sign-in", "There are ways to sign in", "サインインの方法があります", ways),
    Check("providers", "Providers are reached over TLS", "プロバイダーとは TLS で通信します", providers),
    Check("factors", "Who works on cases has a second factor", "業務を行う役割に二要素認証を求めています", factors),
)
