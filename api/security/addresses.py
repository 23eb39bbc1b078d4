"""Who asks, and whether over TLS: what a trusted proxy says, else what the connection says (送信元の判定).

Sources: RFC 7239 (Forwarded); X-Forwarded-For as proxies append to it. Only one of the two is read, the one that the
setting names: the other would be whatever the client wrote. The list is read from its end, where the nearest proxy
wrote, until an address that is not one of our proxies.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from starlette.datastructures import Headers

from api.settings import HOST, Network

Address = IPv4Address | IPv6Address

HTTPS: Final = "https"
SITE: Final = 64
"""Bits of an IPv6 address that belong to one household or office; the rest its owner may choose freely."""
LOGGED: Final = {4: 24, 6: 48}
"""Bits of an address that are logged: enough to see where trouble comes from, too few to tell a person."""
PASSED_ON: Final = (
    *("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-real-ip", "via"),
    *("x-client-ip", "true-client-ip", "cf-connecting-ip"),
)
"""Headers by which a proxy shows itself (RFC 7239, RFC 9110 7.6.3, and what proxies write instead)."""
PORT: Final = re.compile(r":[0-9]{1,5}")
PAIR: Final = re.compile(r'\s*([A-Za-z]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]+)\s*')


@dataclass(frozen=True, slots=True)
class Visitor:
    """``address`` is ``None`` for a connection that has none, such as a socket in a folder.

    ``direct``: no proxy says that it asks for somebody, be it one of ours or not.
    """

    address: Address | None
    secure: bool
    direct: bool = True

    @property
    def counted(self) -> str:
        """Under which name it is counted: an IPv6 address by its /64.

        This machine itself is not counted: it is the operator, or a proxy that nobody named and all its visitors.
        """
        if self.address is None or self.address.is_loopback:
            return ""
        return within(self.address, SITE if self.address.version == 6 else 32)  # noqa: PLR2004

    @property
    def logged(self) -> str:
        """The network that a log may name."""
        return "" if self.address is None else within(self.address, LOGGED[self.address.version])


def within(address: Address, bits: int) -> str:
    """The network of so many bits in which an address lies."""
    return str(ip_network((address, bits), strict=False))


class Proxies:
    """The proxies that are trusted, and the header they write."""

    def __init__(self, trusted: Sequence[Network], header: str) -> None:
        self._trusted, self._forwarded = tuple(trusted), header == "forwarded"

    def trusts(self, address: Address | None) -> bool:
        """Whether this is one of our proxies."""
        return address is not None and any(address in network for network in self._trusted)

    def visitor(self, peer: str | None, scheme: str, headers: Headers) -> Visitor:
        """Who asks. ``peer`` is the other end of the connection."""
        nearest, direct = parsed(peer or ""), not any(name in headers for name in PASSED_ON)
        if not self.trusts(nearest):
            return Visitor(nearest, scheme == HTTPS, direct)
        said = list(forwarded(headers) if self._forwarded else x_forwarded(headers))
        address, secure = nearest, scheme == HTTPS
        for named, proto in reversed(said):
            if proto:
                secure = proto == HTTPS
            if named is None:  # a proxy that does not know, or something nobody can read: nothing before it counts
                break
            address = named
            if not self.trusts(address):
                break
        return Visitor(address, secure, direct)


Hop = tuple[Address | None, str]
"""For whom a proxy asked, and over which scheme it was asked; empty when it does not say."""


def x_forwarded(headers: Headers) -> Iterator[Hop]:
    """The hops of X-Forwarded-For; the one X-Forwarded-Proto belongs to the last."""
    named = [part.strip() for line in headers.getlist("x-forwarded-for") for part in line.split(",")]
    proto = ",".join(headers.getlist("x-forwarded-proto")).rpartition(",")[2].strip().lower()
    for place, name in enumerate(named or [""], 1):
        yield parsed(name), proto if place == max(len(named), 1) else ""


def forwarded(headers: Headers) -> Iterator[Hop]:
    """The hops of Forwarded (RFC 7239)."""
    for element in elements(headers.getlist("forwarded")):
        pairs = {name.lower(): value.strip('"') for name, value in PAIR.findall(element)}
        yield parsed(pairs.get("for", "")), pairs.get("proto", "").lower()


def elements(lines: Iterable[str]) -> Iterator[str]:
    """The elements of a list in which quoted strings may hold commas."""
    for line in lines:
        begin, quoted = 0, False
        for place, letter in enumerate(line):
            if letter == '"' and (place == 0 or line[place - 1] != "\\"):
                quoted = not quoted
            elif letter == "," and not quoted:
                yield line[begin:place]
                begin = place + 1
        yield line[begin:]


def parsed(text: str) -> Address | None:
    """An address, with or without port and brackets; ``None`` for anything else. IPv4 inside IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text, closed, port = text[1:].partition("]")
        if not closed or (port and not PORT.fullmatch(port)):
            return None
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address("" if "%" in text else text)  # a zone says something only on the machine that wrote it
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


class Monitors:
    """Who may look at what tells of the deployment itself: this machine, and the networks that the setting names.

    Only straight: what a proxy passes on comes from outside, wherever the proxy stands.
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = tuple(networks)

    def know(self, visitor: Visitor) -> bool:
        """Whether this visitor is one of them."""
        address = visitor.address
        if address is None or not visitor.direct:
            return False
        return address.is_loopback or any(address in network for network in self._networks)


class Hosts:
    """The names under which the program answers; none named, any that is well-formed."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(name for name in names if not name.startswith("*."))
        self._under = tuple(name[1:] for name in names if name.startswith("*."))
        self._any = not names

    def knows(self, header: str) -> bool:
        """Whether a well-formed Host header names one of ours."""
        name = host_of(header)
        return self._any or name in self._names or (name or "").endswith(self._under or ("\0",))


def host_of(header: str) -> str | None:
    """The name in a Host header, without port and in small letters; ``None`` when it is malformed."""
    name = header.lower()
    if name.count(":") == 1 or name.startswith("["):
        name, colon, port = name.rpartition(":") if not name.endswith("]") else (name, "", "")
        if colon and not (port.isascii() and port.isdigit()):
            return None
    return name if HOST.fullmatch(name) and not name.startswith("*") else None
