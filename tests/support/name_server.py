"""A real name server on this machine, that knows what a test gives it."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import dns.asyncresolver
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], list[str]]
"""Name and kind → records as a zone file has them; every other name does not exist."""


@contextmanager
def name_server(zone: Zone, *, is_broken: bool = False) -> Iterator[dns.asyncresolver.Resolver]:
    """Answer over UDP on 127.0.0.1; yields a resolver that asks nobody else.

    Args:
        zone: What it knows, and may be added to meanwhile.
        is_broken: It answers that it cannot answer.
    """

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            octets, socket = self.request
            answer = _answer(dns.message.from_wire(octets), zone)
            if is_broken:
                answer.set_rcode(dns.rcode.SERVFAIL)
            socket.sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        try:
            yield resolver
        finally:
            server.shutdown()
            thread.join()


def _answer(query: dns.message.Message, zone: Zone) -> Any:
    answer = dns.message.make_response(query, recursion_available=True)
    asked = query.question[0]
    name = asked.name.to_text(omit_final_dot=True).lower()
    kind = dns.rdatatype.to_text(asked.rdtype)
    records = zone.get((name, kind), [])
    if records:
        answer.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, records))
    elif not any(known == name or known.endswith(f".{name}") for known, _ in zone):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
