"""The service: settings → parts → routes → lifespan."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from commentsvc import accounts, intake, moderation, publication, rights, web
from commentsvc.accounts.passwords import Passwords
from commentsvc.accounts.sessions import SessionPolicy
from commentsvc.domain.backups import Rotation
from commentsvc.domain.clock import Clocks, system_clock
from commentsvc.domain.emails import AddressOpener, AddressSealer, ClosedAddresses, ModeratorIndex
from commentsvc.domain.errors import CommentsvcError
from commentsvc.domain.limits import Limits
from commentsvc.domain.notices import Channel, WebhookSecrets
from commentsvc.domain.second_factor import SecretKeeper
from commentsvc.intake.desk import IntakePolicy
from commentsvc.known_keys import SEALS_WITH, check_keys
from commentsvc.moderation import scripts
from commentsvc.moderation.live import Live
from commentsvc.moderation.mail_links import MailLinks
from commentsvc.moderation.show_notices import NoticeChannels
from commentsvc.notify.call_webhook import CallWebhook
from commentsvc.notify.deliveries import Delivery
from commentsvc.notify.mail_server import MailAccount, MailSecurity, MailServer
from commentsvc.notify.post_mail import PostMail
from commentsvc.notify.post_pinned import PinnedPost
from commentsvc.notify.reseal_addresses import ResealAddresses
from commentsvc.notify.worker import Chore, Worker, working
from commentsvc.notify.write_mail import MailWriter
from commentsvc.publication.finished_bytes import FinishedBytes
from commentsvc.publication.purge_caches import CachePurge, PurgeTarget
from commentsvc.publication.reading import ReadingPolicy
from commentsvc.rights.desk import RightsPolicy
from commentsvc.rights.retain import Retention, is_overdue
from commentsvc.settings import Settings
from commentsvc.store import remembered
from commentsvc.store.engine import Store
from commentsvc.store.figures import figures
from commentsvc.store.moves import Moves
from commentsvc.store.read_only import ReadOnlySwitch
from commentsvc.store.retention import SessionsKept
from commentsvc.store.site_directory import SiteDirectory
from commentsvc.transfer.keep_backups import BackupPlan, KeepBackups
from commentsvc.vault.blind_index import BlindIndex
from commentsvc.vault.keys import KeyRing
from commentsvc.vault.opening import Opener
from commentsvc.vault.reader_marks import ReaderMarks
from commentsvc.vault.sealing import Sealer
from commentsvc.vault.secret_keeper import BoxedSecrets
from commentsvc.vault.webhook_secrets import WebhookSecrets as WebhookSecretsOfRing
from commentsvc.web.client_address import TrustedProxies
from commentsvc.web.cors import Cors
from commentsvc.web.csrf import LONG_FORM_BYTES, PublicOrigin
from commentsvc.web.front import Front
from commentsvc.web.health import Health
from commentsvc.web.metrics import Metrics
from commentsvc.web.pages import Pages
from commentsvc.web.problems import LastResort, answer_error, answer_http_exception
from commentsvc.web.rate_limits import Rate, RateLimiter
from commentsvc.web.reader_links import ReaderLinks
from commentsvc.web.security_headers import SecurityHeaders
from commentsvc.web.static import StaticFiles
from commentsvc.web.tokens import Signer

log = structlog.get_logger()

SYSTEM_CLOCKS = Clocks(system_clock, time.monotonic)
_CACHE_BYTES = 64 * 1024 * 1024
TEMPLATES = {
    room: f"commentsvc.{room}" for room in ("web", "intake", "publication", "rights", "moderation", "accounts")
}
"""Packages with templates, by the prefix of these."""

ROUTES: Sequence[BaseRoute] = (
    *web.routes,
    *intake.routes,
    *publication.routes,
    *rights.routes,
    *accounts.routes,
    *accounts.opened_from_mail(moderation.mailed_routes),
    *moderation.routes_by_secret,
    *accounts.behind_sign_in(moderation.routes),
    *accounts.behind_sign_in(moderation.routes_of_texts, form_bytes=LONG_FORM_BYTES),
    *accounts.behind_token(scripts.routes),
)


def create_app(settings: Settings, ring: KeyRing, *, clocks: Clocks = SYSTEM_CLOCKS) -> Starlette:
    """The whole service as one ASGI application.

    Args:
        settings: Checked.
        ring: Keys; its private half goes to the worker, if it runs in here, to the page that reveals an address, if
            `settings.reveal_addresses` says so, and to nothing else. A public process has none.
        clocks: So that a test can move them.
    """
    store = Store(settings.database_url)
    worker = new_worker(settings, ring, store, clocks) if is_worker_inside(settings, ring) else None

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await store.open(migrate=settings.migrate_at_start)
        try:
            await check_keys(store, ring)
            await store.write(partial(remembered.remember, name=SEALS_WITH, value=ring.sealing[0].id.hex()))
            store.obey(ReadOnlySwitch(clocks.monotonic))  # after what a start itself writes
            store.follow()
            log.info("service_started", port=settings.port)
            if worker is None and await is_overdue(store, clocks.now()):
                log.warning(
                    "retention_overdue"
                )  # neither a worker elsewhere nor `commentsvc retain` has erased anything
            purge = _purge_target(settings)
            async with (
                CachePurge(store, purge).running() if purge else nullcontext(),
                working(worker) if worker else nullcontext(),
            ):
                yield
        finally:
            await store.close()
            log.info("service_stopped")

    app = _Service(
        store.moves,
        clocks,
        routes=list(ROUTES),
        middleware=[Middleware(SecurityHeaders), Middleware(Cors), Middleware(LastResort)],
        exception_handlers={CommentsvcError: answer_error, HTTPException: answer_http_exception},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # an address has one spelling, and no Location is made from a Host header
    app.state.parts = _parts(settings, ring.public_half(), store, clocks)
    may_reveal = settings.reveal_addresses and not settings.is_public
    app.state.parts[AddressOpener] = Opener(ring) if may_reveal else ClosedAddresses()
    return app


class _Service(Starlette):
    """The framework's application, and in front of it what needs none."""

    def __init__(self, moves: Moves, clocks: Clocks, **framework: Any) -> None:  # noqa: ANN401 - the framework's own
        super().__init__(**framework)
        self.front = Front(super().__call__, moves, clocks.monotonic)

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self.front(scope, receive, send)

    def begin_to_end(self) -> None:
        """Let go of everybody who follows the queue; their pages come back when the service is there again."""
        live: Live = self.state.parts[Live]
        live.let_go()


