"""What the DNS says of our names: that readers find the service, and that its mails are believed."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver
from dns.rdatatype import RdataType

from commentsvc.doctor.findings import Finding, State, ok
from commentsvc.settings import Settings

_SECONDS = 3.0
"""For one question, all name servers and tries together; the checks ask at the same time."""
_MOST_PARENTS = 8
_FEWEST_LABELS = 2
"""A domain above this is a registry's."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back; no records and a name: it has others."""

    records: tuple[str, ...] = ()
    has_name: bool = True
    is_known: bool = True
    """False: nobody could tell, which says nothing about the name."""


_Ask = Callable[[str, RdataType], Awaitable[_Answer]]


async def check_dns(settings: Settings, resolver: dns.asyncresolver.Resolver | None = None) -> list[Finding]:
    """Ask for the public address's host, and for what receivers of our mails ask for; nothing local is asked for.

    Which key a mail is signed with, and from which address it leaves, only the mail server knows. So of DKIM it is told
    whether there may be keys, and of SPF not whether it names that address.

    Args:
        settings: Checked.
        resolver: Whom to ask; None: the name servers of this machine.
    """
    asked = resolver or _of_this_machine()

    async def ask(name: str, kind: RdataType) -> _Answer:
        return await _ask(asked, name, kind)

    checks: list[Awaitable[Finding]] = []
    host = urlsplit(settings.public_url).hostname or ""
    if _is_public(host):
        checks.append(_host(ask, host))
    domain = settings.mail_from.rpartition("@")[2]
    if settings.smtp_host and _is_public(domain):
        checks += [look(ask, domain) for look in (_mx, _spf, _dmarc, _dkim)]
    return list(await asyncio.gather(*checks))


def _of_this_machine() -> dns.asyncresolver.Resolver:
    try:
        return dns.asyncresolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return dns.asyncresolver.Resolver(configure=False)  # nobody to ask: every answer is unknown


