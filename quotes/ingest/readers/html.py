"""A saved news page to an article: its text by trafilatura, what is known about it from the page's own metadata.

Invariants: a block of the page (paragraph, quotation, list item, cell, line after a break) never runs into the next one,
so no two people's words are joined; the date is the page's own, as printed, with its offset; nothing in the page is
fetched or run, and its size, number of elements and depth (libxml2's limit of 256) are bounded before it is read.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quotes.dates import Dates
from quotes.errors import IngestError, NoTextError
from quotes.ingest.encoding import decode_page
from quotes.ingest.language import language_of
from quotes.ingest.mend import mend
from quotes.ingest.readers.html_metadata import canonical, elsewhere, facts_of
from quotes.records import Article, PublishedFrom

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 20_000_000
"""Largest page read, in bytes; the largest of news measured was 4 MB."""
MAX_ELEMENTS = 60_000
"""Most elements of a page; 40,000 nested ones take about a second, news has 1,000 to 10,000."""
MAX_TAGS_IN_SCRIPT = 5_000
"""Most less-thans of a script that is read for what it says of the page; broken tags by the thousand take minutes."""
MAX_CHARACTERS = 1_000_000
"""Longest text of one article, in code points, as for plain text."""
KEPT = 0.8
"""Share of the page's quotation marks below which a warning says that some went missing."""
MARKS = re.compile(r"[\"“”„«»]")
SENTENCE_END = re.compile(r"[.!?…:;][\"”’'»)\]]*$")
SPACE = re.compile(r"[\s\u00a0]+")
INVISIBLE = re.compile(
    r"[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]"
    r"|(?<=\w)\u200d(?=\w)",
)
NOT_LOADED = re.compile(r"\b(?:enable|turn on|requires?|without|supports?) (?:JavaScript|JS|cookies)\b", re.IGNORECASE)
BLOCKS = frozenset(("p", "head", "quote", "list", "item", "table", "row", "cell", "code", "div", "body", "main"))
LONG = 40
"""Least letters of a paragraph that tells whether its part of the page is the article."""
MORE = re.compile(
    r"(?:read|see|watch|also read|don['’]t miss|read next|related|recommended|more on this)"
    r"(?: (?:more|also|next|here|now|article|story))?\s*[:|»>]\s.{0,200}|(?:read|see) more(?: here)?:?|"
    r"advertisement|advert|sponsored|share this(?: article| story)?|"
    r"(?:sign up|subscribe)\b.{0,160}\b(?:newsletters?|inbox|e-?mails?|alerts)\b.{0,60}|"
    r"get .{0,120}\bin(?:to)? your inbox\b.{0,40}|"
    r".{0,120}\bsigning up (?:to|for) our\b.{0,60}|article continues (?:below|after).{0,60}|skip (?:past|to) .{0,60}|"
    r"article content|story continues below.{0,40}|get (?:the )?(?:daily|weekly|breaking)\b.{0,40}\bnews|"
    r"would you like to comment\b.{0,40}|please read our comments? policy\b.{0,60}|"
    r"(?:sign|log) (?:up|in)\b.{0,40}\b(?:sign|log) (?:up|in)\b.{0,20}|[“\"]?swipe (?:left|right)\b.{0,60}|"
    r".{0,200}\bplease bookmark \S{1,60}.{0,200}",
    re.IGNORECASE,
)
"""Whole lines that are the site's and not the story's."""
ELSEWHERE = re.compile(
    r"(?:more (?:from|on|like|stories|news)\b.{0,60}|related(?: (?:stories|articles|content|news|topics|posts|reading))?|"
    r"most (?:read|popular|viewed|shared)\b.{0,30}|recommended(?: (?:for you|stories|reading))?|"
    r"you (?:may|might) (?:also )?like\b.{0,20}|"
    r"popular(?: (?:now|stories|posts))?|trending(?: (?:now|stories))?|(?:read|up) next|latest (?:news|stories|headlines)|"
    r"editor['’]?s['’]? (?:picks?|choice)|also (?:read|in the news))\s*:?",
    re.IGNORECASE,
)
"""Headings of what follows the story: other stories."""
HEADLINE_AMONG = 5
"""The headline is looked for among so many first paragraphs: a kicker or a date may be above it."""
STANDFIRST_WORDS = 8
"""Least words of a summary that is taken for a standfirst."""
STANDFIRST_CHILDREN = 3
"""Most elements inside of one that holds a standfirst: one with more is a part of the page."""
AFTER = 0.25
"""Greatest share of a text, in characters, that is cut after such a heading; more may be the story itself."""



