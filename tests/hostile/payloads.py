"""Hostile comments, made systematically: each would call ``XSSHIT(n)`` or ask a canary host, if it worked.

Nothing here is copied from a list: every family crosses the parts of one kind of attack (tags, event handlers,
schemes, encodings, contexts to break out of). A browser test defines ``window.XSSHIT`` and watches requests.
"""

from collections.abc import Callable, Iterator
from itertools import product

CANARY_HOST = "xss-canary.example"
CANARY = f"https://{CANARY_HOST}/c"
JS = "XSSHIT(0)"
"""Stands for the call; `hostile_payloads` numbers it."""

MEDIA = (
    "img",
    "video",
    "audio",
    "source",
    "image",
    "input type=image",
    "embed",
    "iframe",
    "object",
    "track",
    "script",
    "link",
)
HOSTS = (
    "svg",
    "body",
    "details open",
    "input autofocus",
    "select autofocus",
    "textarea autofocus",
    "button autofocus",
    "marquee",
    "div",
    "p",
    "a",
    "b",
    "em",
    "code",
    "li",
    "blockquote",
    "form",
    "math",
    "style",
    "dialog open",
)
HANDLERS = (
    "onerror",
    "onload",
    "onclick",
    "onmouseover",
    "onfocus",
    "ontoggle",
    "onbegin",
    "onstart",
    "onanimationstart",
    "onpointerenter",
    "oncontentvisibilityautostatechange",
    "onfocusin",
    "onscroll",
    "onwheel",
    "oncopy",
)
SCHEMES = (
    "javascript",
    "vbscript",
    "data",
    "jav&#x09;ascript",
    "JaVaScRiPt",
    "&#106;avascript",
    "&#x6A;avascript",
    "java\tscript",
    "java\nscript",
    "\x01javascript",
    " javascript",
    "\u00a0javascript",
    "\ufeffjavascript",
    "javascript\u200b",
    "java\\script",
    "j&#97v&#97script",
    "%6aavascript",
    "javascript&colon",
    "feed:javascript",
    "view-source:javascript",
    "blob",
    "filesystem",
    "jar",
    "livescript",
    "mocha",
    "//",
    "\\\\",
    "x",
    "https:javascript",
    "file",
)
BODIES = (
    f"{JS}",
    f"//%0a{JS}",
    f"//\n{JS}",
    f"`${{{JS}}}`",
    f"1337;{JS}",
    f"/*x*/{JS}",
    f"void({JS})",
    "'%3bXSSHIT(0)//",
    "`1337`;XSSHIT(0)",
    f"text/html,<script>{JS}</script>",
    "text/html;base64,PHNjcmlwdD5YU1NISVQoMCk8L3NjcmlwdD4=",
    f"//{CANARY_HOST}/c",
    f"@{CANARY_HOST}",
)
BREAKS = (
    "{}",
    "</p>{}",
    "</blockquote></li></ul>{}",
    "-->{}",
    "<!--{}-->",
    "<!-->{}",
    "<!--><!--{}",
    "]]>{}",
    "<![CDATA[{}]]>",
    "<?xml {}?>",
    "<!doctype {}>",
    '">{}',
    "'>{}",
    '" {}',
    "</textarea>{}",
    "</title>{}",
    "</style>{}",
    "</script>{}",
    "<textarea>{}",
    "<title>{}",
    "<style>{}",
    "<noscript>{}",
    "<xmp>{}",
    "<plaintext>{}",
    "<template>{}",
    "<noembed>{}",
    "<iframe>{}",
    "<noframes>{}",
    "<select>{}",
    "<table>{}",
    "<frameset>{}",
    "<svg>{}",
    "<math>{}",
    "<svg><desc>{}",
    "<math><mtext>{}",
    "<math><annotation-xml encoding=text/html>{}",
    "<svg><foreignObject>{}",
    "<svg><style>{}",
    "<math><style>{}",
    "<form><form>{}",
    "<a href='{}'>x</a>",
    '<a href="{}">x</a>',
    "<a href={}>x</a>",
    "<a title='{}' href=x>x</a>",
    '<p title="{}">',
    "<code>{}</code>",
    "<pre>{}</pre>",
    "<li>{}",
    "<b><p>{}",
    "`{}`",
    "``{}",
    "```\n{}\n```",
    "```{}\nx",
    "> {}",
    "- {}",
    "1. {}",
    "    {}",
    "**{}**",
    "[{}](https://a.example)",
    "[x]({})",
    "[x](<{}>)",
    '[x](https://a.example "{}")',
    "![{}](x)",
    "[x]: {}\n\n[x]",
    "https://a.example/{}",
    "<https://a.example/{}>",
    "\\{}",
    "&lt;{}&gt;",
    "<a<{}",
    "<{}",
    "<br {}>",
    "{}\n{}",
    "<a href=https://a.example/{}>x</a>",
    "\u202e{}",
    "\ufdd0{}",
    "\x00{}",
    "\ufdd1{}",
)
CORES = (
    f"<script>{JS}</script>",
    f"<img src=x onerror={JS}>",
    f"<svg onload={JS}>",
    f"<svg/onload={JS}//",
    f"<iframe srcdoc='<script>parent.{JS}</script>'>",
    f"<a href=javascript:{JS}>x</a>",
    f'"onmouseover="{JS}',
    f"'onfocus='{JS}'autofocus='",
    f"<img src={CANARY}>",
    f"<style>@import'{CANARY}'</style>",
    f"<link rel=stylesheet href={CANARY}>",
    f"<input autofocus onfocus={JS}>",
    f"javascript:{JS}",
    f"<scr<script>ipt>{JS}</script>",
    f"<IMG SRC=x OnErRoR={JS}>",
    f"<img\fsrc=x\fonerror={JS}>",
    f"<img/src=x/onerror={JS}>",
    f"<a href='x' onclick={JS}>x",
    f"<b onclick={JS}>x</b>",
    f"<meta http-equiv=refresh content='0;url={CANARY}'>",
    f"<base href={CANARY}/>",
    f"<svg><script>{JS}</script>",
    f"<object data={CANARY}>",
)
MUTATIONS = (
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;{}'>",
    "<form><math><mtext></form><form><mglyph><style></math>{}",
    "<svg></p><style><a id='</style>{}'>",
    "<svg><p><style><a title='</style>{}'>",
    "<noscript><p title='</noscript>{}'>",
    "<style><style/>{}",
    "<svg><title><style><!--</style>{}--></title>",
    "<xmp><p title='</xmp>{}'>",
    "<textarea><p title='</textarea>{}'>",
    "<template><s><template><s>{}</s>{}</s></template>",
    "<select><keygen><template>{}</template></select>",
    "<math><annotation-xml encoding='text/html'><p>{}</annotation-xml>",
    "<svg><annotation-xml><foreignObject><style><!--</style><p id='--><{}'>",
    "<p><table><a href=//{}>",
    "<a><table><td></tr><a>{}",
    "<b><i></b>{}</i>",
    "<li><p></li>{}<li>",
    "<pre>\n\n{}</pre>",
    "<code>`{}`</code>",
    "<a href='https://a.example/`{}`'>x</a>",
)
CLOBBERED = (
    "comments",
    "attributes",
    "parentNode",
    "childNodes",
    "innerHTML",
    "document",
    "window",
    "location",
    "cookie",
    "body",
    "head",
    "forms",
    "getElementById",
    "querySelector",
    "createElement",
    "firstChild",
    "nodeName",
    "constructor",
    "__proto__",
    "toString",
    "valueOf",
    "XSSHIT",
    "self",
    "top",
    "name",
    "defaultView",
    "currentScript",
    "implementation",
    "action",
    "submit",
)
CSS = (
    "background:url({c})",
    "background-image:url('{c}')",
    "position:fixed;inset:0;background:url({c})",
    "-moz-binding:url({c}#x)",
    "behavior:url({c})",
    "width:expression(XSSHIT(0))",
    "list-style:url({c})",
    "content:url({c})",
    "cursor:url({c}),auto",
    "border-image:url({c})",
    "background:\\75rl({c})",
    "x:y;}}@import'{c}';{{",
    "font-family:x;src:url({c})",
    "filter:url({c})",
    "mask:url({c})",
    "--x:url({c});background:var(--x)",
    "animation:x 1s;background:url({c})",
    "background:image-set('{c}' 1x)",
)
ENCODERS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: "".join(f"&#{ord(char)};" for char in text),
    lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    lambda text: "".join(f"&#0000{ord(char)}" for char in text),
    lambda text: "".join(f"%{ord(char):02x}" for char in text),
    lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    lambda text: text.translate({ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}),
    lambda text: text.translate({ord("<"): "&amp;lt;", ord(">"): "&amp;gt;"}),
    lambda text: text.translate({ord("<"): "\uff1c", ord(">"): "\uff1e"}),
    lambda text: text.translate({ord("<"): "\u2039", ord(">"): "\u203a"}),
    lambda text: text.replace("<", "<\x00"),
    lambda text: text.replace("<", "%3C").replace(">", "%3E"),
    lambda text: text.replace("<", "+ADw-").replace(">", "+AD4-"),
    lambda text: text.replace("<", "\u00c0\u00bc").replace(">", "\u00c0\u00be"),
    lambda text: text.replace("<", "<<"),
    lambda text: text.replace(">", ""),
    str.upper,
)


