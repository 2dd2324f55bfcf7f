"""Settings: from the environment (`COMMENTSVC_…`), a TOML file, and secrets in files, in this order."""

import base64
import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from commentsvc import setting_values

PREFIX = "COMMENTSVC_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
SECRETS_VARIABLE = f"{PREFIX}SECRETS_DIR"
_DEFAULT_SECRETS = Path("/run/secrets")
_READ_BEFORE = {CONFIG_VARIABLE, SECRETS_VARIABLE}


class SettingsError(Exception):
    """Settings that cannot be used; the message names each and says what to do."""


class Settings(BaseSettings):
    """Everything that can be set; the docs' table is made from this class."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    database_url: Annotated[str, AfterValidator(setting_values.database_url)] = Field(
        "sqlite+aiosqlite:///data/comments.db",
        description="`sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://USER:PASSWORD@HOST/NAME`.",
        repr=False,
    )
    key_file: Path = Field(
        Path("secrets/keys.json"),
        description="Keys that seal addresses and sign receipts; made at first start. Keep it apart from the database.",
    )
    role: Literal["all", "public"] = Field(
        "all",
        description="`all`: one process does everything. `public`: the service alone, with a key file that holds no "
        "private key; it seals addresses and can open none, and `commentsvc worker` sends.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    public_url: Annotated[str, AfterValidator(setting_values.origin)] = Field(
        "http://127.0.0.1:8000", description="Where readers' browsers reach this service, without a path."
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Networks of proxies whose `X-Forwarded-For` is believed, separated by commas."
    )
    migrate_at_start: bool = Field(default=True, description="Bring the tables up to date at start.")
    metrics_token: Annotated[SecretStr, AfterValidator(setting_values.token)] = Field(
        SecretStr(""),
        description="Whoever sends it as `Authorization: Bearer …` may read `/metrics`; at least 20 characters, best "
        "in a file. None: nobody may.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Lowest level that is logged.")
    log_format: Literal["json", "text"] = Field("json", description="One JSON object a line, or words for a terminal.")
    posts_burst: int = Field(3, ge=1, description="Comments one network may post in quick succession.")
    seconds_between_posts: int = Field(20, ge=0, description="Once the burst is used up: seconds for each further one.")
    posts_per_hour: int = Field(20, ge=1, description="Comments one network may post in an hour.")
    thread_posts_per_minute: int = Field(30, ge=1, description="Comments one thread takes in a minute.")
    lookups_per_minute: int = Field(
        120, ge=1, description="Previews, receipts, opened forms and tries to post that one network has in a minute."
    )
    site_posts_per_hour: int = Field(
        300, ge=1, description="Comments one site takes in an hour before everything further is held as a flood."
    )
    receipt_days: int = Field(365, ge=1, description="How long a reader's receipt shows them their own comment.")
    reveal_addresses: bool = Field(
        default=False,
        description="Let owners open a reader's sealed address, with a reason that goes into the history.",
    )
    privacy_contact: str = Field(
        "",
        max_length=200,
        description="Who runs the service, for its privacy page: a name, an address, a telephone number.",
    )
    session_idle_hours: int = Field(12, ge=1, description="A moderator's session ends after this time without use.")
    session_days: int = Field(14, ge=1, description="A moderator's session ends after this time in any case.")
    thread_max_age_seconds: int = Field(10, ge=0, description="How long a browser may show a thread without asking.")
    thread_shared_max_age_seconds: int = Field(10, ge=0, description="The same for HTTP caches in front of us.")

    purge_url: Annotated[str, AfterValidator(setting_values.purge_url)] = Field(
        "",
        description="Where a cache in front of us takes purges by key; none: answers run out by themselves.",
        repr=False,
    )
    purge_method: Literal["POST", "PURGE"] = Field("POST", description="How it is asked.")
    purge_header: str = Field(
        "Surrogate-Key", pattern=r"^[A-Za-z0-9-]+$", description="The header that carries the keys to it."
    )
    purge_authorization: Annotated[SecretStr, AfterValidator(setting_values.header)] = Field(
        SecretStr(""), description="A whole header, `Name: value`, that it wants to see; best in a file."
    )

    worker_in_service: bool = Field(
        default=True,
        description="Send notices from within the service; false where `commentsvc worker` runs beside it. "
        "A process with the role `public` never does.",
    )
    smtp_host: str = Field("", description="Mail server that takes our mails; without one no mail is sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port: usually 587 with `starttls`, 465 with `tls`.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="How the way to it is protected; `none` only for a server on the same machine."
    )
    smtp_user: str = Field("", description="Whom to sign in as; none: without signing in.")
    smtp_password: SecretStr = Field(SecretStr(""), description="The password for it; best in a file.")
    mail_from: Annotated[str, AfterValidator(setting_values.mail_address)] = Field(
        "", description="Address that mails come from, `comments@example.org`; needed with `smtp_host`."
    )
    digest_hour: int = Field(7, ge=0, le=23, description="Hour of the day, UTC, at which moderators' digests are sent.")

    backup_folder: Path | None = Field(
        None, description="Where backups go, best on another disk; mode 0700 if it is made."
    )
    backup_every_hours: int = Field(0, ge=0, description="The worker makes a backup this often; 0: never by itself.")
    backup_keep: int = Field(14, ge=1, description="So many backups are kept, the newest ones.")
    backup_keep_days: int = Field(
        30, ge=0, description="Older backups are removed, once a newer one is there; 0: never."
    )
    backup_public_key: Annotated[str, AfterValidator(setting_values.backup_key)] = Field(
        "",
        description="Public key from `commentsvc backup key`: backups are encrypted for it. Without one they are not.",
    )

    def backup_key(self) -> bytes | None:
        """Whom backups are encrypted for."""
        return base64.b64decode(self.backup_public_key) if self.backup_public_key else None

    @model_validator(mode="after")
    def _backups_have_a_folder(self) -> Self:
        if self.backup_every_hours and self.backup_folder is None:
            raise ValueError("COMMENTSVC_BACKUP_FOLDER must be given together with COMMENTSVC_BACKUP_EVERY_HOURS")
        return self

    @model_validator(mode="after")
    def _mail_has_a_sender(self) -> Self:
        if self.smtp_host and not self.mail_from:
            raise ValueError("COMMENTSVC_MAIL_FROM must be given together with COMMENTSVC_SMTP_HOST")
        return self

    @model_validator(mode="after")
    def _what_is_public_opens_nothing(self) -> Self:
        openers = [name for name in ("worker_in_service", "reveal_addresses") if name in self.model_fields_set]
        wrong = [f"{PREFIX}{name.upper()}" for name in openers if getattr(self, name)]
        if self.role == "public" and wrong:
            raise ValueError(
                f"{wrong[0]} cannot be true with COMMENTSVC_ROLE=public: a public process opens no address"
            )
        return self

    @property
    def is_public(self) -> bool:
        """Whether this process must hold no private key."""
        return self.role == "public"

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        except ValueError:
            raise ValueError("must be networks such as 10.0.0.0/8, separated by commas") from None

    @classmethod
    def settings_customise_sources(  # the name is the library's
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - we read no .env files
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - replaced by our own folder
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before secret files before the TOML file."""
        sources: list[PydanticBaseSettingsSource] = [init_settings, env_settings]
        folder = Path(os.environ.get(SECRETS_VARIABLE, _DEFAULT_SECRETS))
        if folder.is_dir():
            sources.append(_OwnSecrets(settings_cls, secrets_dir=folder, env_prefix=""))
        if CONFIG_VARIABLE in os.environ:
            sources.append(TomlConfigSettingsSource(settings_cls, Path(os.environ[CONFIG_VARIABLE])))
        return tuple(sources)


