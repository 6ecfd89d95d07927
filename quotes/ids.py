"""Identifiers: tagged hashes of canonical content, and readable slugs.

Invariant: an identifier follows from content alone, so that the same articles give the same rows on every machine, in
every order and in every run. Identifiers are ASCII and safe in URLs and file names.
"""

from __future__ import annotations

import hashlib
import json
import re

from anyascii import anyascii

DIGEST_LENGTH = 16
SLUG_LENGTH = 60


def canonical_json(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, no escapes beyond JSON's own."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(tag: str, *content: object, length: int = DIGEST_LENGTH) -> str:
    """Return the first `length` hexadecimal digits of the SHA-256 of a tag and its content.

    The tag keeps the hashes of different kinds of things apart.

    >>> digest("quote", "article", "We will appeal", 0) == digest("quote", "article", "We will appeal", 0)
    True
    """
    return hashlib.sha256(canonical_json([tag, *content]).encode("utf-8", "surrogatepass")).hexdigest()[:length]


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def slug(text: str) -> str:
    """Return lower-case ASCII words joined by hyphens, at most 60 characters; "" if nothing is left.

    >>> slug("Mevlüt Çavuşoğlu")
    'mevlut-cavusoglu'
    """
    words = re.findall(r"[a-z0-9]+", anyascii(text).lower().replace("'", ""))
    return "-".join(words)[:SLUG_LENGTH].strip("-")


def named_id(tag: str, name: str, *content: object, length: int = 8) -> str:
    """Return a readable identifier: the name's slug and some digits of the hash of its content.

    Eight digits are enough where few share a slug; where many do (every article's "officials"), take sixteen.

    >>> named_id("speaker", "Ana Ruiz", "person")[:9]
    'ana-ruiz-'
    """
    return f"{slug(name) or tag}-{digest(tag, name, *content, length=length)}"


def quote_id(article_id: str, text: str, occurrence: int) -> str:
    """Return a quote's identifier, which survives edits elsewhere in its article.

    Of a quote that people corrected, the store keeps it over edits within the quote too.

    Args:
        article_id: the article's identifier.
        text: the quote's text (the content's pieces joined by a space).
        occurrence: how many quotes of the article with the same text come before it.
    """
    return digest("quote", article_id, text, occurrence)
