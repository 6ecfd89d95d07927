"""What a news page says about itself: JSON-LD, meta elements, microdata and the headline that its readers see.

Invariant: everything here was written by the page; what is no web address, no date or no name is None.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from quotes.ingest.addresses import host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ARTICLE_TYPES = re.compile(r"article|posting|report|review|liveblog", re.IGNORECASE)
DATELINE = re.compile(r"(?:^|[\s_-])(?:date|dateline|published|pubdate|posted|timestamp|post-?time)(?:$|[\s_-])", re.IGNORECASE)
IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d\d)[/-](\d\d)(?=[/-])")
MAX_JSON = 2_000_000
MAX_OBJECTS = 5_000
MAX_LINE = 500
SKIPPED = frozenset(("nav", "footer", "aside", "dialog", "template", "noscript"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a page says about itself.

    `body` is the text that its structured data carries, `summary` what it describes itself by; `published` are what may be
    dates of publication, those first that are to be trusted most.
    """

    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: tuple[str, ...] = ()
    language: str | None = None
    body: str | None = None
    summary: str | None = None


def facts_of(tree: Any, url: str | None = None) -> Facts:
    """Return what a page says about itself.

    Args:
        tree: the root of the page.
        url: where it was fetched from, if it was.
    """
    objects = list(_objects(tree))
    articles = [found for found in objects if ARTICLE_TYPES.search(_type(found))]
    metas = _metas(tree)
    address = canonical(tree, url)
    outlet = _outlet(metas, objects, articles) or (host(address) if address else None)
    return Facts(
        title=_title(tree, metas, articles, outlet),
        author=_author(tree, metas, objects, articles) or _author_by_looks(tree),
        outlet=_outlet(metas, objects, articles),
        url=address,
        published=(*_published(tree, metas, objects, articles), *_published_by_looks(tree, address)),
        language=_language(tree),
        body=_article_body(articles),
        summary=_first(metas, "og:description", "description", "twitter:description"),
    )


def canonical(tree: Any, url: str | None = None) -> str | None:
    """Return the page's canonical address, `og:url` where it has none, else `url`; None if that is no web address."""
    links = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    shared = _metas(tree).get("og:url", [])
    named = [_address(found, url) for found in (*links, *shared)]
    deep = [found for found in named if found and urlsplit(found).path.strip("/")]
    return next(iter(deep), None) or _address(url, None) or next(filter(None, named), None)


def _address(found: str | None, base: str | None) -> str | None:
    if not found:
        return None
    try:
        joined = urljoin(base, found.strip()) if base else found.strip()
        parts = urlsplit(joined)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"\x00-\x1f]", joined):
        return None
    return parts._replace(fragment="").geturl()


# ---------------------------------------------------------------- structured data


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of the page's JSON-LD, outermost first, at most `MAX_OBJECTS`."""
    count = 0
    for script in tree.iter("script"):
        text = "".join(script.itertext())
        if "ld+json" not in (script.get("type") or "").lower() or len(text) > MAX_JSON:
            continue
        waiting = [_json(text)]
        while waiting and count < MAX_OBJECTS:
            value = waiting.pop(0)
            if isinstance(value, dict):
                count += 1
                yield value
                waiting += [inner for inner in value.values() if isinstance(inner, dict | list)]
            elif isinstance(value, list):
                waiting += [inner for inner in value if isinstance(inner, dict | list)]


def _json(text: str) -> Any:
    bare = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", text).strip().rstrip(";")
    try:
        return json.loads(bare, strict=False)
    except (ValueError, RecursionError):
        return None


def _article_body(articles: list[dict[str, Any]]) -> str | None:
    """Return the text in structured data, a paragraph a line, without tags and entities."""
    body = next((body for found in articles if isinstance(body := found.get("articleBody"), str) and body.strip()), None)
    if body is None:
        return None
    apart = re.sub(r"</?(?:p|div|br|li|ul|ol|h[1-6]|blockquote)\b[^<>]*>", "\n", body, flags=re.IGNORECASE)
    return unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", apart))


