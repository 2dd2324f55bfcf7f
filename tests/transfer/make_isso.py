"""Databases as Isso 0.13 makes them."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER,
    created FLOAT NOT NULL, modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR, author VARCHAR,
    email VARCHAR, website VARCHAR, likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL,
    notification INTEGER DEFAULT 0);
CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TRIGGER remove_stale_threads AFTER DELETE ON comments BEGIN
    DELETE FROM threads WHERE id NOT IN (SELECT tid FROM comments); END;
"""
BEGAN = 1_500_000_000.5
"""14 July 2017, 02:40 UTC."""


def make_isso(path: Path, comments: Iterable[dict[str, Any]], uris: Iterable[str] = ("/a",)) -> Path:
    """A database with these comments; what is not said of one is as of a plain public one."""
    database = sqlite3.connect(path)
    database.executescript(_SCHEMA)
    for number, uri in enumerate(uris, start=1):
        database.execute("INSERT INTO threads VALUES (?, ?, ?)", (number, uri, f"Title {number}"))
    for number, comment in enumerate(comments, start=1):
        row = {
            "tid": 1,
            "id": number,
            "parent": None,
            "created": BEGAN + number * 60,
            "modified": None,
            "mode": 1,
            "remote_addr": "127.0.0.0",
            "text": f"Words {number}.",
            "author": f"Reader {number}",
            "email": None,
            "website": None,
            "likes": 0,
            "dislikes": 0,
            "voters": b"",
            "notification": 0,
        } | comment
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        database.execute(f"INSERT INTO comments ({names}) VALUES ({marks})", list(row.values()))
    database.commit()
    database.close()
    return path