def _handlers() -> Iterator[str]:
    for tag, handler in product(MEDIA, HANDLERS):
        yield f"<{tag} src=x href=x data=x {handler}={JS}>"
    for tag, handler in product(HOSTS, HANDLERS):
        yield f"<{tag} {handler}='{JS}' tabindex=1 style='animation:x 1s'>x"
    for handler, gap in product(
        HANDLERS, ("/", "\t", "\n", "\f", "\r", " / ", "\x0b", '"', "'", "`", "\u00a0", "&#32;")
    ):
        yield f'<a{gap}href="https://a.example"{gap}{handler}{gap}={gap}{JS}>x</a>'


def _addresses() -> Iterator[str]:
    for scheme, body in product(SCHEMES, BODIES):
        yield f'<a href="{scheme}:{body}">x</a>'
    for scheme, shape in product(
        SCHEMES, ("[x]({}:{})", "<{}:{}>", "[x](<{}:{}>)", "{}:{}", "[x]: {}:{}\n\n[x]", "![x]({}:{})")
    ):
        yield shape.format(scheme, JS)
    for scheme, quote in product(SCHEMES, ("'", "`", "")):
        yield f"<a href={quote}{scheme}:{JS}{quote}>x</a>"


def _contexts() -> Iterator[str]:
    for context, core in product(BREAKS, CORES):
        yield context.replace("{}", core)
    for mutation, core in product(MUTATIONS, CORES):
        yield mutation.replace("{}", core)


