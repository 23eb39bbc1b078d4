"""The OpenID Connect code flow with PKCE, from our side (外部サービスによるサインイン).

Sources: OpenID Connect Core 1.0 section 3.1, Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700.
What begins a sign-in (state, nonce, verifier) lies sealed in the browser that began it, for ten minutes, and opens only
for the same city and provider; so nothing is stored here before somebody is known.
"""

import base64
import hmac
import secrets
import ssl
import time
from typing import Any, Final, TypeVar
from urllib.parse import quote_plus, urlsplit

import httpx
import msgspec
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from api.signing.refusals import ProviderAway, ProviderRefused
from api.signing.settings import Provider, here
from domain.values import CityCode
from tenants.identity.vault import Vault

LASTS: Final = 600
"""Seconds that signing in elsewhere may take."""
REMEMBERED: Final = 3600.0
"""Seconds for which a provider's description and keys are taken to be what they were."""
SOONEST: Final = 60.0
"""Seconds after which keys are fetched anew for an unknown key id: who sends rubbish cannot make us ask more."""
LEEWAY: Final = 60
"""Seconds by which a provider's clock may be wrong."""
PATIENCE: Final = 5.0
LARGEST: Final = 1_000_000
"""Bytes of a provider's answer."""
LONGEST_SUBJECT: Final = 255
PURPOSE: Final = "openid"
RANDOM: Final = 32

T = TypeVar("T")


class Begun(msgspec.Struct, frozen=True):
    """What the browser keeps, sealed, while somebody signs in elsewhere."""

    state: str
    nonce: str
    verifier: str
    after: str
    until: float


class Description(msgspec.Struct, frozen=True):
    """The part of a provider's discovery document that is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False


class Granted(msgspec.Struct, frozen=True):
    """A token endpoint's answer."""

    id_token: str
    access_token: str


class Vouched(msgspec.Struct, frozen=True):
    """Whom a provider vouches for; ``claims`` are those of the ID token and, where the profile says so, of userinfo."""

    subject: str
    claims: dict[str, Any]
    id_token: str


