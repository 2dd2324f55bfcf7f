from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentsvc.web.client_address import client_address

PROXIES = [ip_network("10.0.0.0/8"), ip_network("127.0.0.1"), ip_network("2001:db8:ff::/48"), ip_network("::1")]
PROXY, PROXY_6, READER, READER_6 = "10.0.0.1", "2001:db8:ff::1", "203.0.113.5", "2001:db8::5"
LIE = "198.51.100.66"

# what the proxy at 10.0.0.1 sent on → whom we take it to come from
SHAPES: dict[str, tuple[list[str], str]] = {
    "no header": ([], PROXY),
    "an empty header": ([""], PROXY),
    "spaces only": (["  \t "], PROXY),
    "commas only": ([",,,"], PROXY),
    "one address": ([READER], READER),
    "spaces around": ([f"  {READER}\t"], READER),
    "a forged one before it": ([f"{LIE}, {READER}"], READER),
    "a forged one without space": ([f"{LIE},{READER}"], READER),
    "many forged ones": ([", ".join([LIE] * 50 + [READER])], READER),
    "a forged proxy before it": ([f"10.9.9.9, {READER}"], READER),
    "two headers": ([LIE, READER], READER),
    "two headers with several": ([f"{LIE}, {LIE}", f"{LIE}, {READER}"], READER),
    "an empty header after it": ([READER, ""], READER),
    "an empty element at the end": ([f"{READER}, "], READER),
    "an empty element between": ([f"{READER}, , 10.0.0.2"], READER),
    "two proxies": ([f"{LIE}, {READER}, 10.0.0.2"], READER),
    "two proxies in two headers": ([f"{LIE}, {READER}", "10.0.0.2"], READER),
    "proxies of both kinds": ([f"{READER}, {PROXY_6}, 10.0.0.2"], READER),
    "proxies all the way": (["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
    "IPv4 with port": ([f"{READER}:51234"], READER),
    "IPv4 with the highest port": ([f"{READER}:65535"], READER),
    "IPv6": ([READER_6], READER_6),
    "IPv6 in capitals and zeros": (["2001:0DB8:0:0:0:0:0:5"], READER_6),
    "IPv6 in brackets": ([f"[{READER_6}]"], READER_6),
    "IPv6 in brackets with port": ([f"[{READER_6}]:443"], READER_6),
    "IPv6 with a zone": (["fe80::1%eth0"], "fe80::1"),
    "IPv4 in IPv6": ([f"::ffff:{READER}"], READER),
    "IPv4 in IPv6 in brackets": ([f"[::ffff:{READER}]:80"], READER),
    "a proxy as IPv4 in IPv6": ([f"{READER}, ::ffff:10.0.0.2"], READER),
    # what is no address ends the way at the proxy that let it through
    "unknown": ([f"{LIE}, unknown"], PROXY),
    "a hidden name": ([f"{LIE}, _hidden"], PROXY),
    "a host name": ([f"{LIE}, reader.example"], PROXY),
    "garbage behind a second proxy": ([f"{LIE}, garbage, 10.0.0.2"], "10.0.0.2"),
    "an empty port": ([f"{LIE}, {READER}:"], PROXY),
    "a port too high": ([f"{LIE}, {READER}:65536"], PROXY),
    "a port of many digits": ([f"{LIE}, {READER}:{'1' * 5000}"], PROXY),
    "a port in other digits": ([f"{LIE}, {READER}:\u0661\u0662"], PROXY),
    "a signed port": ([f"{LIE}, {READER}:+80"], PROXY),
    "an open bracket": ([f"{LIE}, [{READER_6}"], PROXY),
    "a closing bracket only": ([f"{LIE}, {READER_6}]"], PROXY),
    "text after a bracket": ([f"{LIE}, [{READER_6}]x"], PROXY),
    "an empty bracket": ([f"{LIE}, []"], PROXY),
    "IPv4 in brackets": ([f"{LIE}, [{READER}]"], PROXY),
    "quotes": ([f'{LIE}, "{READER}"'], PROXY),
    "a syntax of another header": ([f"{LIE}, for={READER}"], PROXY),
    "leading zeros": ([f"{LIE}, 203.000.113.005"], PROXY),
    "a number": ([f"{LIE}, 3405803781"], PROXY),
    "hexadecimal": ([f"{LIE}, 0xcb.0.0x71.5"], PROXY),
    "a network": ([f"{LIE}, {READER}/32"], PROXY),
    "too many parts": ([f"{LIE}, {READER}.1"], PROXY),
    "a semicolon": ([f"{LIE}; {READER}"], PROXY),
    "NUL": ([f"{LIE}, {READER}\x00"], PROXY),
    "other digits": ([f"{LIE}, \u0662\u0660\u0663.0.113.5"], PROXY),
    "a very long one": ([f"{LIE}, {'9' * 60_000}"], PROXY),
}


@pytest.mark.parametrize(("headers", "expected"), SHAPES.values(), ids=SHAPES.keys())
def test_behind_a_proxy_the_reader_is_the_first_from_the_right_whom_nobody_trusts(
    headers: list[str], expected: str
) -> None:
    assert client_address((PROXY, 4711), headers, PROXIES) == expected


@pytest.mark.parametrize(("headers", "_"), SHAPES.values(), ids=SHAPES.keys())
def test_whoever_is_no_proxy_is_believed_nothing(headers: list[str], _: str) -> None:
    assert client_address((READER, 4711), headers, PROXIES) == READER
    assert client_address((PROXY, 4711), headers, []) == PROXY


@pytest.mark.parametrize("peer", [None, ("", 0), ("testclient", 50_000), ("/run/commentsvc.sock", 0)])
def test_a_connection_without_an_address_has_none(peer: tuple[str, int] | None) -> None:
    assert client_address(peer, [READER], PROXIES) is None


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("::ffff:10.0.0.1", READER),
        (PROXY_6, READER),
        ("::1", READER),
        ("2001:db8:fe::1", "2001:db8:fe::1"),
        (f"::ffff:{LIE}", LIE),
        ("fe80::1%2", "fe80::1"),
    ],
)
def test_the_connection_itself_comes_in_many_spellings(peer: str, expected: str) -> None:
    assert client_address((peer, 4711), [READER], PROXIES) == expected


def test_everybody_may_be_trusted() -> None:
    everybody = [ip_network("0.0.0.0/0"), ip_network("::/0")]

    assert client_address((PROXY, 1), [f"{READER_6}, {READER}"], everybody) == READER_6


@given(st.lists(st.text(st.characters(codec="latin-1"), max_size=40), max_size=4))
def test_nothing_that_a_reader_sends_changes_what_the_proxy_saw(forged: list[str]) -> None:
    """A proxy adds the true address behind whatever the reader wrote."""
    assert client_address((PROXY, 1), [*forged, READER], PROXIES) == READER
    assert client_address((PROXY, 1), [",".join([*forged, READER])], PROXIES) == READER
