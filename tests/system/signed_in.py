"""A moderator at work, over the wire: signs in by link and by password, looks at every page, decides."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.support.process import Answer, ServiceProcess
from tests.system.canaries import Canary
from tests.system.readers import hidden_field

PASSWORD = "correct horse battery staple kanari"


@dataclass
class Moderator:
    """Keeps cookies as a browser does, and every answer and every secret that was seen."""

    service: ServiceProcess
    canary: Canary
    role: str = "moderator"
    cookies: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    """Values of cookies and tokens; they must not be logged."""

    def invite(self) -> str:
        """The path of a one-time link, made by the command line."""
        printed = self.service.run("moderator", "add", self.canary.email, "--name", "Mo", "--role", self.role)
        found = re.search(r"http://\S+", printed)
        assert found is not None, printed
        parts = urlsplit(found[0])
        self.secrets.add(parts.query.removeprefix("token="))
        return f"{parts.path}?{parts.query}"

    def get(self, path: str) -> Answer:
        """GET, as this browser."""
        return self._keep(self.service.ask("GET", path, headers=self._headers()))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """POST a form of our own page."""
        headers = self._headers() | {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.service.public_url,
            "Sec-Fetch-Site": "same-origin",
        }
        return self._keep(self.service.ask("POST", path, headers=headers, body=urlencode(fields).encode()))

    def press(self, page: str, action: str, **fields: str) -> Answer:
        """Send a form that stands on a page of theirs."""
        token = hidden_field(self.get(page).body, "csrf_token")
        self.secrets.add(token)
        done = self.post(action, {"csrf_token": token, **fields})
        assert done.status in {200, 303}, done.body
        return done

    def sign_in_by_link(self) -> None:
        """Open the link, press its button."""
        page = self.get(self.invite())
        fields = {name: hidden_field(page.body, name) for name in ("csrf_token", "token")}
        self.secrets.update(fields.values())
        assert self.post("/moderation/link", fields).status == 303

    def sign_in_by_password(self, password: str, *, email: str) -> Answer:
        """Fill in the form."""
        page = self.get("/moderation/sign-in")
        token = hidden_field(page.body, "csrf_token")
        self.secrets.add(token)
        return self.post("/moderation/sign-in", {"csrf_token": token, "email": email, "password": password})

    def decide(self, public_id: str, verb: str) -> None:
        """Open a comment's page and press a button there."""
        page = f"/moderation/comments/{public_id}"
        self.press(page, f"{page}/decisions", decision=verb, seen="pending")

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"X-Forwarded-For": self.canary.ip, "Cookie": cookies, "User-Agent": f"Mozilla ({self.canary.email})"}

    def _keep(self, answer: Answer) -> Answer:
        self.answers.append(answer)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content.strip('"')
                self.secrets.update({content} if len(content) > 8 else set())
        return answer
