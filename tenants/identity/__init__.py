"""Who is asking: how members sign in, stay signed in, and are no longer (本人確認).

Promises: what lets somebody in is stored only as a hash or sealed under the key store; everything is keyed by city and
row security shows a desk its own city alone; whether a login exists is never told; what ends, ends at the next request.
"""

from tenants.identity.enrolment import set_active, set_secret
from tenants.identity.identity import Identity
from tenants.identity.passwords import SecretTooCommon, SecretTooShort, check_secret
from tenants.identity.tokens import Issued

__all__ = [
    "Identity",
    "Issued",
    "SecretTooCommon",
    "SecretTooShort",
    "check_secret",
    "set_active",
    "set_secret",
]
