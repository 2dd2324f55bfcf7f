"""Inputs made to be slow: each a shape that is quadratic or worse in some Markdown parser or sanitiser.

Every shape is repeated up to the longest comment there is, both as it is and (where it has tags) within the number
of ``<`` signs that the pre-checks let through. Mixed ones are drawn from a counter, so they are the same each time.
"""

from itertools import product

CHARACTERS = 5_000
LESS_THAN_SIGNS = 200

SHAPES: dict[str, str] = {
    "misnested formats and paragraphs": "<em x=1><p>",
    "many formats, one paragraph each": "<b><i><s><code><em><strong><p>",
    "formats closed in the wrong order": "<b><i></b></i>",
    "links in links": '<a href="http://a.co">',
    "links and paragraphs": "<a href=//a><p>",
    "lists in lists": "<ul><li>",
    "quotes in quotes": "<blockquote>",
    "quotes with formats": "<b><blockquote>",
    "paragraph ends without a start": "</p>",
    "format ends without a start": "</b></i></em>",
    "preformatted in paragraphs": "<pre><p>",
    "deleted and paragraphs": "<del><p>",
    "items alone": "<li>",
    "line breaks": "<br>",
    "open tags never closed": "<a ",
    "open quotes in a tag": "<a href='",
    "comments never closed": "<!--",
    "cdata never closed": "<![CDATA[",
    "processing never closed": "<?",
    "declarations never closed": "<!a ",
    "less-than signs": "<",
    "tables": "<table><tr><td>",
    "selects": "<select><option>",
    "svg": "<svg><math>",
    "stars": "*",
    "underscores": "_",
    "tildes": "~",
    "double stars and words": "**a **a ",
    "stars after words": "a* ",
    "stars before words": " *a",
    "mixed delimiters": "*_~~",
    "one long, one short": "**x* ",
    "words in underscores": "_a_b_",
    "triple stars and words": "***a",
    "strikes and words": "~~a ",
    "strong in emphasis": "*a **b ",
    "opening brackets": "[",
    "closing brackets": "]",
    "images": "![",
    "bracket pairs": "[](",
    "links without an end": "[a](",
    "links with angle brackets": "[a](<b",
    "links with open titles": '[a](b "',
    "link labels in link labels": "[a][",
    "good links": "[a](http://b.co)",
    "nested links": "[a](b)[",
    "brackets and stars": "[*",
    "brackets and backticks": "[`",
    "quote marks": ">",
    "spaced quote marks": "> ",
    "quote lines": "> a\n",
    "deep quote lines": "> > > > > > > > > > > > > > > > > a\n",
    "quotes and lists": "> - ",
    "list marks": "- ",
    "list lines": "- a\n",
    "star lists": "* a\n",
    "numbered lines": "1. a\n",
    "empty items": "-\n",
    "empty lines": "\n",
    "letters on lines": "a\n",
    "paragraphs": "a\n\n",
    "list with blank lines": "- a\n\n",
    "rulers": "---\n",
    "rulers and lists": "* * *\n- ",
    "tables in markdown": "|a|b\n|-|-\n",
    "open fences": "```\n",
    "fences with words": "```a b\n",
    "fences with a language": "```a\n\n",
    "growing fences": "````\n```\n",
    "backticks": "`",
    "backtick words": "`a``b```c",
    "backticks and spaces": "` ",
    "backslashes": "\\",
    "escapes": "\\*",
    "hard breaks": "a\\\n",
    "spaces before a line end": "a  \n",
    "ampersands": "&",
    "entities": "&amp;",
    "numeric entities": "&#x3c;",
    "long entities": "&CounterClockwiseContourIntegral;",
    "unknown entities": "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "addresses with parentheses": "http://a.com/(",
    "addresses with closing parentheses": "http://a.com/)",
    "addresses": "http://a.co ",
    "schemes": "http://",
    "slashes": "://",
    "colons": ":",
    "scheme words": "http",
    "addresses with entities": "http://a.co?a&amp;",
    "addresses with credentials": "http://a@",
    "autolinks": "<http://a.co>",
    "mail autolinks": "<a@b.co>",
    "open autolinks": "<http://a",
    "at signs": "a@",
    "combining marks": "\u0301",
    "two kinds of combining marks": "\u0301\u0316",
    "letters with marks": "e\u0301",
    "marks that come apart": "\u0344",
    "joiners": "\u200d",
    "emoji chains": "\U0001f468\u200d",
    "flags": "\U0001f3f4\U000e0067\U000e0062",
    "overrides": "\u202e",
    "hangul": "\u1100\u1161",
    "emoji": "\U0001f600",
    "letters": "a",
    "spaces": " ",
    "tabs": "\t",
    "words": "a ",
    "dots": "a.",
    "dashes": "a-",
    "capital letters": "A",
    "indents": "    ",
    "indented lines": "    a\n",
    "lines that go deeper": " - a\n  ",
    "faces": ">.<\n",
    "face quotes": "> >",
    "shrugs": "¯\\_(ツ)_/¯",
    **{f"row of {sign}": sign for sign in "!#$%+-=@^{}>:;,./|\"'()"},
    "percent signs": "%41",
    "question marks": "?",
    "equal signs": "=",
    "emphasised entities": "*&lt;*",
}

_LINKED = "[{}](http://x.example)"


