"""Readers' browsers under load: each sends one comment after the other until it is acknowledged, whatever breaks."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.support.process import ARTICLE, KEY, ORIGIN, ServiceProcess

_RETRY_SECONDS = 0.01


@dataclass
class Writer:
    """One browser."""

    number: int
    service: ServiceProcess
    is_over: asyncio.Event
    is_up: asyncio.Event
    """Set while the service runs: whoever lost it waits here and spares the machine."""
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Text → public id."""
    moments: list[float] = field(default_factory=list)
    """Of the acknowledgements, by `time.monotonic`."""
    attempts: int = 0
    once: "Iterator[int]" = field(default_factory=itertools.count)

    async def write(self) -> None:
        """Until it is over, and the comment at hand is acknowledged."""
        async with httpx2.AsyncClient(base_url=self.service.public_url, timeout=30) as client:
            while not self.is_over.is_set():
                text = f"Comment {next(self.once)} of writer {self.number}."
                self.acknowledged[text] = await self._until_acknowledged(client, text)
                self.moments.append(time.monotonic())

    async def _until_acknowledged(self, client: httpx2.AsyncClient, text: str) -> str:
        headers = idempotent(secrets.token_hex(16))
        while True:
            self.attempts += 1
            try:
                answer = await client.post("/api/v1/comments", json=self._fields(text), headers=headers)
            except httpx2.TransportError:
                await self.is_up.wait()
            else:
                if answer.status_code == 202:
                    public_id: str = answer.json()["comment"]["id"]
                    return public_id
                assert answer.status_code == 503, answer.text
            await asyncio.sleep(_RETRY_SECONDS)

    def _fields(self, text: str) -> dict[str, Any]:
        mine = f"{ARTICLE}?writer={self.number % 4}"
        return {"site": KEY, "url": mine, "name": "W", "email": f"w{self.number}@mail.example", "body": text}


def idempotent(key: str) -> dict[str, str]:
    """Headers of a post that may be sent again."""
    return {"Origin": ORIGIN, "Idempotency-Key": key}
