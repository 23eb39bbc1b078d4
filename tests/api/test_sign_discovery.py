"""What a provider says of itself counts only for the issuer that the operator named (OpenID Connect Discovery 4.3)."""

import asyncio
from collections.abc import Iterator

import pytest

from api.signing.openid import OpenId
from api.signing.refusals import ProviderRefused
from tenants.identity.vault import Vault
from tests.api.signing_world import OpenIdProvider, install_provider, needs_node, provider_running
from tests.conftest import House

pytestmark = needs_node


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    install_provider()
    with provider_running() as running:
        yield running


@pytest.mark.parametrize("other", ["{issuer}/", "http://localhost:{port}"], ids=["slash", "name"])
def test_a_description_of_another_issuer_is_refused_though_it_came_from_the_right_place(
    house: House, provider: OpenIdProvider, other: str
) -> None:
    port = provider.issuer.rpartition(":")[2]
    openid = OpenId(Vault(house.tenancy.keys))
    named = other.format(issuer=provider.issuer, port=port)
    with pytest.raises(ProviderRefused) as refused:
        asyncio.run(openid.describe(provider.settings(issuer=named)))
    assert refused.value.problem == "issuer of the discovery document"
    assert asyncio.run(openid.describe(provider.settings())).issuer == provider.issuer
