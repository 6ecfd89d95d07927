"""Long articles in pieces: all of the text is read, no quote is lost where it is cut, and who is who stays known."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.nlp import pieces
from quotes.nlp.pieces import Joined, Piece, cut
from quotes.records import (
    Alias,
    Article,
    CharSpan,
    Entity,
    Extraction,
    Form,
    Kind,
    MentionKind,
    Quote,
    Role,
    SpeakerType,
)

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.language import Language

PERSON, BODY, UNNAMED = SpeakerType.PERSON, SpeakerType.ORGANIZATION, SpeakerType.UNNAMED
TEXT = st.text(st.sampled_from("“”\"'‘’ab. \n\u2028\u00a0é")) | st.text()


@given(TEXT, st.integers(1, 40), st.integers(0, 20))
def test_pieces_cover_a_text_and_read_around_themselves(text: str, size: int, around: int) -> None:
    found = cut(text, longest=size, piece=size, around=around)
    assert [found[0].start, found[-1].end] == [0, len(text)]
    assert all(one.end == other.start for one, other in pairwise(found))
    for piece in found:
        assert 0 <= piece.low <= piece.start <= piece.end <= piece.high <= len(text)
        assert piece.end - piece.start <= size
        assert piece.start - piece.low <= around
        assert piece.high - piece.end <= around


def test_an_article_of_usual_length_is_one_piece() -> None:
    assert cut("a" * pieces.LONGEST) == (Piece(start=0, end=pieces.LONGEST, low=0, high=pieces.LONGEST),)
    assert len(cut("a" * (pieces.LONGEST + 1))) == 2


@pytest.mark.parametrize(("text", "size", "starts"), [
    ("It rained all day.\n\nIt snowed all night.\n\nIt was calm.", 27, ["It snowed", "It was"]),
    ("It rained all day, again.\n\n“It snow.\n\n“Yes,” she said, and she left for the day, at once.", 45, ["“It snow"]),
    ("It rained all day. It snowed all night. It was calm.", 26, ["It snowed", "It was"]),
    ("it rained all day and it snowed", 20, ["day and"]),
], ids=["between paragraphs", "before a quotation that goes on", "between sentences", "between words"])
def test_a_text_is_cut(text: str, size: int, starts: list[str]) -> None:
    found = cut(text, longest=size, piece=size, around=0)[1:]
    assert [text[piece.start :][: len(start)] for piece, start in zip(found, starts, strict=False)] == starts


def test_a_run_without_a_space_is_cut_anywhere() -> None:
    assert [(piece.start, piece.end) for piece in cut("a" * 10, longest=4, piece=4, around=0)] == [(0, 4), (4, 8), (8, 10)]


# ---------------------------------------------------------------- put together by hand


def quote(start: int, end: int, *keys: str, speaker: str | None = None, role: str | None = None, text: str = "") -> Quote:
    return Quote(
        id="?", article_id="a", entity_key=keys[0], other_keys=keys[1:], kind=Kind.SPEECH, form=Form.DIRECT,
        content=(CharSpan(start, end),), text=text or "x" * (end - start), context="", speaker=speaker, speaker_type=PERSON,
        mention=MentionKind.NAME, rule="test", role=role, roles=(role,) if role else (),
    )


def entity(
    key: str, name: str | None = None, *, kind: SpeakerType = PERSON, told: str | None = None, role: str | None = None
) -> Entity:
    aliases = (Alias(alias=name, kind=MentionKind.NAME, mentions=1),) if name else ()
    return Entity(key=key, type=kind, name=name, description=told, aliases=aliases, roles=(Role(role=role),) if role else ())


def joined(*found: tuple[list[Quote], list[Entity]], named: tuple[str, ...] = ()) -> Extraction:
    """Return what is found in pieces of ten characters, each read alone; `named` stands in the first."""
    whole = Joined(Article(id="a", text="x" * 10 * len(found)))
    for number, (quotes, entities) in enumerate(found):
        piece = Piece(start=10 * number, end=10 * number + 10, low=10 * number, high=10 * number + 10)
        extraction = Extraction(article=Article(id="a", text="x" * 10), quotes=tuple(quotes), entities=tuple(entities))
        whole.add(piece, extraction, named if not number else ())
    return whole.extraction()


def speakers(*names: tuple[str, str | None], named: tuple[str, ...] = ()) -> list[str | None]:
    """Return who speaks in one quote a piece, each of a person whom the piece calls by a name."""
    parts = [([quote(1, 4, "e1", speaker=name)], [entity("e1", name, role=role)]) for name, role in names]
    return [each.speaker for each in joined(*parts, named=named).quotes]


@pytest.mark.parametrize(("names", "named", "expected"), [
    (["Ana Ruiz", "Ruiz"], (), ["Ana Ruiz", "Ana Ruiz"]),
    (["Ruiz", "Ana Ruiz"], (), ["Ana Ruiz", "Ana Ruiz"]),
    (["Ben Hallam", "Ruiz"], ("Ana Ruiz",), ["Ben Hallam", "Ana Ruiz"]),
    (["Ana Ruiz", "Ben Ruiz", "Ruiz"], (), ["Ana Ruiz", "Ben Ruiz", "Ben Ruiz"]),
    (["Ana Ruiz", "Hallam"], (), ["Ana Ruiz", "Hallam"]),
], ids=["a surname means who was named", "the full name may follow", "who was named but did not speak", "the last of two",
        "another one"])
def test_people_are_known_by_name(names: list[str], named: tuple[str, ...], expected: list[str]) -> None:
    assert speakers(*((name, None) for name in names), named=named) == expected


def test_a_role_told_before_goes_with_the_speaker() -> None:
    found = joined(([quote(1, 4, "e1", speaker="Ana Ruiz", role="mayor")], [entity("e1", "Ana Ruiz", role="mayor")]),
                   ([quote(1, 4, "e1", speaker="Ruiz")], [entity("e1", "Ruiz")]))
    assert [each.role for each in found.quotes] == ["mayor", "mayor"]
    assert [(each.name, [role.role for role in each.roles]) for each in found.entities] == [("Ana Ruiz", ["mayor"])]
    assert [alias.alias for alias in found.entities[0].aliases] == ["Ana Ruiz", "Ruiz"]


def test_bodies_and_descriptions_are_one_if_they_are_worded_alike() -> None:
    part = ([quote(1, 2, "b"), quote(3, 4, "d"), quote(5, 6, "n")],
            [entity("b", "City Council", kind=BODY), entity("d", kind=UNNAMED, told="a witness"), entity("n", kind=UNNAMED)])
    found = joined(part, part)
    assert [each.entity_key for each in found.quotes] == ["e1", "e2", "e3", "e1", "e2", "e4"]
    assert [each.key for each in found.entities] == ["e1", "e2", "e3", "e4"]


def test_who_speak_together_keep_their_names() -> None:
    found = joined(([quote(1, 4, "e1")], [entity("e1", "Ana Ruiz")]),
                   ([quote(1, 4, "e1", "e2")], [entity("e1", "Ruiz"), entity("e2", "Bo Lund")]))
    assert found.quotes[1].speakers == ("Ana Ruiz", "Bo Lund")
    assert found.quotes[1].speaker == "Ana Ruiz; Bo Lund"


def test_equal_words_have_different_ids_and_offsets_are_the_articles() -> None:
    part = ([quote(1, 4, "e1", text="No.")], [entity("e1", "Ana Ruiz")])
    found = joined(part, part)
    assert len({each.id for each in found.quotes}) == 2
    assert [each.content for each in found.quotes] == [((1, 4),), ((11, 14),)]


def test_what_begins_outside_of_a_piece_or_goes_on_from_the_one_before_is_not_its_own() -> None:
    whole = Joined(Article(id="a", text="x" * 20))
    first, over, last = quote(2, 4, "e1"), quote(8, 14, "e1"), quote(16, 18, "e1")
    found = Extraction(article=whole.article, entities=(entity("e1", "Ana Ruiz"),), furniture=(CharSpan(1, 2), CharSpan(15, 16)))
    whole.add(Piece(start=0, end=10, low=0, high=20), replace(found, quotes=(first, over, last)), ())
    whole.add(Piece(start=10, end=20, low=0, high=20), replace(found, quotes=(first, quote(10, 14, "e1"), last)), ())
    assert [each.content[0] for each in whole.extraction().quotes] == [(2, 4), (8, 14), (16, 18)]
    assert whole.extraction().furniture == ((1, 2), (15, 16))


# ---------------------------------------------------------------- with the language model


@pytest.mark.model
def test_no_quote_is_lost_where_an_article_is_cut(nlp: Language) -> None:
    said = "“We will appeal number {},” said {}.\n\nThe council met on Tuesday. It looked at plans for the bridge."
    text = "Ana Ruiz is the mayor of Arden.\n\n" + "\n\n".join(said.format(n, "Ruiz" if n else "Ana Ruiz") for n in range(40))
    parts = cut(text, longest=600, piece=500, around=200)
    found = pieces.extraction(nlp, Article(id="a", text=text), parts=parts, terms=True)
    assert len(parts) > 8
    assert [each.text for each in found.quotes] == [f"“We will appeal number {n},”" for n in range(40)]
    assert {each.speaker for each in found.quotes} == {"Ana Ruiz"}
    assert len(found.entities) == 1
    for each in found.quotes:
        assert " ".join(text[start:end] for start, end in each.content) == each.text


@pytest.mark.model
def test_in_pieces_is_found_what_is_found_at_once(nlp: Language, seeds: Path) -> None:
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(seeds.glob("*.txt")))
    whole = pieces.extraction(nlp, Article(id="a", text=text), parts=cut(text, longest=len(text)))
    found = pieces.extraction(nlp, Article(id="a", text=text), parts=cut(text, longest=1, piece=4_000))
    words = {at for each in found.quotes for start, end in each.content for at in range(start, end)}
    lost = [each.text for each in whole.quotes if not any(words & {*range(*span)} for span in each.content)]
    assert len(lost) <= 1, lost  # the network reads other words around a piece
    assert abs(len(found.quotes) - len(whole.quotes)) <= 3