def _type(found: dict[str, Any]) -> str:
    kind = found.get("@type")
    return " ".join(str(part) for part in kind) if isinstance(kind, list) else str(kind or "")


def _metas(tree: Any) -> dict[str, list[str]]:
    """Return the contents of the page's meta elements by their name, property or itemprop in lower case."""
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = _one_line(meta.get("content"))
        for attribute in ("property", "name", "itemprop"):
            name = (meta.get(attribute) or "").lower().strip()
            if name and content:
                metas.setdefault(name, []).append(content)
    return metas


def _first(metas: dict[str, list[str]], *names: str) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _one_line(text: Any) -> str | None:
    """Return a value as one line of at most `MAX_LINE` characters, without tags and entities; None if it is no text."""
    if not isinstance(text, str):
        return None
    plain = re.sub(r"</?[a-zA-Z][^<>]*>", "", unescape(text))
    line = re.sub(r"[\u00ad\u200b\u200c\u2060\ufeff\x00-\x08]", "", " ".join(plain.split()))
    return line if line and len(line) <= MAX_LINE else None


# ---------------------------------------------------------------- title


def _title(tree: Any, metas: dict[str, list[str]], articles: list[dict[str, Any]], outlet: str | None) -> str | None:
    """Return the headline that readers see (h1) where one is the article's, else the page's own metadata."""
    named = [line for found in articles if (line := _one_line(found.get("headline") or found.get("name")))]
    shared = _first(metas, "og:title", "twitter:title", "headline", "dc.title", "parsely-title", "sailthru.title")
    plain = _one_line(next((title.text for title in tree.iter("title")), None))
    known = [line for line in (*named[:1], shared, plain) if line]
    headings = list(_headings(tree))
    best = max(headings, key=lambda heading: max((_overlap(heading, line) for line in known), default=0.0), default=None)
    if best and (not known or max(_overlap(best, line) for line in known) >= 0.3):
        return best
    if len(headings) == 1 and not _is_name(headings[0], outlet):
        return headings[0]
    return next((_without_site(line, outlet) for line in known), None)


def _headings(tree: Any) -> Iterator[str]:
    for heading in tree.iter("h1"):
        if any(above.tag in SKIPPED for above in heading.iterancestors()):
            continue
        line = _one_line(" ".join(heading.itertext()))
        if line and len(line.split()) > 1:
            yield re.sub(r"\s+([,.;:!?’”])", r"\1", line)


def _overlap(heading: str, line: str) -> float:
    """Return how much of the shorter one's words the other has, from 0 to 1."""
    left, right = _words(heading), _words(line)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


def _words(line: str) -> set[str]:
    return set(re.findall(r"\w+", line.casefold()))


def _is_name(heading: str, outlet: str | None) -> bool:
    return bool(outlet) and _words(heading) <= _words(outlet or "")


def _without_site(title: str, outlet: str | None) -> str:
    """Return a title without the site's name behind it."""
    parts = re.split(r"(\s+[|–—*·-]\s+|\s*\|\s*)", title)
    squeezed = re.sub(r"\W", "", (outlet or "").casefold())
    while len(parts) >= 3 and squeezed:
        tail = re.sub(r"\W", "", parts[-1].casefold())
        if not tail or not (tail in squeezed or squeezed in tail):
            break
        parts = parts[:-2]
    return "".join(parts).strip()


# ---------------------------------------------------------------- author and outlet


def _author(tree: Any, metas: dict[str, list[str]], objects: list[dict[str, Any]], articles: list[dict[str, Any]]) -> str | None:
    by_id = {str(found["@id"]): found for found in objects if "@id" in found and "name" in found}
    names = next((got for found in articles if (got := _people(found.get("author"), by_id))), None)
    if not names:
        named = metas.get("author") or metas.get("parsely-author") or metas.get("article:author") or metas.get("dc.creator") or []
        names = [name for name in named if not re.match(r"https?:|@", name)]
    if not names:
        names = [line for element in _of_author(tree) if (line := _one_line(" ".join(element.itertext())))]
    kept: dict[str, str] = {}
    for name in names:
        bare = re.sub(r"^by\s+", "", name, flags=re.IGNORECASE)
        if bare and len(bare.split()) <= 12:
            kept.setdefault(re.sub(r"\W", "", bare.casefold()), bare)
    return "; ".join(kept.values()) or None