@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that was read.

    `marks_page` counts the quotation marks of the page's paragraphs that stand beside the text's own, `marks_text` those
    of the text; `warning` says so when marks went missing.
    """

    article: Article
    marks_page: int
    marks_text: int
    warning: str | None = None


def article_from_html(  # noqa: PLR0913  what is known of a page beside it
    data: bytes | str, *, article_id: str, origin: str, url: str | None = None, encoding: str | None = None,
    dates: Dates | None = None,
) -> Page:
    """Return the article in a page.

    Args:
        data: the page, decoded or not.
        article_id: the article's id.
        origin: what to call the page in messages.
        url: where it came from, if it was fetched; the page's own canonical address comes first.
        encoding: what the server said, if it did.
        dates: what reads its dates.

    Raises:
        NoTextError: no text was found in it.
        IngestError: it is too large, binary, or no page.
    """
    source = _source(data, origin, encoding)
    tree = _parse(source, origin)
    facts = facts_of(tree, url)
    published = (dates or Dates()).first(facts.published, origin)
    body = _of_story(_structured(_body(tree), facts.body))
    if not body or _has_not_loaded(body):
        raise NoTextError(f"{origin}: no text found in the page; save the page after its text has loaded, or give its text")
    told = _with_standfirst(body, tree, facts.summary)
    text, mended = mend("\n\n".join(_with_headline(told, facts.title)))
    if len(text) > MAX_CHARACTERS:
        raise IngestError(f"{origin}: too large for one article ({len(text):,} characters, at most {MAX_CHARACTERS:,}); split it")
    page_marks, text_marks = _marks_of_page(tree, text), sum(len(MARKS.findall(paragraph)) for paragraph in body)
    return Page(
        article=Article(
            id=article_id,
            text=text,
            title=_mended(facts.title),
            outlet=_mended(facts.outlet),
            url=facts.url,
            author=_mended(facts.author),
            published=published,
            published_from=PublishedFrom.PAGE if published else None,
            origin=origin,
            language=language_of(text) or facts.language,
            reader="html",
            mended=", ".join(mended) or None,
        ),
        marks_page=page_marks,
        marks_text=text_marks,
        warning=_warning(page_marks, text_marks, origin),
    )


def canonical_url(data: bytes | str, *, url: str | None = None) -> str | None:
    """Return the canonical address that a page gives itself, else `url`; None if neither is an address of the web."""
    try:
        return canonical(_parse(_source(data, "page", None), "page"), url)
    except IngestError:
        return url


# ---------------------------------------------------------------- the page


def _source(data: bytes | str, origin: str, encoding: str | None) -> str:
    if len(data) > MAX_BYTES:
        raise IngestError(f"{origin}: too large for a page ({len(data):,} bytes, at most {MAX_BYTES:,}); give the article alone")
    text = data if isinstance(data, str) else decode_page(data, origin, encoding)
    return text.replace("\x00", "").removeprefix("\ufeff")


def _parse(source: str, origin: str) -> Any:
    """Return the root of the page's tree."""
    from lxml import etree, html  # noqa: PLC0415  seldom needed, and slow to load

    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise NoTextError(f"{origin}: no text found in the page (it is empty); give a page with an article") from error
    count = 0
    for count, _ in enumerate(tree.iter(), 1):
        if count > MAX_ELEMENTS:
            raise IngestError(f"{origin}: more than {MAX_ELEMENTS:,} elements in the page; give the article alone")
    for script in list(tree.iter("script")):
        if (script.text or "").count("<") > MAX_TAGS_IN_SCRIPT:
            script.text = ""
    return tree


# ---------------------------------------------------------------- its text


def _body(tree: Any) -> list[str] | None:
    """Return the paragraphs of the page's article; the generous reading where it alone has all quotation marks."""
    usual = _extract(tree, generous=False)
    text = "\n".join(usual or ())
    if usual and _marks_of_page(tree, text) <= len(MARKS.findall(text)):
        return usual
    generous = _extract(tree, generous=True)
    if usual is None or generous is None:
        return usual or generous
    more = "\n".join(generous)
    gained = len(MARKS.findall(more)) > len(MARKS.findall(text))
    return generous if gained and len(more) >= len(text) else usual


def _structured(body: list[str] | None, told: str | None) -> list[str] | None:
    """Return the text that the structured data carries, in its paragraphs, where the page itself shows none."""
    lines = [line for part in (told or "").splitlines() if (line := _clean(part))]
    return lines if lines and (not body or (len(body) == 1 and _letters(body[0]) == _letters(" ".join(lines)))) else body


def _has_not_loaded(body: list[str]) -> bool:
    """Say whether there are no words, or only those that ask for a script to run."""
    text = " ".join(body)
    return not _letters(text) or (len(text.split()) < 60 and NOT_LOADED.search(text) is not None)


def _of_story(body: list[str] | None) -> list[str]:
    """Return the paragraphs without the site's own lines and without what follows the story."""
    kept = [paragraph for paragraph in body or () if not MORE.fullmatch(paragraph)]
    sizes = [len(paragraph) for paragraph in kept]
    for place in range(1, len(kept)):
        if ELSEWHERE.fullmatch(kept[place]) and sum(sizes[place:]) <= AFTER * sum(sizes):
            return kept[:place]
    return [paragraph for paragraph in kept if not ELSEWHERE.fullmatch(paragraph)] or kept