def is_worker_inside(settings: Settings, ring: KeyRing) -> bool:
    """Whether the service sends by itself.

    Not in a public process, and not where mail is to be sent without a key to open addresses: another worker has it,
    and events that this one took would never become mails. Where there is no mail at all, no key is needed.
    """
    return settings.worker_in_service and not settings.is_public and (ring.may_open or not settings.smtp_host)


def new_worker(settings: Settings, ring: KeyRing, store: Store, clocks: Clocks = SYSTEM_CLOCKS) -> Worker:
    """The outbox worker, with the one opener of sealed addresses that there is.

    Args:
        settings: Checked.
        ring: With its private half; without it no mail is sent.
        store: Open while the worker runs.
        clocks: So that a test can move them.
    """
    url, now = settings.public_url, clocks.now
    call = CallWebhook(store, PinnedPost(), WebhookSecretsOfRing(ring), public_url=url, clock=now)
    deliveries: dict[Channel, Delivery] = {Channel.WEBHOOK: call}
    if settings.smtp_host and ring.may_open:
        account = MailAccount(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=MailSecurity(settings.smtp_security),
            user=settings.smtp_user or None,
            password=settings.smtp_password.get_secret_value() or None,
        )
        signer = Signer(ring.signing, now)
        links, reader_links = MailLinks(signer, url), ReaderLinks(signer, url)
        writer = MailWriter(settings.mail_from, url, now)
        deliveries[Channel.MAIL] = PostMail(store, MailServer(account), writer, links, reader_links, Opener(ring))
    chores = _chores(settings, ring, store, clocks)
    return Worker(store, clocks, deliveries, digest_hour=settings.digest_hour, chores=chores)


