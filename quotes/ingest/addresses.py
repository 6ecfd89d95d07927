"""Addresses of the web as text: what is one, which mean the same page, and the ids of articles that follow from them.

Invariant: pure functions; nothing is fetched.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from quotes.ids import digest, slug

TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|ref_src|cmpid|ocid|igshid", re.IGNORECASE)
SCHEMES = ("http", "https")
PORTS = {"http": 80, "https": 443}
ID_DIGITS = 8


def is_web_address(text: str) -> bool:
    """Say whether a text is an address that begins with http:// or https:// and names a host.

    >>> is_web_address("https://example.org/a"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in SCHEMES and bool(parts.hostname) and not re.search(r"[\s\x00-\x20]", text)
    except ValueError:
        return False


def has_scheme(text: str) -> bool:
    """Say whether a text is written as an address of any scheme.

    >>> has_scheme("ftp://example.org/a"), has_scheme("C:/news"), has_scheme("a.txt")
    (True, False, False)
    """
    return re.match(r"[a-z][a-z0-9+.-]*://|(?:javascript|data|mailto|file):", text, re.IGNORECASE) is not None


def canonical(url: str) -> str:
    """Return what is one for all addresses of a page: without scheme, "www.", fragment and marks of campaigns.

    >>> canonical("http://WWW.example.org:80/a/?utm_source=x&b=1#top")
    'example.org/a?b=1'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = _port(url)
    if port not in (None, PORTS.get(parts.scheme.lower())):
        host = f"{host}:{port}"
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(pair[0])])
    return urlunsplit(("", "", host + (parts.path.rstrip("/") or ""), query, ""))


def article_id(url: str) -> str:
    """Return the id of the article at an address: the last part of its path and eight digits of the canonical address.

    >>> article_id("https://www.example.org/2024/talks-fail.html") == article_id("http://example.org/2024/talks-fail.html#a")
    True
    >>> article_id("https://example.org/2024/talks-fail.html")[:-8]
    'talks-fail-'
    """
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    name = slug(re.sub(r"\.\w{1,5}$", "", last)) or slug(parts.hostname or "") or "page"
    return f"{name}-{digest('address', canonical(url), length=ID_DIGITS)}"


def same_site(first: str, second: str) -> bool:
    """Say whether two addresses are of one host, "www." apart."""
    return host(first) == host(second) is not None


def host(url: str) -> str | None:
    """Return the name of an address's host without "www.", or None.

    >>> host("https://www.example.org:8080/a"), host("not an address")
    ('example.org', None)
    """
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        return None
