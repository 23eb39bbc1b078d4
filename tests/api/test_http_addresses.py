"""Who asks is what a trusted proxy says and nobody else; who may be asked for is what the setting names."""

from ipaddress import ip_address, ip_network

import pytest
from starlette.datastructures import Headers

from api.security.addresses import Hosts, Monitors, Proxies, Visitor, host_of, parsed
from tests.api.whole_app import whole_app
from tests.conftest import House

INSIDE = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def asked(header: str, peer: str, *lines: tuple[str, str], scheme: str = "http") -> tuple[str, bool]:
    """Address and TLS of a request with these headers."""
    raw = [(name.lower().encode(), value.encode()) for name, value in lines]
    visitor = Proxies(INSIDE, header).visitor(peer, scheme, Headers(raw=raw))
    return str(visitor.address), visitor.secure


VIA = [
    *(("Forwarded", "for=203.0.113.7"), ("X-Forwarded-For", "127.0.0.1"), ("X-Real-IP", "127.0.0.1")),
    *(("Via", "1.1 proxy"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "renkei.example.jp")),
]


@pytest.mark.parametrize(
    ("peer", "proxies", "expected"),
    [
        ("127.0.0.1", (), True),
        ("127.9.9.9", (), True),
        ("::1", (), True),
        ("::ffff:127.0.0.1", (), True),
        ("10.0.0.9", (), True),
        ("10.0.0.8", (), False),
        ("203.0.113.7", (), False),
        (None, (), False),
        ("127.0.0.1", ("127.0.0.1/32",), True),
    ],
)
def test_this_machine_and_whom_the_setting_names_may_watch_over_it(
    peer: str | None, proxies: tuple[str, ...], *, expected: bool
) -> None:
    watching, trusted = Monitors([ip_network("10.0.0.9/32")]), Proxies([*map(ip_network, proxies)], "x-forwarded-for")
    assert watching.know(trusted.visitor(peer, "http", Headers())) is expected


@pytest.mark.parametrize("header", VIA)
@pytest.mark.parametrize("proxies", [(), ("127.0.0.1/32",)])
def test_what_a_proxy_passes_on_is_never_from_this_machine(header: tuple[str, str], proxies: tuple[str, ...]) -> None:
    trusted = Proxies([*map(ip_network, proxies)], "x-forwarded-for")
    assert not Monitors([]).know(trusted.visitor("127.0.0.1", "http", Headers(dict([header]))))


FOR, PROTO = "X-Forwarded-For", "X-Forwarded-Proto"


@pytest.mark.parametrize(
    ("peer", "lines", "expected"),
    [
        ("203.0.113.7", [(FOR, "198.51.100.1"), (PROTO, "https")], ("203.0.113.7", False)),
        ("10.0.0.1", [(FOR, "198.51.100.1"), (PROTO, "https")], ("198.51.100.1", True)),
        ("10.0.0.1", [(FOR, "192.0.2.66, 198.51.100.1, 10.0.0.2")], ("198.51.100.1", False)),
        ("10.0.0.1", [(FOR, "192.0.2.66"), (FOR, "198.51.100.1")], ("198.51.100.1", False)),
        ("10.0.0.1", [(FOR, "192.0.2.66, not an address")], ("10.0.0.1", False)),
        ("10.0.0.1", [(FOR, "10.0.0.3, 10.0.0.2")], ("10.0.0.3", False)),
        ("10.0.0.1", [(FOR, "[2001:db8::9]:4711")], ("2001:db8::9", False)),
        ("fd00::1", [(FOR, "198.51.100.1:80")], ("198.51.100.1", False)),
        ("::ffff:10.0.0.1", [(FOR, "::ffff:198.51.100.1")], ("198.51.100.1", False)),
        ("10.0.0.1", [("Forwarded", "for=192.0.2.66;proto=https")], ("10.0.0.1", False)),
        ("10.0.0.1", [(PROTO, "https")], ("10.0.0.1", True)),
        ("10.0.0.1", [(PROTO, "https, http"), (FOR, "198.51.100.1")], ("198.51.100.1", False)),
    ],
)
def test_x_forwarded_for_is_read_from_its_end_and_only_from_proxies(
    peer: str, lines: list[tuple[str, str]], expected: tuple[str, bool]
) -> None:
    assert asked("x-forwarded-for", peer, *lines) == expected


