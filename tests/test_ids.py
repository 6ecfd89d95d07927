from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from quotes import ids


@given(st.text(), st.text(), st.integers(0, 5))
def test_quote_ids_are_ascii_and_follow_from_content(article: str, text: str, occurrence: int) -> None:
    identifier = ids.quote_id(article, text, occurrence)
    assert re.fullmatch(r"[0-9a-f]{16}", identifier)
    assert identifier == ids.quote_id(article, text, occurrence)
    assert identifier != ids.quote_id(article, text, occurrence + 1)


def test_tags_keep_things_of_equal_content_apart() -> None:
    assert ids.digest("quote", "a") != ids.digest("term", "a")


def test_content_is_not_run_together() -> None:
    assert ids.digest("quote", "ab", "c") != ids.digest("quote", "a", "bc")


@given(st.text())
def test_slugs_are_safe_in_urls(text: str) -> None:
    slug = ids.slug(text)
    assert re.fullmatch(r"[a-z0-9]*(-[a-z0-9]+)*", slug)
    assert len(slug) <= ids.SLUG_LENGTH


@given(st.text(), st.text())
def test_named_ids_begin_with_the_name_and_are_never_empty(name: str, more: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{8}", ids.named_id("speaker", name, more))


def test_canonical_json_has_one_order() -> None:
    assert ids.canonical_json({"b": 1, "a": "ç"}) == '{"a":"ç","b":1}'


def test_lone_surrogates_have_a_digest() -> None:
    assert ids.text_sha256("\ud800") != ids.text_sha256("\ud801")