def _author_by_looks(tree: Any) -> str | None:
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415  a second to load

    found = extract_metadata(deepcopy(tree), date_config={"extensive_search": False, "original_date": True})
    return _one_line(found.author) if found is not None else None


def _of_author(tree: Any) -> Iterable[Any]:
    for element in tree.iter("a", "span", "address", "div", "p"):
        if element.get("itemprop") == "author" or element.get("rel") == "author":
            inner = [below for below in element.iter() if below.get("itemprop") == "name"]
            yield inner[0] if inner else element


def _people(value: Any, by_id: dict[str, dict[str, Any]]) -> list[str]:
    values = value if isinstance(value, list) else [value]
    found = [by_id.get(str(each.get("@id")), each) if isinstance(each, dict) and "name" not in each else each for each in values]
    names = [each.get("name") if isinstance(each, dict) else each for each in found[:50]]
    flat = [inner for each in names for inner in (each if isinstance(each, list) else [each])]
    return [line for each in flat if (line := _one_line(each)) and not re.match(r"https?:", line)]


def _outlet(metas: dict[str, list[str]], objects: list[dict[str, Any]], articles: list[dict[str, Any]]) -> str | None:
    by_id = {str(found["@id"]): found for found in objects if "@id" in found and "name" in found}
    published_by = next((got[0] for found in articles if (got := _people(found.get("publisher"), by_id))), None)
    shared = _first(metas, "og:site_name", "application-name")
    return shared or published_by


# ---------------------------------------------------------------- date and language


def _published(
    tree: Any, metas: dict[str, list[str]], objects: list[dict[str, Any]], articles: list[dict[str, Any]],
) -> Iterator[str]:
    """Yield when the page says it was published, in the order in which pages are to be trusted."""
    structured = [found.get("datePublished") for found in (*articles, *objects)]
    names = (
        "article:published_time", "og:article:published_time", "datepublished", "article:published", "og:published_time",
        "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "pubdate", "publication_date", "dc.date.issued",
        "dcterms.issued", "dc.date", "date", "cxenseparse:recs:publishtime", "article.published", "originalpublicationdate",
    )
    told = [content for name in names for content in metas.get(name, [])]
    micro = [
        element.get("datetime") or element.get("content") or "".join(element.itertext())
        for element in tree.iter("time", "span", "div", "p", "abbr") if (element.get("itemprop") or "") == "datePublished"
    ]
    times = [time.get("datetime") or "".join(time.itertext()) for time in tree.iter("time") if not elsewhere(time)]
    yield from filter(None, map(_one_line, (*structured, *told, *micro, *times)))


def _published_by_looks(tree: Any, url: str | None) -> Iterator[str]:
    """Yield what is marked as a dateline by its class, then the day in the address."""
    for element in tree.iter("p", "span", "div", "time", "li"):
        if DATELINE.search(element.get("class") or "") and not elsewhere(element):
            line = _one_line(" ".join(element.itertext()))
            if line and len(line) < 100:
                yield line
    day = IN_ADDRESS.search(urlsplit(url).path) if url else None
    if day:
        yield f"{day[1]}-{day[2]}-{day[3]}"


def elsewhere(element: Any) -> bool:
    """Say whether an element is in a part of the page that is not the article's."""
    return any(above.tag in SKIPPED for above in element.iterancestors())


def _language(tree: Any) -> str | None:
    found = re.match(r"[a-zA-Z]{2,3}(?![a-zA-Z])", (tree.get("lang") or tree.get("xml:lang") or "").strip())
    return found.group().lower() if found else None
