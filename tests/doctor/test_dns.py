"""What the DNS says, asked of a real name server on this machine."""

import socket
from pathlib import Path
from typing import Any

import dns.asyncresolver
import pytest

from commentsvc.doctor import check_dns as looked
from commentsvc.doctor.check_dns import check_dns
from commentsvc.doctor.findings import Finding, State
from commentsvc.settings import Settings, load_settings
from tests.support.name_server import name_server

pytestmark = pytest.mark.anyio

MAIL = ("dns_mx", "dns_spf", "dns_dmarc", "dns_dkim")
GOOD = {
    ("comments.example.org", "AAAA"): ["2001:db8::1"],
    ("news.example", "MX"): ["10 mail.news.example."],
    ("news.example", "TXT"): ['"other=1"', '"v=spf1 include:mail.example" " -all"'],
    ("_dmarc.news.example", "TXT"): ['"v=DMARC1; p=quarantine; rua=mailto:x@news.example"'],
    ("s1._domainkey.news.example", "TXT"): ['"v=DKIM1; p=abc"'],
}


def settings(tmp_path: Path, **changes: Any) -> Settings:
    given = {
        "key_file": tmp_path / "keys.json",
        "public_url": "https://comments.example.org",
        "smtp_host": "mail.example",
        "mail_from": "comments@news.example",
    }
    return load_settings(**(given | changes))


def one(found: list[Finding], check: str) -> Finding:
    (finding,) = [each for each in found if each.check == check]
    return finding


async def test_names_in_order(tmp_path: Path) -> None:
    with name_server(GOOD) as resolver:
        found = await check_dns(settings(tmp_path), resolver)
    states = {finding.check: finding.state for finding in found}
    assert states == dict.fromkeys(("dns_host", *MAIL[:3]), State.OK) | {"dns_dkim": State.UNKNOWN}
    assert "does not tell" in one(found, "dns_dkim").seen
    assert "dkim=pass" in one(found, "dns_dkim").fix
    assert "quarantine" in one(found, "dns_dmarc").seen
    assert not any("comments@" in f"{finding.seen}{finding.fix}" for finding in found)


@pytest.mark.parametrize(
    ("check", "records", "state", "seen"),
    [
        ("dns_host", {("comments.example.org", "AAAA"): []}, State.PROBLEM, "no address"),
        ("dns_mx", {("news.example", "MX"): ["0 ."]}, State.PROBLEM, "takes no mail"),
        ("dns_mx", {("news.example", "MX"): []}, State.PROBLEM, "cannot take mail"),
        (
            "dns_mx",
            {("news.example", "MX"): [], ("news.example", "A"): ["192.0.2.1"]},
            State.WARNING,
            "no MX record",
        ),
        ("dns_spf", {("news.example", "TXT"): ['"v=spf10 -all"']}, State.WARNING, "no SPF record"),
        ("dns_spf", {("news.example", "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"']}, State.PROBLEM, "Several"),
        ("dns_spf", {("news.example", "TXT"): ['"v=spf1 mx +all"']}, State.PROBLEM, "lets anybody"),
        ("dns_spf", {("news.example", "TXT"): ['"v=spf1 mx"']}, State.WARNING, "does not say"),
        ("dns_spf", {("news.example", "TXT"): ['"v=spf1 redirect=_spf.example"']}, State.OK, "has an SPF"),
        ("dns_dmarc", {("_dmarc.news.example", "TXT"): ['"v=DMARC12; p=none"']}, State.WARNING, "no DMARC"),
        ("dns_dmarc", {("_dmarc.news.example", "TXT"): ['"v=DMARC1; pct=1"']}, State.PROBLEM, "no policy"),
        ("dns_dmarc", {("_dmarc.news.example", "TXT"): ['"v=DMARC1; p=none"'] * 2}, State.OK, "all the same"),
        (
            "dns_dmarc",
            {("_dmarc.news.example", "TXT"): ['"v=DMARC1; p=none"', '"v=DMARC1;p=reject"']},
            State.PROBLEM,
            "Several",
        ),
        ("dns_dkim", {("s1._domainkey.news.example", "TXT"): None}, State.WARNING, "no DKIM key"),
    ],
)
async def test_a_fault_and_its_fix(
    tmp_path: Path, check: str, records: dict[tuple[str, str], list[str] | None], state: State, seen: str
) -> None:
    zone = {key: given for key, given in (GOOD | records).items() if given is not None}
    with name_server(zone) as resolver:
        found = one(await check_dns(settings(tmp_path), resolver), check)
    assert (found.state, seen in found.seen) == (state, True), found
    assert bool(found.fix) is (state is not State.OK)


async def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    with name_server({}) as resolver:
        found = await check_dns(settings(tmp_path), resolver)
    states = {finding.check: finding.state for finding in found}
    problems, warnings = ("dns_host", "dns_mx"), ("dns_spf", "dns_dmarc", "dns_dkim")
    assert states == dict.fromkeys(problems, State.PROBLEM) | dict.fromkeys(warnings, State.WARNING)


async def test_a_subdomain_has_its_parents_policy(tmp_path: Path) -> None:
    zone = {("_dmarc.news.example", "TXT"): ['"v=DMARC1; p=reject; sp=none"']}
    with name_server(zone) as resolver:
        found = await check_dns(settings(tmp_path, mail_from="c@a.b.news.example"), resolver)
    assert "of news.example asks for none" in one(found, "dns_dmarc").seen


async def test_nobody_who_answers_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with name_server(GOOD, is_broken=True) as resolver:
        found = await check_dns(settings(tmp_path), resolver)
    assert {finding.state for finding in found} == {State.UNKNOWN}
    assert "dig TXT _dmarc.news.example" in one(found, "dns_dmarc").fix
    monkeypatch.setattr(looked, "_SECONDS", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:  # takes questions, and that is all
        silent.bind(("127.0.0.1", 0))
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], silent.getsockname()[1]
        found = await check_dns(settings(tmp_path), resolver)
    assert [finding.check for finding in found] == ["dns_host", *MAIL]
    assert {finding.state for finding in found} == {State.UNKNOWN}


async def test_what_is_local_or_not_set_is_not_asked_for(tmp_path: Path) -> None:
    nobody = dns.asyncresolver.Resolver(configure=False)
    for url in ("http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"):
        assert await check_dns(settings(tmp_path, public_url=url, smtp_host="", mail_from=""), nobody) == []
    assert {finding.state for finding in await check_dns(settings(tmp_path), nobody)} == {State.UNKNOWN}
