"""No HTML from strings: not in the embed, not in the moderators' pages, not in templates."""

import re

import pytest

from tests.guard.sources import read, repository_files

HTML_FROM_STRINGS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\s*\.\s*write|DOMParser|createContextualFragment|setHTMLUnsafe"
    r"|srcdoc|\beval\s*\(|new\s+Function\b"
)
UNESCAPED = re.compile(r"\|\s*safe\b|\bautoescape\s+false\b|\bMarkup\b")
SCRIPT_FOLDERS = ("embed/src/", "commentsvc/web/static/", "commentsvc/moderation/", "commentsvc/accounts/")
TEMPLATE_ENDINGS = (".html", ".jinja", ".j2", ".xml", ".txt")


def _scripts() -> list[str]:
    return [
        path
        for path in repository_files()
        if path.startswith(SCRIPT_FOLDERS) and path.endswith((".js", ".mjs", ".html"))
    ]


def _templates() -> list[str]:
    return [path for path in repository_files() if path.startswith("commentsvc/") and path.endswith(TEMPLATE_ENDINGS)]


def test_no_script_makes_html_from_strings() -> None:
    assert [path for path in _scripts() if HTML_FROM_STRINGS.search(read(path))] == []


def test_no_template_leaves_text_unescaped() -> None:
    assert [path for path in _templates() if UNESCAPED.search(read(path))] == []


@pytest.mark.parametrize(
    "script",
    [
        "el.innerHTML = x", "el['outerHTML']", "el.insertAdjacentHTML('x', y)", "document.write(x)",
        "document . write (x)", "new DOMParser()", "range.createContextualFragment(x)", "eval (x)", "new Function(x)",
        "frame.srcdoc = x",
    ],
)  # fmt: skip
def test_html_from_strings_is_found(script: str) -> None:
    assert HTML_FROM_STRINGS.search(script)


@pytest.mark.parametrize("script", ["el.textContent = x", "document.createElement('p')", "retrieval(x)", "htmlFor"])
def test_other_scripts_are_left_alone(script: str) -> None:
    assert not HTML_FROM_STRINGS.search(script)


@pytest.mark.parametrize("template", ["{{ x|safe }}", "{{ x | safe }}", "{% autoescape false %}", "{{ Markup(x) }}"])
def test_unescaped_text_is_found(template: str) -> None:
    assert UNESCAPED.search(template)


@pytest.mark.parametrize("template", ["{{ x }}", "safe", "{{ x|safely }}", "<p>It is safe | really</p>"])
def test_other_templates_are_left_alone(template: str) -> None:
    assert not UNESCAPED.search(template)