class _OwnSecrets(SecretsSettingsSource):
    """Files named like settings; other programs' secrets beside them are none of our business."""


def load_settings(**given: Any) -> Settings:  # noqa: ANN401 - any setting
    """Read all settings.

    Args:
        given: Set by the caller, before everything else.

    Raises:
        SettingsError: An unknown name, an unreadable file, or a value that cannot be.
    """
    _refuse_unknown_variables(os.environ)
    _check_config_file()
    _check_secrets_folder()
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(each) for each in error.errors())) from None


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | _READ_BEFORE
    unknown = [name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known]
    if unknown:
        raise SettingsError("\n".join(f"Unknown setting {name}.{_suggestion(name, known)}" for name in sorted(unknown)))


def _check_config_file() -> None:
    if CONFIG_VARIABLE not in os.environ:
        return
    path = Path(os.environ[CONFIG_VARIABLE])
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} is not valid TOML: {error}.") from None
    unknown = [name for name in content if name not in Settings.model_fields]
    if unknown:
        sentences = (f"Unknown setting {name} in {path}.{_suggestion(name, Settings.model_fields)}" for name in unknown)
        raise SettingsError("\n".join(sentences))


def _check_secrets_folder() -> None:
    folder = os.environ.get(SECRETS_VARIABLE)
    if folder is not None and not Path(folder).is_dir():
        raise SettingsError(f"{SECRETS_VARIABLE}: {folder} is no folder.")


def _suggestion(name: str, known: Iterable[str]) -> str:
    by_stem = {each.removeprefix(PREFIX): each for each in known}  # all variables are alike at their beginning
    close = difflib.get_close_matches(name.removeprefix(PREFIX), by_stem, n=1)
    return f" Did you mean {by_stem[close[0]]}?" if close else " `commentsvc serve --help` tells where the list is."


def _sentence(error: Any) -> str:  # noqa: ANN401 - pydantic's own shape
    """``COMMENTSVC_PORT: Input should be less than or equal to 65535.`` The value itself may be a secret."""
    name = f"{PREFIX}{str(error['loc'][0]).upper()}" if error["loc"] else "Settings"
    return f"{name}: {error['msg'].removeprefix('Value error, ').rstrip('.')}."