@pytest.mark.parametrize(
    ("peer", "lines", "expected"),
    [
        ("10.0.0.1", [("Forwarded", 'for="[2001:db8::17]:4711";proto=https')], ("2001:db8::17", True)),
        ("10.0.0.1", [("Forwarded", "for=192.0.2.66, for=198.51.100.1;proto=https")], ("198.51.100.1", True)),
        ("10.0.0.1", [("Forwarded", "For=198.51.100.1;Proto=https, for=10.0.0.2;proto=http")], ("198.51.100.1", True)),
        ("10.0.0.1", [("Forwarded", "for=198.51.100.1, for=unknown")], ("10.0.0.1", False)),
        ("10.0.0.1", [("Forwarded", 'for="_a,b", for=198.51.100.1')], ("198.51.100.1", False)),
        ("10.0.0.1", [(FOR, "192.0.2.66"), (PROTO, "https")], ("10.0.0.1", False)),
        ("203.0.113.7", [("Forwarded", "for=198.51.100.1;proto=https")], ("203.0.113.7", False)),
    ],
)
def test_forwarded_is_read_in_its_place_when_the_setting_says_so(
    peer: str, lines: list[tuple[str, str]], expected: tuple[str, bool]
) -> None:
    assert asked("forwarded", peer, *lines) == expected


def test_a_connection_over_tls_is_secure_without_any_proxy() -> None:
    assert asked("x-forwarded-for", "203.0.113.7", scheme="https") == ("203.0.113.7", True)


@pytest.mark.parametrize(
    ("address", "counted", "logged"),
    [
        ("203.0.113.7", "203.0.113.7/32", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
    ],
)
def test_ipv6_is_counted_by_household_and_no_log_tells_a_whole_address(address: str, counted: str, logged: str) -> None:
    visitor = Visitor(ip_address(address), secure=False)
    assert (visitor.counted, visitor.logged) == (counted, logged)


@pytest.mark.parametrize("text", ["", "unknown", "1.2.3", "[::1", "[::1]x", "1.2.3.4.5", "::1%eth0;x"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert parsed(text) is None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Renkei.Example.JP:8443", "renkei.example.jp"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:80", "[::1]"),
        ("[::1]", "[::1]"),
        ("my_box:8000", "my_box"),
        ("", None),
        ("a:b", None),
        ("a b", None),
        ("a/b", None),
        ("user@host", None),
        ("*.example.jp", None),
        ("例.jp", None),
    ],
)
def test_a_host_header_is_read_without_its_port(header: str, name: str | None) -> None:
    assert host_of(header) == name


def test_only_named_hosts_are_known() -> None:
    hosts = Hosts(("renkei.example.jp", "*.renkei.example.jp"))
    assert hosts.knows("renkei.example.jp:443")
    assert hosts.knows("sapporo.renkei.example.jp")
    assert not hosts.knows("example.jp")
    assert not hosts.knows("xrenkei.example.jp")
    assert not hosts.knows("renkei.example.jp.evil.example")


def test_another_host_is_told_so_and_a_malformed_one_as_well(house: House) -> None:
    with whole_app(house, hosts=("testserver",)) as client:
        assert client.get("/").status_code == 200
        other = client.get("/", headers={"Host": "evil.example"})
        assert (other.status_code, other.json()["code"]) == (421, "HOST_UNKNOWN")
        malformed = client.post("/graphql", json={"query": "{ __typename }"}, headers={"Host": "a/b"})
        assert malformed.status_code == 400
        assert malformed.json()["errors"][0]["extensions"]["code"] == "REQUEST_MALFORMED"
        assert client.get("/healthz", headers={"Host": "10.1.2.3"}).status_code == 200
    with whole_app(house) as client:
        assert client.get("/", headers={"Host": "anything.example"}).status_code == 200
        assert client.get("/", headers={"Host": "a/b"}).status_code == 400


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_itself_is_not_counted(peer: str) -> None:
    """Behind a proxy on the same machine that nobody named, all visitors would share one budget."""
    assert not Proxies((), "x-forwarded-for").visitor(peer, "http", Headers({})).counted
    named = Proxies((ip_network("127.0.0.0/8"), ip_network("::1/128")), "x-forwarded-for")
    told = Headers({"x-forwarded-for": "203.0.113.7"})
    assert named.visitor(peer, "http", told).counted == "203.0.113.7/32"