def _chores(settings: Settings, ring: KeyRing, store: Store, clocks: Clocks) -> Sequence[Chore]:
    """What the worker does beside sending."""
    chores: list[Chore] = [new_retention(settings, store, clocks)]
    if ring.may_open:
        chores.append(ResealAddresses(store, ring, clocks))
    if settings.backup_every_hours and settings.backup_folder is not None:
        plan = BackupPlan(
            folder=settings.backup_folder,
            rotation=Rotation(timedelta(hours=settings.backup_every_hours)),
            keep=settings.backup_keep,
            keep_for=timedelta(days=settings.backup_keep_days) if settings.backup_keep_days else None,
            public_key=settings.backup_key(),
        )
        chores.append(KeepBackups(store, lambda: Store(settings.database_url), plan, clocks.now))
    return chores


def new_retention(settings: Settings, store: Store, clocks: Clocks = SYSTEM_CLOCKS) -> Retention:
    """What erases, day by day, what has been kept long enough."""
    idle, absolute = timedelta(hours=settings.session_idle_hours), timedelta(days=settings.session_days)
    return Retention(store, clocks, SessionsKept(idle, absolute))


def _parts(settings: Settings, ring: KeyRing, store: Store, clocks: Clocks) -> dict[type, object]:
    """One of each; a handler asks for it by its type."""
    static = StaticFiles()
    index, sealer, signer = BlindIndex(ring), Sealer(ring), Signer(ring.signing, clocks.now)
    return {
        Store: store,
        SiteDirectory: SiteDirectory(store, monotonic=clocks.monotonic),
        Signer: signer,
        Sealer: sealer,
        AddressSealer: sealer,
        BlindIndex: index,
        ModeratorIndex: index,
        ReaderMarks: ReaderMarks(ring),
        SecretKeeper: BoxedSecrets(ring),
        MailLinks: MailLinks(signer, settings.public_url),
        ReaderLinks: ReaderLinks(signer, settings.public_url),
        NoticeChannels: NoticeChannels(has_mail=bool(settings.smtp_host), digest_hour=settings.digest_hour),
        WebhookSecrets: WebhookSecretsOfRing(ring),
        Clocks: clocks,
        Limits: Limits(),
        IntakePolicy: _intake_policy(settings),
        ReadingPolicy: ReadingPolicy(
            settings.thread_max_age_seconds,
            settings.thread_shared_max_age_seconds,
            has_mail=bool(settings.smtp_host),
            has_purge=bool(settings.purge_url),
        ),
        RightsPolicy: RightsPolicy(
            has_mail=bool(settings.smtp_host),
            contact=settings.privacy_contact,
            receipt_days=settings.receipt_days,
            may_reveal=settings.reveal_addresses,
        ),
        RateLimiter: RateLimiter(clock=clocks.monotonic),
        FinishedBytes: FinishedBytes(limit_bytes=_CACHE_BYTES),
        StaticFiles: static,
        Pages: Pages(static, TEMPLATES),
        TrustedProxies: TrustedProxies(settings.trusted_proxies),
        PublicOrigin: PublicOrigin(settings.public_url),
        SessionPolicy: SessionPolicy(
            is_https=settings.public_url.startswith("https://"),
            idle=timedelta(hours=settings.session_idle_hours),
            absolute=timedelta(days=settings.session_days),
        ),
        Passwords: Passwords(),
        Health: Health(store.is_ready),
        Metrics: Metrics(settings.metrics_token.get_secret_value(), lambda: store.read(figures), clocks.now),
        Live: Live(store, clocks.now),
    }


def _purge_target(settings: Settings) -> PurgeTarget | None:
    if not settings.purge_url:
        return None
    name, _, value = settings.purge_authorization.get_secret_value().partition(": ")
    authorization = (name, value) if name else None
    return PurgeTarget(settings.purge_url, settings.purge_method, settings.purge_header, authorization)


def _intake_policy(settings: Settings) -> IntakePolicy:
    per_reader = [Rate.per(3_600, settings.posts_per_hour)]
    if settings.seconds_between_posts:
        per_reader.append(Rate(burst=settings.posts_burst, every_seconds=settings.seconds_between_posts))
    return IntakePolicy(
        per_reader=tuple(per_reader),
        per_thread=(Rate.per(60, settings.thread_posts_per_minute),),
        per_site=(Rate.per(3_600, settings.site_posts_per_hour),),
        per_lookup=(Rate.per(60, settings.lookups_per_minute),),
        receipt_age=timedelta(days=settings.receipt_days),
        has_mail=bool(settings.smtp_host),
    )
