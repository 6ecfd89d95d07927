"""Made-up articles: what is known of their words is true."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from scripts.train.made import MARK, NAMED, SCENES, Page, made, made_names, page_of, read

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = made(60, 7)


def test_no_mark_is_left_in_a_text_and_its_paragraphs_are_those_with_names() -> None:
    for page in PAGES:
        assert not MARK.search(page.text)
        assert page.text.split("\n\n")[:-1] == [paragraph.text for paragraph in page.named]


def test_each_quote_has_words_of_the_text_and_a_source_that_names_or_means_its_speaker() -> None:
    kinds = Counter[str]()
    for page in PAGES:
        for row in page.rows:
            kinds[row["mention"]] += 1
            (begin, end), (first, last) = row["content"][0], row["source"][0]
            assert page.text[begin:end].strip()
            source = page.text[first:last]
            if row["mention"] in {"name", "surname"}:
                assert row["speaker"].split("; ")[-1].split()[-1] in source or row["mention"] == "surname"
            if row["mention"] == "pronoun":
                assert source.casefold() in {"he", "she", "it", "they"}
            assert (row["speaker"] is None) == (row["speaker_type"] == "unnamed")
    assert min(kinds[kind] for kind in ("name", "surname", "pronoun", "nominal", "organization")) > 5


def test_names_are_whole_and_of_known_kinds_without_ranks_before_them() -> None:
    tags = [(paragraph.text[t.start : t.end], t.role) for page in PAGES for paragraph in page.named for t in paragraph.tags]
    assert {kind for _, kind in tags} == set(NAMED)
    assert all(name == name.strip() and not name.startswith(("Datuk", "Det. ", "Mr ", "Mrs ")) for name, _ in tags)


def test_the_same_seed_gives_the_same_pages_and_another_others() -> None:
    again = [read(f"made-7-{i}", page_of(random.Random(f"7/{i}"))) for i in range(3)]  # noqa: S311  no secret
    assert [page.text for page in again] == [page.text for page in PAGES[:3]]
    assert [page.text for page in made(3, 8)] != [page.text for page in PAGES[:3]]


@pytest.mark.parametrize("scene", [scene for scene, _ in SCENES], ids=lambda scene: scene.__name__)
def test_a_scene_writes_as_many_quotes_as_it_tells_of(scene: Callable[[Page], None]) -> None:
    for seed in range(20):
        page = Page(random.Random(seed))  # noqa: S311  no secret
        scene(page)
        made_up = read("one", page)
        assert len(made_up.rows) == len(page.rows) > 0


def test_articles_for_the_names_are_not_given_other_names_again() -> None:
    assert all(article.made for article in made_names(3, 7))