def _is_public(host: str) -> bool:
    """Whether it is a name that others look up: no address, and not this machine's own."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return bool(host) and host.rpartition(".")[2] != "localhost"
    return False


async def _ask(resolver: dns.asyncresolver.Resolver, name: str, kind: RdataType) -> _Answer:
    try:
        full = dns.name.from_text(name, idna_codec=dns.name.IDNA_2008_Practical)
        answer = await resolver.resolve(full, kind, lifetime=_SECONDS, search=False)
    except dns.resolver.NXDOMAIN:
        return _Answer(has_name=False)
    except dns.resolver.NoAnswer:
        return _Answer()
    except (dns.exception.DNSException, OSError):
        return _Answer(is_known=False)
    if kind is RdataType.TXT:  # a long one comes in pieces
        return _Answer(tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer))
    return _Answer(tuple(record.to_text() for record in answer))


async def _host(ask: _Ask, host: str) -> Finding:
    found = await _addresses(ask, host)
    if not found.is_known:
        return _unknown("dns_host", f"dig {host}")
    if not found.records:
        fix = f"Add an A or AAAA record for {host} that leads to the proxy, or correct COMMENTSVC_PUBLIC_URL."
        return Finding("dns_host", State.PROBLEM, f"The DNS has no address for {host}.", fix)
    return ok("dns_host", f"The DNS has an address for {host}.")


async def _addresses(ask: _Ask, host: str) -> _Answer:
    """One kind is enough; unknown if nothing was found and one of the questions found no answer."""
    v4, v6 = await asyncio.gather(ask(host, RdataType.A), ask(host, RdataType.AAAA))
    found = v4.records + v6.records
    return _Answer(found, v4.has_name or v6.has_name, bool(found) or (v4.is_known and v6.is_known))


async def _mx(ask: _Ask, domain: str) -> Finding:
    """Many receivers refuse a sender that takes no answers; RFC 5321 section 5.1, RFC 7505 (null MX)."""
    answer = await ask(domain, RdataType.MX)
    host = await _addresses(ask, domain) if answer.is_known and not answer.records else _Answer()
    fix = f"Add an MX record for {domain}, or send from a domain that takes mail (COMMENTSVC_MAIL_FROM)."
    if not (answer.is_known and host.is_known):
        return _unknown("dns_mx", f"dig MX {domain}")
    if any(record.split()[1:] == ["."] for record in answer.records):
        return Finding("dns_mx", State.PROBLEM, f"{domain} says that it takes no mail.", fix)
    if answer.records:
        return ok("dns_mx", f"{domain} takes mail.")
    if host.records:
        return Finding("dns_mx", State.WARNING, f"{domain} has no MX record: mail to it goes to its own address.", fix)
    return Finding("dns_mx", State.PROBLEM, f"{domain} cannot take mail: many servers refuse such a sender.", fix)


async def _spf(ask: _Ask, domain: str) -> Finding:
    """RFC 7208 sections 4.5 and 5.1."""
    answer = await ask(domain, RdataType.TXT)
    if not answer.is_known:
        return _unknown("dns_spf", f"dig TXT {domain}")
    records = [words for record in answer.records if (words := record.lower().split())[:1] == ["v=spf1"]]
    if not records:
        fix = f'Add a TXT record to {domain}, "v=spf1 mx -all" with whatever your mail provider names.'
        return Finding("dns_spf", State.WARNING, f"{domain} has no SPF record.", fix)
    if len(records) > 1:
        fix = f"Make one SPF record of the {len(records)} of {domain}."
        return Finding("dns_spf", State.PROBLEM, "Several SPF records: receivers heed none of them.", fix)
    terms = set(records[0])
    fix = 'End the SPF record in "-all" or "~all".'
    if terms & {"all", "+all"}:
        return Finding("dns_spf", State.PROBLEM, f"The SPF record lets anybody send as {domain}.", fix)
    if not (terms & {"-all", "~all"} or any(word.startswith("redirect=") for word in terms)):
        return Finding("dns_spf", State.WARNING, "The SPF record does not say what to do with others.", fix)
    return ok("dns_spf", f"{domain} has an SPF record; whether the mail server is in it cannot be told from here.")


async def _dmarc(ask: _Ask, domain: str) -> Finding:
    """RFC 7489 section 6.6.3, where the parents are walked instead of a list of registries."""
    labels = domain.rstrip(".").split(".")
    names = [".".join(labels[at:]) for at in range(max(1, len(labels) - _FEWEST_LABELS + 1))][:_MOST_PARENTS]
    for name in names:
        answer = await ask(f"_dmarc.{name}", RdataType.TXT)
        if not answer.is_known:
            return _unknown("dns_dmarc", f"dig TXT _dmarc.{name}")
        records = [tags for record in answer.records if (tags := _tags(record)).get("v") == "DMARC1"]
        if records:
            return _judge_dmarc(records, name, is_own=name == domain)
    fix = f'Add a TXT record to _dmarc.{domain}: "v=DMARC1; p=none" to begin with.'
    return Finding("dns_dmarc", State.WARNING, f"{domain} has no DMARC record.", fix)


def _judge_dmarc(records: list[dict[str, str]], name: str, *, is_own: bool) -> Finding:
    if len(records) > 1:
        fix = f"Keep one of the {len(records)} TXT records of _dmarc.{name}."
        return Finding("dns_dmarc", State.PROBLEM, "Several DMARC records: receivers heed none of them.", fix)
    own, subdomains = records[0].get("p", "").lower(), records[0].get("sp", "").lower()
    policy = own if is_own else subdomains or own
    if policy not in {"none", "quarantine", "reject"}:
        fix = f"Give the TXT record of _dmarc.{name} a p=none, p=quarantine or p=reject."
        return Finding("dns_dmarc", State.PROBLEM, "The DMARC record has no policy.", fix)
    told = ", so forged mails are delivered all the same" if policy == "none" else ""
    return ok("dns_dmarc", f"The DMARC record of {name} asks for {policy}{told}.")


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


async def _dkim(ask: _Ask, domain: str) -> Finding:
    """Keys stand under names that only a signed mail tells; that nothing is there at all shows (RFC 8020)."""
    answer = await ask(f"_domainkey.{domain}", RdataType.TXT)
    if not answer.is_known:
        return _unknown("dns_dkim", f"dig TXT _domainkey.{domain}")
    if not answer.has_name:
        fix = f"Let the mail server sign, and add its key below _domainkey.{domain} as its manual says."
        return Finding("dns_dkim", State.WARNING, f"{domain} seems to have no DKIM key.", fix)
    seen = "There may be DKIM keys; which one our mails are signed with, if any, the DNS does not tell."
    fix = "Send yourself a test mail with --mail-to and look for dkim=pass in its Authentication-Results."
    return Finding("dns_dkim", State.UNKNOWN, seen, fix)


def _unknown(check: str, command: str) -> Finding:
    fix = f"Run the doctor where names can be looked up, or look yourself: {command}"
    return Finding(check, State.UNKNOWN, "No name server gave an answer.", fix)
