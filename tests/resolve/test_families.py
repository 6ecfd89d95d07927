"""Which articles are copies of one another: by their text, their address, an agency's tag with some of the text."""

from __future__ import annotations

from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest

from quotes import pipeline
from quotes.ids import text_sha256
from quotes.records import Article, Basis, Copy, Extraction
from quotes.resolve import families
from quotes.store import write
from scripts.make.big_database import RUN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CHANCE = Random(5)  # noqa: S311  no secret
WORDS = [f"w{number}" for number in range(4000)]


def words(number: int) -> str:
    return " ".join(CHANCE.choices(WORDS, k=number))


STORY, OTHER, QUOTE = words(400), words(400), words(40)


def copy(text: str, name: str = "x", address: str | None = None, agency: str | None = None) -> Copy:
    return Copy(id=name, text=text, sha256=text_sha256(text), address=address, agency=agency)


@pytest.mark.parametrize(("shorter", "longer", "basis"), [
    pytest.param(copy(STORY), copy(STORY, "y"), Basis.TEXT, id="the same text"),
    pytest.param(copy("Short."), copy("Short.", "y"), Basis.TEXT, id="the same text, however short"),
    pytest.param(copy(STORY[:900]), copy(STORY, "y"), Basis.SHARED, id="cut from the end"),
    pytest.param(copy(f"{words(30)} {STORY}"), copy(f"{STORY} {words(90)}", "y"), Basis.SHARED, id="words before and behind"),
    pytest.param(copy(STORY, address="https://a.example/x"), copy(OTHER, "y", address="https://a.example/x"), Basis.ADDRESS,
                 id="the same address, rewritten"),
    pytest.param(copy(f"{STORY[:1000]} {words(200)}", agency="AP"), copy(STORY, "y", agency="AP"), Basis.AGENCY,
                 id="half of one agency's story"),
    pytest.param(copy(f"{STORY[:1000]} {words(200)}"), copy(STORY, "y"), None, id="half of a story of nobody's"),
    pytest.param(copy(f"{STORY[:1000]} {words(200)}", agency="AP"), copy(STORY, "y", agency="AFP"), None,
                 id="half of a story, of two agencies"),
    pytest.param(copy(OTHER, agency="AP"), copy(STORY, "y", agency="AP"), None, id="two stories of one agency"),
    pytest.param(copy(f"{OTHER} {QUOTE}"), copy(f"{STORY} {QUOTE}", "y"), None, id="a quote in both"),
])
def test_an_article_is_a_copy_by(shorter: Copy, longer: Copy, basis: Basis | None) -> None:
    found = families.fit(shorter, longer)
    assert (None if found is None else found.basis) == basis


def families_of(path: Path, texts: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the family of each article that is in one, of a database of articles by their names."""
    with closing(write.open_database(path, create=True)) as db:
        write.write_extractions(db, [Extraction(article=Article(id=name, text=text)) for name, text in texts], RUN)
        pipeline.tell(db)
        return dict(db.execute("SELECT article_id, family_id FROM article_families").fetchall())


def test_of_hundreds_that_carry_one_quote_only_the_copies_are_a_family(tmp_path: Path) -> None:
    crowd = [(f"a{number:03}", f"{words(300)} {QUOTE} {words(100)}") for number in range(60)]
    texts = [("story", f"{STORY} {QUOTE}"), ("cut", STORY[:1500]), ("whole", f"{STORY} {QUOTE}"), *crowd]
    found = families_of(tmp_path / "a.db", texts)
    assert set(found) == {"story", "cut", "whole"}
    assert len(set(found.values())) == 1
    assert families_of(tmp_path / "b.db", texts[::-1]) == found


@pytest.mark.parametrize(("text", "author", "agency"), [
    pytest.param("LONDON (Reuters) - Talks failed.", None, "Reuters", id="a dateline"),
    pytest.param("Talks failed, Reuters reported.", None, None, id="who reported something"),
    pytest.param("Talks failed.", "AP", "The Associated Press", id="a byline"),
    pytest.param("Talks failed.\n\n© 2022 Agence France-Presse", None, "Agence France-Presse", id="a last line"),
])
def test_an_article_names_its_agency_in(text: str, author: str | None, agency: str | None) -> None:
    assert families.agency_of(text, author=author) == agency