class OpenId:
    """One per process; remembers what providers say of themselves."""

    def __init__(self, vault: Vault, proxy: str | None = None) -> None:
        self._vault, self._proxy = vault, proxy
        self._trusted = ssl.create_default_context()
        self._described: dict[str, tuple[float, Description]] = {}
        self._keys: dict[str, tuple[float, KeySet]] = {}

    async def begin(self, provider: Provider, city: CityCode, back: str, after: str, language: str) -> tuple[str, str]:
        """Where to send the browser, and what it keeps. Raises ProviderAway, ProviderRefused, KeysUnavailable."""
        described = await self.describe(provider)
        state, nonce, verifier = (secrets.token_urlsafe(RANDOM) for _ in range(3))
        begun = Begun(state, nonce, verifier, after, time.time() + LASTS)
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": back,
            "scope": " ".join(provider.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        box = self._vault.seal(PURPOSE, f"{city}/{provider.name}", msgspec.msgpack.encode(begun))
        address: str = add_params_to_uri(described.authorization_endpoint, list(asked.items()))
        return address, base64.urlsafe_b64encode(box).decode()

    async def finish(
        self, provider: Provider, city: CityCode, back: str, kept: str, answer: dict[str, str]
    ) -> tuple[Vouched, str]:
        """Whom the provider vouches for, and where the browser goes on.

        ``kept`` is what ``begin`` left in the browser, ``answer`` the parameters of the callback. Raises
        ProviderRefused, ProviderAway, KeysUnavailable.
        """
        begun = self._begun(provider, city, kept)
        if not hmac.compare_digest(answer.get("state", "").encode("utf-8", "replace"), begun.state.encode()):
            raise ProviderRefused("state")
        described = await self.describe(provider)
        issuer = answer.get("iss")
        if (issuer is None and described.authorization_response_iss_parameter_supported) or (
            issuer is not None and issuer != provider.issuer
        ):
            raise ProviderRefused("issuer of the answer")
        if "error" in answer or not answer.get("code"):
            raise ProviderRefused("no code")
        granted = await self._granted(provider, described, back, answer["code"], begun.verifier)
        claims = await self._claims(provider, described, granted, begun.nonce)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\0" in subject:
            raise ProviderRefused("subject")
        if provider.profile.userinfo:
            claims |= await self._userinfo(described, granted.access_token, subject)
        for claim, allowed in provider.require.items():
            if str(claims.get(claim)) not in allowed:
                raise ProviderRefused(f"claim {claim}")
        return Vouched(subject, claims, granted.id_token), begun.after

    async def describe(self, provider: Provider) -> Description:
        """The provider's discovery document. Raises ProviderAway, ProviderRefused when it is not the issuer's own."""
        held = self._described.get(provider.issuer)
        if held is not None and time.monotonic() - held[0] < REMEMBERED:
            return held[1]
        place = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = _read(await self._ask("GET", place), Description, "discovery")
        if found.issuer != provider.issuer:
            raise ProviderRefused("issuer of the discovery document")
        for endpoint in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.userinfo_endpoint,
                         found.end_session_endpoint):  # fmt: skip
            if endpoint is not None and not _private(endpoint):
                raise ProviderRefused("an endpoint without TLS")
        self._described[provider.issuer] = (time.monotonic(), found)
        return found

    async def sign_out_address(self, provider: Provider, id_token: str | None, back: str) -> str | None:
        """Where to sign out there as well, if the provider offers it (RP-Initiated Logout 1.0)."""
        try:
            described = await self.describe(provider)
        except (ProviderAway, ProviderRefused):
            return None
        if described.end_session_endpoint is None:
            return None
        told = {"client_id": provider.client_id, "post_logout_redirect_uri": back}
        if id_token is not None:
            told["id_token_hint"] = id_token
        address: str = add_params_to_uri(described.end_session_endpoint, list(told.items()))
        return address

    def ends(self, providers: list[Provider]) -> list[str]:
        """Where one signs out of those providers that have told it."""
        held = (self._described.get(provider.issuer) for provider in providers)
        return [found[1].end_session_endpoint for found in held if found and found[1].end_session_endpoint]

    def _begun(self, provider: Provider, city: CityCode, kept: str) -> Begun:
        try:
            box = base64.urlsafe_b64decode(kept.encode("ascii", "replace"))
        except ValueError as error:
            raise ProviderRefused("cookie") from error
        plain = self._vault.open(PURPOSE, f"{city}/{provider.name}", box)
        if plain is None:
            raise ProviderRefused("cookie")
        begun = msgspec.msgpack.decode(plain, type=Begun)
        if begun.until < time.time():
            raise ProviderRefused("too late")
        return begun

    async def _granted(
        self, provider: Provider, described: Description, back: str, code: str, verifier: str
    ) -> Granted:
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        basic: httpx.BasicAuth | None = None
        if provider.profile.authentication == "client_secret_basic":
            # RFC 6749, 2.3.1: both are form-encoded before they are joined.
            basic = httpx.BasicAuth(quote_plus(provider.client_id), quote_plus(provider.client_secret))
        else:
            given["client_id"] = provider.client_id
            if provider.profile.authentication == "client_secret_post":
                given["client_secret"] = provider.client_secret
        return _read(await self._ask("POST", described.token_endpoint, given, basic), Granted, "token")

    async def _claims(self, provider: Provider, described: Description, granted: Granted, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that was signed by the issuer, now, for us, and for this sign-in."""
        registry = JWSRegistry(algorithms=list(provider.profile.algorithms), strict_check_header=False)
        try:
            try:
                token = jwt.decode(granted.id_token, await self._key_set(provider, described), registry=registry)
            except InvalidKeyIdError:
                keys = await self._key_set(provider, described, SOONEST)
                token = jwt.decode(granted.id_token, keys, registry=registry)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": provider.issuer},
                    "aud": {"essential": True, "value": provider.client_id},
                },
                {"nonce": nonce, "client_id": provider.client_id, "access_token": granted.access_token},
            )
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderRefused(f"ID token: {type(error).__name__}") from error
        return dict(claims)

    async def _userinfo(self, described: Description, access_token: str, subject: str) -> dict[str, Any]:
        if described.userinfo_endpoint is None:
            raise ProviderRefused("no userinfo")
        headers = {"Authorization": f"Bearer {access_token}"}
        told = _read(await self._ask("GET", described.userinfo_endpoint, headers=headers), dict[str, Any], "userinfo")
        if told.get("sub") != subject:
            raise ProviderRefused("subject of userinfo")
        return told

    async def _key_set(self, provider: Provider, described: Description, oldest: float = REMEMBERED) -> KeySet:
        held = self._keys.get(provider.issuer)
        if held is not None and time.monotonic() - held[0] < oldest:
            return held[1]
        told = _read(await self._ask("GET", described.jwks_uri), dict[str, Any], "keys")
        try:
            found = KeySet.import_key_set(told)  # type: ignore[arg-type]  # whatever it is, it is looked at there
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderRefused("keys") from error
        self._keys[provider.issuer] = (time.monotonic(), found)
        return found

    async def _ask(
        self,
        method: str,
        address: str,
        form: dict[str, str] | None = None,
        auth: httpx.BasicAuth | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """One request to a provider; redirects are not followed. Raises ProviderAway."""
        try:
            async with (
                httpx.AsyncClient(
                    verify=self._trusted, proxy=self._proxy, trust_env=False, timeout=PATIENCE, follow_redirects=False
                ) as client,
                client.stream(method, address, data=form, auth=auth, headers=headers) as answer,
            ):
                read = bytearray()
                async for chunk in answer.aiter_bytes():
                    read += chunk
                    if len(read) > LARGEST:
                        raise ProviderRefused("an answer that is too large")
                return httpx.Response(answer.status_code, content=bytes(read))
        except httpx.HTTPError as error:
            raise ProviderAway from error


def _read(answer: httpx.Response, kind: type[T], what: str) -> T:
    """The JSON of an answer. Raises ProviderAway for a provider's own failure, ProviderRefused for a refusal."""
    if answer.is_server_error:
        raise ProviderAway
    if not answer.is_success:
        raise ProviderRefused(f"{what}: status {answer.status_code}")
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProviderRefused(f"{what}: not what it should be") from error


def _private(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and here(parts.hostname or ""))
