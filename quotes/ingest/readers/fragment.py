"""Pieces of HTML, such as a column of a table or the entry of a feed, to text that keeps their paragraphs.

Whole pages are for `readers.html`; here everything is the article, nothing is furniture.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

TAG = re.compile(r"</?(?:p|br|div|span|blockquote|h[1-6]|li|ul|ol|em|strong|b|i|a|img|figure|section|article)\b[^<>]*>",
                 re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8});", re.IGNORECASE)
BLOCKS = frozenset({
    "p", "div", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "section", "article", "figure", "table",
    "tr", "td", "th", "header", "footer", "aside", "main", "pre", "hr", "dl", "dt", "dd",
})
UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "figcaption", "title", "head"})
BREAK = "\n\n"


def is_html(text: str) -> bool:
    """Say whether a text is written in HTML: it has two tags of a text, or begins with one.

    >>> is_html("<p>“Yes,” she said.</p>"), is_html("a < b and c > d")
    (True, False)
    """
    tags = TAG.findall(text)
    return len(tags) > 1 or (bool(tags) and text.lstrip().startswith("<"))


def as_text(text: str, *, html: bool = False) -> str:
    """Return a text as it is, or that of its HTML.

    Args:
        text: plain text or HTML.
        html: whether it is known to be HTML.
    """
    return text_of(text) if html or is_html(text) else text


def text_of(html: str) -> str:
    r"""Return the text of a piece of HTML, a blank line between blocks and a line end for a break.

    >>> text_of("<p>“Yes,” she&nbsp;said.<br>“No.”</p><blockquote>Ana</blockquote><script>x()</script>")
    '“Yes,” she said.\n“No.”\n\nAna'
    """
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", BREAK, "\n".join(lines)).strip()


class _Text(HTMLParser):
    """Collects text and the breaks between blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in UNSEEN:
            self.unseen += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag in BLOCKS:
            self.parts.append(BREAK)

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in BLOCKS:
            self.parts.append(BREAK)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(re.sub(r"\s+", " ", data))
