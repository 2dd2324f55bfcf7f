"""The repository speaks of the project alone, and its parts tell the same version."""

import re
import tomllib

import pytest

import commentsvc
from tests.guard.sources import ROOT, read, repository_files

TOP_LEVEL = {
    ".ci", ".dockerignore", ".editorconfig", ".gitattributes", ".gitignore", "CHANGELOG.md", "Dockerfile", "LICENSE",
    "Makefile", "README.md", "bench", "commentsvc", "constraints.txt", "deploy", "docker-compose.yml", "docs", "embed",
    "pyproject.toml", "tests",
}  # fmt: skip
BINARY = (".png", ".ico", ".woff2", ".gz", ".br", ".webp", ".jpg")

# Written in pieces, so that this file does not find itself.
_FOLDERS = "|".join(("work", "root", "farm", "tmp/bash" + "_jobs"))
_FOLDERS = "|".join(("work", "root", "farm", "tmp/bash" + "_jobs"))
MACHINE_PATH = re.compile(rf"(?<![\w.\-/])/(?:{_FOLDERS})(?:/|\b(?=['\"\s]))")
REGISTRY = re.compile(
    "|".join((
        r"\bpypi\." + "org", "python" + "hosted", "registry" + r"\.npmjs", "registry" + r"\.yarnpkg",
        r"deb\." + "debian", r"\bdocker\." + "io", r"\bghcr\." + "io", "--(?:extra-)?" + "index-url",
        r"/simple/?" + r"(?=[\"'\s])",
    ))
)  # fmt: skip


def _texts() -> list[str]:
    return [path for path in repository_files() if not path.endswith(BINARY)]


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert [path for path in _texts() if MACHINE_PATH.search(read(path))] == []


def test_no_file_names_a_package_registry() -> None:
    assert [path for path in _texts() if REGISTRY.search(read(path))] == []


def test_the_top_level_holds_what_belongs_there() -> None:
    assert {path.partition("/")[0] for path in repository_files()} - TOP_LEVEL == set()


def test_every_version_is_pinned_and_nothing_else_is_said() -> None:
    lines = read("constraints.txt").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.\-]+==[A-Za-z0-9_.+!]+", line)] == []
    assert lines == sorted(lines, key=str.lower)


def test_everything_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["dev"]]
    wanted += project["build-system"]["requires"]
    names = {_plain_name(re.split(r"[\[<>=!~ ;]", line)[0]) for line in wanted}
    pinned = {_plain_name(line.partition("==")[0]) for line in read("constraints.txt").splitlines()}
    assert names - pinned == set()


def test_the_changelog_tells_of_this_version_or_of_the_coming_one() -> None:
    headings = re.findall(r"^## \[([^\]]+)\]", read("CHANGELOG.md"), re.MULTILINE)
    released = [heading for heading in headings if heading != "Unreleased"]
    assert headings[0] == "Unreleased"
    assert re.fullmatch(r"\d+\.\d+\.\d+", commentsvc.__version__)
    assert (released[:1] or [commentsvc.__version__]) == [commentsvc.__version__]


def test_the_version_stands_in_one_place() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    assert "version" in project["project"]["dynamic"]
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"]["path"] == "commentsvc/__init__.py"


def test_scripts_may_be_run() -> None:
    scripts = [path for path in _texts() if read(path).startswith("#!")]
    assert ".ci/run" in scripts
    assert [path for path in scripts if not (ROOT / path).stat().st_mode & 0o100] == []


@pytest.mark.parametrize("text", ["cd /" + "work/x", "'/ro" + "ot/venv'", "(/" + "farm/x)", "/" + "tmp/bash_jobs/1"])
def test_a_path_of_a_machine_is_found(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text", ["https://example.org/wo" + "rk/x", "a/ro" + "ot/b", "/working", "./wo" + "rk/x", "/rooted"]
)
def test_other_paths_are_left_alone(text: str) -> None:
    assert not MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://py" + "pi.org/x",
        "registry" + ".npmjs.org",
        "pip --index" + "-url x",
        "'https://x.example/si" + "mple/'",
    ],
)
def test_a_registry_is_found(text: str) -> None:
    assert REGISTRY.search(text)


def _plain_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