def _extract(tree: Any, *, generous: bool) -> list[str] | None:
    from trafilatura.core import bare_extraction  # noqa: PLC0415  a second to load

    document: Any = bare_extraction(deepcopy(tree), include_comments=False, include_tables=True, favor_recall=generous)
    if document is None or document.body is None:
        return None
    return [paragraph for block in _blocks(document.body) for paragraph in _lines(block)] or None


def _blocks(element: Any) -> Iterator[str]:
    """Yield the text of each block below an element; a break is a line feed in it."""
    buffer: list[str] = [SPACE.sub(" ", element.text or "")]
    for child in element:
        if not isinstance(child.tag, str):
            inner: list[str] = []
        elif child.tag == "lb":
            inner = ["\n"]
        elif child.tag in BLOCKS or any(below.tag in BLOCKS for below in child):
            yield "".join(buffer)
            buffer = []
            yield from _blocks(child)
            inner = []
        else:
            inner = list(_inline(child))
        buffer += [*inner, SPACE.sub(" ", child.tail or "")]
    yield "".join(buffer)


def _inline(element: Any) -> Iterator[str]:
    yield SPACE.sub(" ", element.text or "")
    for child in element:
        yield from ("\n",) if child.tag == "lb" else _inline(child)
        yield SPACE.sub(" ", child.tail or "")


def _lines(block: str) -> Iterator[str]:
    """Yield the paragraphs of a block: a break after a whole sentence ends one, any other is a line end within it."""
    pending: list[str] = []
    for raw in block.split("\n"):
        line = _clean(raw)
        if not line:
            continue
        pending.append(line)
        if SENTENCE_END.search(line):
            yield "\n".join(pending)
            pending = []
    if pending:
        yield "\n".join(pending)


def _clean(text: str) -> str:
    return SPACE.sub(" ", INVISIBLE.sub("", text)).strip()


def _with_standfirst(body: list[str], tree: Any, summary: str | None) -> list[str]:
    """Return the paragraphs with what the page shows between headline and story as its own summary, which quotes people too.

    It is the summary of its metadata, word for word, in an element of its own above the first paragraph.
    """
    wanted = _letters(summary or "")
    if len(wanted.split()) < STANDFIRST_WORDS or any(wanted in _letters(paragraph) for paragraph in body):
        return body
    first = _letters(body[0])
    for element in tree.iter("p", "h2", "h3", "h4", "div", "span"):
        shown = _letters("".join(element.itertext())) if len(element) <= STANDFIRST_CHILDREN else ""
        if shown == wanted and not elsewhere(element):
            return [_clean(summary or ""), *body]
        if shown and first.startswith(shown[:LONG]) and len(shown) >= LONG:
            break
    return body


def _with_headline(body: list[str], title: str | None) -> list[str]:
    """Return the paragraphs below the headline, as a text without markup has it: headlines quote people, too."""
    if not title:
        return body
    told = _letters(title)
    first = [paragraph for paragraph in body[:HEADLINE_AMONG] if _letters(paragraph) != told]
    return [title, *first, *body[HEADLINE_AMONG:]]


def _letters(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()


def _mended(text: str | None) -> str | None:
    return (_clean(mend(text)[0]) or None) if text else None


# ---------------------------------------------------------------- what went missing


def _marks_of_page(tree: Any, text: str) -> int:
    """Count the quotation marks in the page's paragraphs whose neighbours are in the text.

    Neighbours are the long paragraphs below the nearest element that has three of them. Where most of their letters are
    not in the text they are something else (related stories, comments).
    """
    found = _letters(text)
    shown = ".//text()[not(ancestor::script or ancestor::style or ancestor::noscript or ancestor::template)]"
    paragraphs = [(paragraph, "".join(paragraph.xpath(shown))) for paragraph in tree.iter("p")]
    below: Counter[Any] = Counter()
    for paragraph, own in paragraphs:
        if len(own) >= LONG:
            below.update(paragraph.iterancestors())
    groups: dict[Any, list[tuple[int, int, bool]]] = {}
    for paragraph, own in paragraphs:
        letters = _letters(own)
        if len(own) >= LONG:
            home = next((above for above in paragraph.iterancestors() if below[above] >= 3), None)
            groups.setdefault(home, []).append((len(MARKS.findall(own)), len(letters), letters in found))
    return sum(
        sum(marks for marks, _, _ in members)
        for members in groups.values()
        if 2 * sum(size for _, size, kept in members if kept) > sum(size for _, size, _ in members)
    )


def _warning(page: int, text: int, origin: str) -> str | None:
    if text >= KEPT * page:
        return None
    return f"{origin}: {page - text} of the {page} quotation marks in the page's paragraphs are not in the text; compare them"