def _encodings() -> Iterator[str]:
    for encode, core in product(ENCODERS, CORES):
        yield encode(core)
    for encode, core in product(ENCODERS[:8], CORES[:8]):
        yield f'<a href="{encode(core)}">x</a>'


def _markup_without_script() -> Iterator[str]:
    for name, tag in product(CLOBBERED, ("a", "p", "form", "img", "b")):
        yield f'<{tag} id={name} name="{name}" href="{CANARY}" onclick={JS}>x</{tag}>'
    for style, tag in product(CSS, ("p", "a href='https://a.example'", "b", "div")):
        yield f'<{tag} style="{style.format(c=CANARY)}">x</{tag.split()[0]}>'
    for attribute, tag in product(
        (
            "ping",
            "background",
            "poster",
            "srcset",
            "formaction",
            "action",
            "cite",
            "longdesc",
            "xlink:href",
            "manifest",
            "archive",
        ),
        ("a href='https://a.example'", "p", "blockquote", "img", "button", "form"),
    ):
        yield f"<{tag} {attribute}={CANARY}>x"


def _links_and_directions() -> Iterator[str]:
    for mark, place in product(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff\U000e0041", range(5)
    ):
        link = f'<a href="javascript:{JS}">bank</a>'
        yield f"{link[: place * 6]}{mark}{link[place * 6 :]}"
    for text, shape in product(
        (
            "https://bank.example",
            "bank.example",
            "www.bank.example/login",
            "b\u0430nk.example",
            "bank\u3002example",
            "bank\u200b.example",
        ),
        (
            "[{}](https://xss-canary.example/c)",
            '<a href="https://xss-canary.example/c">{}</a>',
            "[{}](https://{}@xss-canary.example)",
            "[{}](//xss-canary.example)",
            "[{}](\\\\xss-canary.example)",
            "[**{}**](https://xss-canary.example/c)",
        ),
    ):
        yield shape.replace("{}", text)
    for prefix in ("", "x", "<", '"', "](", "`", "**", "> ", "- ", "&lt;", "\\"):
        yield f'{prefix}https://a.example/"onmouseover={JS}//'
        yield f"{prefix}https://a.example/<img src=x onerror={JS}>"
        yield f"{prefix}mailto:a@b.example?body=<script>{JS}</script>"
        yield f"{prefix}<a@b.example'onclick='{JS}>"


def hostile_payloads() -> list[str]:
    """At least 2,000 distinct hostile sources of at most 5,000 characters; the same at every call."""
    families = (_handlers, _addresses, _contexts, _encodings, _markup_without_script, _links_and_directions)
    distinct = dict.fromkeys(payload for family in families for payload in family())
    return [payload.replace("XSSHIT(0)", f"XSSHIT({number})") for number, payload in enumerate(distinct, start=1)]
