"""PostgreSQL restarted three times under load: what was lost, and for how long nobody could post."""

import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.installation import running_service  # noqa: E402 - the path comes first
from bench.resilience_file import write_section  # noqa: E402
from tests.support.postgres import start_postgres  # noqa: E402
from tests.support.restarts import restart_under_load  # noqa: E402

_TIMES = 3
_SECONDS_BETWEEN = 5.0


def main() -> None:
    """Restart, and tell."""
    with tempfile.TemporaryDirectory(prefix="commentsvc-restarts-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL enters it under another account
        (folder / "server").mkdir()
        (folder / "service").mkdir()
        server = start_postgres(folder / "server", settings={})
        try:
            with running_service(server.url(server.create_database()), folder / "service") as service:
                got = asyncio.run(restart_under_load(service, server, times=_TIMES, seconds_between=_SECONDS_BETWEEN))
        finally:
            server.stop()
    gaps = ", ".join(f"{gap:.1f} s" for gap in got.gaps)
    longest = f"{max(got.gaps):.1f} s"
    lines = [
        "16 readers post one comment after another, each until it is acknowledged, with its own idempotency key.",
        "Meanwhile PostgreSQL, with its own durable settings, is ended in immediate mode and started again; the",
        "service runs on. A gap is the time without an acknowledged post: the server's end, recovery, the way back.\n",
        "| restarts | acknowledged | requests sent | lost | doubled | gaps | longest |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        f"| {_TIMES} | {got.acknowledged:,} | {got.attempts:,} | {got.lost} | {got.doubled} | {gaps} | {longest} |",
    ]
    write_section("PostgreSQL restarted under load", command="make bench-restarts", lines=lines)
    if got.lost or got.doubled:
        sys.exit("Something acknowledged was lost or doubled.")


if __name__ == "__main__":
    main()