def _repeated(shape: str) -> str:
    times = CHARACTERS // len(shape)
    if shape.count("<"):
        times = min(times, LESS_THAN_SIGNS // shape.count("<"))
    return (shape * times)[:CHARACTERS]


def _growing() -> dict[str, str]:
    backticks = " ".join("`" * length + "a" for length in range(1, 97))
    depths = "\n".join("  " * depth + "- a" for depth in range(60))
    quotes = "\n".join("> " * depth + "a" for depth in range(1, 19))
    return {
        "backticks of growing length": backticks[:CHARACTERS],
        "lists of growing depth": depths[:CHARACTERS],
        "quotes of growing depth, again and again": (f"{quotes}\n" * 14)[:CHARACTERS],
        "lists at full depth": ("- " * 8 + "a\n" + "\n".join("                a" for _ in range(290)))[:CHARACTERS],
        "one quote, all lines lazy": "> " * 17 + "a\n" * 2_400,
        "one list, all lines lazy": "- " * 8 + "a\n" * 2_400,
        "one long attribute": f'<a href="http://a.co/{"a" * 2_000}">x</a>' * 2,
        "one long address": "http://a.co/" + "a" * 4_900,
        "one long host": "http://" + "a." * 2_400 + "co",
        "one long foreign host": "http://" + "ä" * 1_900 + ".co",
        "one foreign host of many labels": "http://" + "ä." * 900 + "co",
        "one long link text": _LINKED.format("a" * 4_900),
        "one long link text of hosts": _LINKED.format("a.co " * 970),
        "one long link text of dots": _LINKED.format("a." * 2_400),
        "one long link text of marks": _LINKED.format("a\u0301" * 2_400),
        "one long link text of brackets": _LINKED.format("[]" * 2_400),
        "one long link text of stars": _LINKED.format("*a" * 2_400),
        "one code span of quotation marks": "`" + '"' * 4_900 + "`",
        "one code span of pairs": "`" + "> " * 2_400 + "`",
        "one fence of quotation marks": "```\n" + '"' * 4_900 + "\n```",
        "one link text of quotation marks": _LINKED.format('"' * 4_900),
        "one address of quotation marks": "http://a.co/" + "'" * 4_900 + "a",
        "one address of ampersands": "http://a.co/?" + "&a" * 550,
        "one address of percent signs": "http://a.co/" + "%zz" * 670,
        "one address of dots": "http://a.co/" + "../" * 670,
        "one address of foreign letters": "http://a.co/" + "ä" * 2_000,
        "ten foreign addresses": " ".join("http://ä.co/" + "ä%41" * 110 for _ in range(10)),
        "ten long link texts of hosts": " ".join("[" + "a.co " * 90 + "](http://b.co)" for _ in range(10)),
        "ten links": " ".join("http://a.co/" + "b" * 480 for _ in range(10)),
        "one tag of spaces": "<a" + " " * 2_000 + ">" + "a" * 2_900,
        "tags of spaces": ("<a" + " " * 1_200) * 4,
        "one unclosed strong, all lines": "<b>" + "a\n\n" * 1_600,
        "six unclosed formats, all paragraphs": "<b><i><s><code><em><strong>" + "a\n\n" * 1_650,
        "eighteen unclosed formats, all paragraphs": "<b><i><s><code><em><strong>" * 3 + "a\n\n" * 1_600,
        "a link and all formats, all paragraphs": (
            '<a href="http://a.co"><b><i><s><code><em><strong>' * 3 + "a\n\n" * 1_600
        )[:CHARACTERS],
        "unclosed formats, all items": "<b><i><s><code><em><strong>" * 3 + "- a\n" * 1_200,
        "indented items, then open formats": " - a\n  " * 18
        + "<b><i><s><code><em><strong><p>"
        + " - a\n  " * 180
        + "***a" * 180,
        "deep quotes after open formats": "<b><i><s><code><em><strong><p>\n" + ("> " * 17 + "a\n\n---\na\n") * 24,
        "more deep quotes than are taken": "<b><i><s><code><em><strong><p>\n" + ("> " * 17 + "a\n\n---\na\n") * 110,
        "deep quotes and items": ("- a\n" + "> " * 17 + "a\n    a\n") * 22,
        "deep blocks, then paragraphs": "<blockquote>" * 190 + "a\n\n" * 900,
        "deep lists, then paragraphs": "<ul><li>" * 95 + "a\n\n" * 1_400,
        "deep deletions, then paragraphs": "<del>" * 190 + "a\n\n" * 1_300,
    }


def _mixed() -> dict[str, str]:
    names = sorted(SHAPES)
    pairs = ((names[i], names[(i * 7 + step) % len(names)]) for i, step in product(range(len(names)), (3, 31, 57)))
    return {f"{one}, {two}": _repeated(SHAPES[one] + SHAPES[two]) for one, two in pairs}


def slow_inputs() -> dict[str, str]:
    """Name → source, at most 5,000 characters each; the same at every call."""
    repeated = {name: _repeated(shape) for name, shape in SHAPES.items()}
    after_text = {f"{name}, after a word": f"a {text}"[:CHARACTERS] for name, text in repeated.items()}
    every = repeated | after_text | _growing() | _mixed()
    return {name: text[:CHARACTERS] for name, text in every.items()}
