"""What people decided on is found again in a changed text, by words and context, or said to be lost; never given to another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotes import ids, pipeline, review
from quotes.records import (
    Anchor,
    Article,
    CharSpan,
    Correction,
    CorrectionKind,
    Entity,
    Extraction,
    Form,
    Kind,
    MentionKind,
    Quote,
    Run,
    SpeakerType,
)
from quotes.store import read, removal, write
from quotes.store.anchors import CONTEXT, around, digest_of, found_again
from quotes.store.check import check
from quotes.store.schema import migration_0008_years

if TYPE_CHECKING:
    from sqlite_utils import Database

# Who says what; a paragraph each. "" for nobody: the paragraph is no quote.
Said = tuple[str, str]
RUN = Run(id="run1", version="1.0", model="model 1", tagger="rules", settings="{}")
RUIZ, DAHL, KERR = "Ana Ruiz, the mayor of Upton", "Bo Dahl of the bus drivers' union", "Cy Kerr, who owns the mill"
BRIDGE, ROAD, WIN = "We will repair the old bridge before winter", "The road can wait for another year", "We will win"
BROKEN = BRIDGE.replace(" ", "\n").replace("We", "WE")
RAIN = ("", "It rained in Upton on Monday and the river rose by two feet.")
HOSTILE = "We say <script>alert(1)</script> '; DROP TABLE quotes; -- and (a+)+$ \\1 [x"


def news(*paragraphs: Said, article_id: str = "news") -> Extraction:
    """Return an article with its quotes; a speaker's key is its number, as the extraction's are."""
    text, quotes, seen = "", [], list[str]()
    named = list(dict.fromkeys(who for who, _ in paragraphs if who))
    for who, words in paragraphs:
        if not who:
            text += f"{words}\n\n"
            continue
        start = len(text) + 1
        text += f"“{words},” said {who}.\n\n"
        quotes.append(Quote(
            id=ids.quote_id(article_id, words, seen.count(words)), article_id=article_id, entity_key=f"e{named.index(who) + 1}",
            kind=Kind.SPEECH, form=Form.DIRECT, content=(CharSpan(start, start + len(words)),), text=words, context=words,
            speaker=who, speaker_type=SpeakerType.PERSON, mention=MentionKind.NAME, confidence=0.9, rule="test"))
        seen.append(words)
    entities = tuple(Entity(key=f"e{place + 1}", type=SpeakerType.PERSON, name=who) for place, who in enumerate(named))
    return Extraction(article=Article(id=article_id, text=text), quotes=tuple(quotes), entities=entities)


class Story:
    """An article in a database, which is edited and corrected."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def write(self, *paragraphs: Said) -> Extraction:
        found = news(*paragraphs)
        write.write_extraction(self.db, found, RUN)
        return found

    def correct(self, quote: Quote, kind: str = "wrong speaker", value: str | None = "Dee Moss", at: str = "2026-01-01") -> str:
        return write.add_correction(self.db, Correction(
            quote_id=quote.id, kind=CorrectionKind(kind), value=value, who="Ann", made_at=f"{at}T00:00:00Z"))

    @property
    def quotes(self) -> dict[str, tuple[str, str, int]]:
        rows = self.db.execute("SELECT quotes.id, text, speakers.name, start FROM quotes JOIN speakers ON "
                               "speakers.id = speaker_id WHERE article_id = 'news' ORDER BY start")
        return {row[0]: row[1:] for row in rows}

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(text, name) for text, name, _ in self.quotes.values()]

    @property
    def lost(self) -> list[tuple[str, str]]:
        return [(each.quote_id, missing) for each, missing in read.corrections_not_found(self.db)]


@pytest.fixture
def story(empty: Database) -> Story:
    return Story(empty)


BEFORE = (RAIN, (RUIZ, BRIDGE), (DAHL, ROAD))


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ((RAIN, RAIN, (RUIZ, BRIDGE), (DAHL, ROAD)), BRIDGE),
        (((DAHL, ROAD), (RUIZ, BRIDGE)), BRIDGE),
        (((KERR, "I heard of it"), ("", "Then all went home."), (RUIZ, BRIDGE)), BRIDGE),
        ((RAIN, (RUIZ, f"{BRIDGE}, and pay for it"), (DAHL, ROAD)), f"{BRIDGE}, and pay for it"),
        ((RAIN, (RUIZ, "We will repair the old bridge"), (DAHL, ROAD)), "We will repair the old bridge"),
        ((RAIN, (RUIZ, BRIDGE.replace("old", "ancient")), (DAHL, ROAD)), BRIDGE.replace("old", "ancient")),
        (((DAHL, ROAD), (RUIZ, BRIDGE.replace("old", "ancient"))), BRIDGE.replace("old", "ancient")),
        ((RAIN, (RUIZ, BROKEN), (DAHL, ROAD)), BROKEN),
        ((RAIN, (KERR, BRIDGE), (DAHL, ROAD)), BRIDGE),
    ],
    ids=["a paragraph put before", "paragraphs reordered", "all around it rewritten", "its end extended", "its end cut off",
         "a word changed", "a word changed and the paragraphs reordered", "lines broken by another reader",
         "the same words given to another speaker"],
)
def test_a_correction_goes_with_its_quote_whose_id_stays(story: Story, after: tuple[Said, ...], words: str) -> None:
    quote = story.write(*BEFORE).quotes[0]
    story.correct(quote)
    story.write(*after)
    assert story.quotes[quote.id][:2] == (words, "Dee Moss")
    assert story.lost == []
    assert [name for _, name in story.said].count("Dee Moss") == 1


@pytest.mark.parametrize(
    "after",
    [(RAIN, (DAHL, ROAD)), (RAIN,), ((RUIZ, "No comment"), (DAHL, ROAD)),
     (RAIN, (RUIZ, "We will think about it all again"), (DAHL, ROAD))],
    ids=["removed", "no quote is left", "another one by the same speaker", "other words in its place"],
)
def test_a_correction_whose_quote_is_gone_is_listed_and_given_to_no_other(story: Story, after: tuple[Said, ...]) -> None:
    quote = story.write(*BEFORE).quotes[0]
    story.correct(quote)
    story.write(*after)
    assert story.lost == [(quote.id, "quote")]
    assert quote.id not in story.quotes
    assert "Dee Moss" not in str(story.said)
    story.write(*BEFORE)
    assert story.lost == []
    assert story.quotes[quote.id][1] == "Dee Moss"


EQUAL = (RAIN, (RUIZ, WIN), (DAHL, ROAD), (KERR, WIN))


@pytest.mark.parametrize("chosen", [0, 2], ids=["the first", "the second"])
@pytest.mark.parametrize(
    ("after", "ruiz", "kerr"),
    [
        ((*EQUAL, RAIN), 0, 2),
        ((RAIN, (KERR, WIN), (DAHL, ROAD), (RUIZ, WIN)), 2, 0),
        ((RAIN, (DAHL, ROAD), (KERR, WIN)), None, 1),
        ((RAIN, (RUIZ, WIN), (DAHL, ROAD)), 0, None),
        ((("Dee Moss, a bystander", WIN), RAIN, (RUIZ, WIN), (DAHL, ROAD), (KERR, WIN)), 1, 3),
        ((RAIN, (f"{RUIZ}, in tears", WIN), (DAHL, ROAD), ("the owner", WIN)), 0, 2),
    ],
    ids=["an edit elsewhere", "swapped", "the first removed", "the second removed", "a third before both",
         "both contexts edited"],
)
def test_of_two_equal_quotes_that_one_stays_corrected_which_was(
    story: Story, chosen: int, after: tuple[Said, ...], ruiz: int | None, kerr: int | None
) -> None:
    quote = story.write(*EQUAL).quotes[chosen]
    story.correct(quote, value="Eve Lane")
    story.write(*after)
    place = ruiz if chosen == 0 else kerr
    assert [number for number, (_, name) in enumerate(story.said) if name == "Eve Lane"] == ([] if place is None else [place])
    assert story.lost == ([(quote.id, "quote")] if place is None else [])
    assert len(story.quotes) == sum(1 for who, _ in after if who)


def test_one_that_only_resembles_the_removed_one_and_was_there_before_is_another(story: Story) -> None:
    quote = story.write((RUIZ, WIN), RAIN, (DAHL, f"{WIN} again")).quotes[0]
    story.correct(quote)
    story.write(RAIN, (DAHL, f"{WIN} again"))
    assert story.lost == [(quote.id, "quote")]
    assert story.said == [(f"{WIN} again", DAHL)]


def test_what_is_no_quote_stays_none_when_its_words_change(story: Story) -> None:
    quote = story.write(*BEFORE).quotes[0]
    story.correct(quote, "not a quote", None)
    story.write(*BEFORE)
    assert [text for text, _ in story.said] == [ROAD]
    story.write(RAIN, RAIN, (RUIZ, f"{BRIDGE} sets in"), (DAHL, ROAD))
    assert [text for text, _ in story.said] == [ROAD]
    assert story.lost == []
    story.write(RAIN, (DAHL, ROAD))
    assert story.lost == [(quote.id, "quote")]


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ((RAIN, RAIN, (RUIZ, BRIDGE), (DAHL, ROAD)), "repair the old bridge"),
        (((DAHL, ROAD), (RUIZ, f"Yes. {BRIDGE}")), "repair the old bridge"),
        ((RAIN, (RUIZ, BRIDGE.replace(" ", "\n")), (DAHL, ROAD)), "repair\nthe\nold\nbridge"),
        ((RAIN, (RUIZ, BRIDGE.replace("old", "ancient")), (DAHL, ROAD)), None),
    ],
    ids=["moved", "moved and extended", "lines broken", "one of its words changed"],
)
def test_a_span_that_a_person_gave_moves_with_its_words(story: Story, after: tuple[Said, ...], words: str | None) -> None:
    """The offsets that were given are those of the old text: in the new one other words stand there."""
    quote = story.write(*BEFORE).quotes[0]
    start = quote.content[0].start + BRIDGE.index("repair")
    story.correct(quote, "wrong span", f"{start}-{start + len('repair the old bridge')}")
    found = story.write(*after)
    text, _, begins = story.quotes[quote.id]
    assert found.article.text[begins : begins + len(text)] == text
    assert text == (words or BRIDGE.replace("old", "ancient"))
    assert story.lost == ([] if words else [(quote.id, "span")])


def test_a_long_span_is_found_by_its_ends_when_a_word_within_changes(story: Story) -> None:
    long = "We will repair the old bridge before winter and then the road to the mill if there is money"
    quote = story.write((RUIZ, long)).quotes[0]
    start = quote.content[0].start
    story.correct(quote, "wrong span", f"{start}-{start + long.index(' if')}")
    story.write(RAIN, (RUIZ, long.replace("winter", "spring")))
    assert story.quotes[quote.id][0] == "We will repair the old bridge before spring and then the road to the mill"


@pytest.mark.parametrize("words", ["no " * 3000, "we will not go and " * 600], ids=["one word", "five words"])
def test_a_very_long_quote_of_few_words_is_found_too(story: Story, words: str) -> None:
    quote = story.write((RUIZ, f"{words}at last"), (DAHL, ROAD)).quotes[0]
    start = quote.content[0].start
    story.correct(quote)
    story.correct(quote, "wrong span", f"{start}-{start + len(words) - 1}")
    story.write(RAIN, (RUIZ, f"{words}in the end"), (DAHL, ROAD))
    assert story.quotes[quote.id][:2] == (words[:-1], "Dee Moss")
    assert story.lost == []


def test_a_second_correction_of_a_corrected_span_finds_the_quote_by_the_words_that_were_read(story: Story) -> None:
    quote = story.write(*BEFORE).quotes[0]
    start = quote.content[0].start
    story.correct(quote, "wrong span", f"{start}-{start + 7}")
    story.write(*BEFORE)
    assert story.quotes[quote.id][0] == "We will"
    story.correct(quote, at="2026-01-02")
    for _ in range(2):
        story.write(RAIN, *BEFORE)
        assert story.quotes[quote.id][:2] == ("We will", "Dee Moss")
    assert story.lost == []


def test_two_corrections_never_meet_in_one_quote(story: Story) -> None:
    first, second = story.write((RUIZ, f"{BRIDGE} for certain"), (DAHL, f"{BRIDGE} for nothing")).quotes
    story.correct(first, value="Eve Lane")
    story.correct(second, value="Dee Moss")
    story.write((RUIZ, f"{BRIDGE} for sure"), (DAHL, ROAD))
    assert (first.id in story.quotes) != (second.id in story.quotes)
    assert len(story.lost) == 1
    assert len(story.quotes) == 2


def test_an_article_about_which_nobody_decided_stays_as_it_was_found() -> None:
    found = news(*EQUAL)
    assert found_again(found, ()).extraction is found


def test_rows_follow_from_the_last_text_and_the_decisions_alone(story: Story) -> None:
    quote = story.write(*EQUAL).quotes[2]
    story.correct(quote)
    last = (RAIN, (KERR, f"{WIN} in the end"), (RUIZ, WIN))
    for version in ((RAIN,), EQUAL, (*EQUAL, RAIN), last):
        story.write(*version)
    slowly = story.quotes
    write.delete_article(story.db, "news")
    story.write(*last)
    assert story.quotes == slowly
    assert story.quotes[quote.id][:2] == (f"{WIN} in the end", "Dee Moss")
    assert [each for each in check(story.db) if "computed anew" not in each] == []


def test_a_correction_taken_back_gives_the_quote_the_id_of_its_words_again(story: Story) -> None:
    quote = story.write(*EQUAL).quotes[2]
    identifier = story.correct(quote)
    after = (RAIN, (KERR, WIN))
    story.write(*after)
    assert [*story.quotes] == [quote.id]
    write.supersede_correction(story.db, identifier, "2026-01-03T00:00:00Z")
    assert [article.id for article in read.articles_to_correct(story.db)] == ["news"]
    found = story.write(*after)
    assert [*story.quotes] == [found.quotes[0].id]
    assert story.lost == []


@pytest.mark.parametrize("kind", ["wrong speaker", "wrong span"])
def test_hostile_words_are_words(story: Story, kind: str) -> None:
    quote = story.write((HOSTILE, HOSTILE), (DAHL, ROAD)).quotes[0]
    start, end = quote.content[0]
    story.correct(quote, kind, f"{start + 3}-{end}" if kind == "wrong span" else HOSTILE)
    story.write(RAIN, (HOSTILE, f"{HOSTILE} again"), (DAHL, ROAD))
    assert story.lost == []
    assert story.quotes[quote.id][0] == (HOSTILE[3:] if kind == "wrong span" else f"{HOSTILE} again")


def test_of_an_article_that_is_taken_out_no_word_stays_and_what_was_decided_holds_when_it_comes_back(story: Story) -> None:
    quote = story.write(*EQUAL).quotes[2]
    start = quote.content[0].start
    story.correct(quote)
    story.correct(quote, "wrong span", f"{start}-{start + 7}")
    removal.remove(story.db, ["news"], corrections=False)
    kept = story.db.execute("SELECT exact || prefix || suffix || others FROM correction_anchors").fetchall()
    assert {row[0] for row in kept} == {""}
    assert story.lost == [(quote.id, "article")] * 2
    story.write(*EQUAL)
    assert story.quotes[quote.id][:2] == ("We will", "Dee Moss")
    removal.remove(story.db, ["news"], corrections=True)
    assert story.db["correction_anchors"].count == story.db["entity_anchors"].count == 0


def test_context_is_kept_short(story: Story) -> None:
    story.correct(story.write(RAIN, RAIN, (RUIZ, BRIDGE), RAIN).quotes[0])
    ((prefix, suffix),) = story.db.execute("SELECT prefix, suffix FROM correction_anchors").fetchall()
    assert (len(prefix), len(suffix)) == (CONTEXT, CONTEXT)


NAMED = st.sampled_from([RUIZ, DAHL, KERR, ""])
WORDS = st.sampled_from([BRIDGE, ROAD, WIN, f"{WIN} again", "No", "…", "We will repair the bridge"])
TEXTS = st.lists(st.tuples(NAMED, WORDS), max_size=5)


@settings(max_examples=300, deadline=None)
@given(before=TEXTS, after=TEXTS, data=st.data())
def test_whatever_is_edited_no_quote_gets_two_ids_and_no_id_two_quotes(before: list[Said], after: list[Said], data: Any) -> None:
    old, new = news(*before), news(*after)
    chosen = data.draw(st.lists(st.sampled_from(old.quotes), unique=True)) if old.quotes else []
    made = [anchored(old, quote) for quote in chosen]
    found = found_again(new, made)
    assert len({quote.id for quote in found.extraction.quotes}) == len(new.quotes)
    assert [replace(quote, id="") for quote in found.extraction.quotes] == [replace(quote, id="") for quote in new.quotes]
    assert len(found.corrections) + len(found.lost) == len(made)
    same = found_again(old, made)
    assert same.extraction == old
    assert same.lost == ()


def anchored(found: Extraction, quote: Quote) -> Correction:
    """Return a correction of a quote with the anchor that the store would give it."""
    text, (start, end) = found.article.text, quote.content[0]
    prefix, suffix = around(text, start, end)
    others = tuple(sorted(digest_of(other.text) for other in found.quotes if other is not quote))
    anchor = Anchor(exact=quote.text, prefix=prefix, suffix=suffix, start=start, end=end, sha256=found.article.sha256,
                    others=others)
    return Correction(quote_id=quote.id, kind=CorrectionKind.NOT_A_QUOTE, who="Ann", made_at="2026-01-01", id=quote.id,
                      anchor=anchor)


# -- speakers -----------------------------------------------------------------------------------------------------------


SMITH = "John Smith"


@pytest.fixture
def parted(empty: Database) -> str:
    """Two articles with a John Smith each, who are two by a person's decision; the identifier of the one in `news`."""
    write.write_extraction(empty, news(RAIN, (SMITH, ROAD), article_id="other"), RUN)
    write.write_extraction(empty, news((RUIZ, BRIDGE), (SMITH, WIN)), RUN)
    pipeline.resolve(empty)
    return review.split(empty, SMITH, ["news"], who="Ann")


def speakers_of(db: Database, article_id: str) -> dict[str, str]:
    pipeline.resolve(db)
    return dict(db.execute("SELECT text, speaker_id FROM quotes WHERE article_id = ?", [article_id]).fetchall())


@pytest.mark.parametrize(
    "after",
    [((KERR, "I saw it"), (RUIZ, BRIDGE), (SMITH, WIN)), ((SMITH, WIN), (RUIZ, BRIDGE)), ((SMITH, WIN), RAIN)],
    ids=["another speaker before", "reordered", "the speaker before removed"],
)
def test_a_decision_on_one_articles_speaker_holds_when_others_come_and_go(
    empty: Database, parted: str, after: tuple[Said, ...]
) -> None:
    """Keys count speakers: without an anchor, the decision would be about whoever has the number now."""
    write.write_extraction(empty, news(*after), RUN)
    assert speakers_of(empty, "news")[WIN] == parted
    assert speakers_of(empty, "other")[ROAD] != parted
    assert list(read.decisions_not_found(empty)) == []
    assert check(empty) == []


def test_a_decision_on_a_speaker_who_is_gone_is_listed_and_meets_nobody_else(empty: Database, parted: str) -> None:
    write.write_extraction(empty, news((RUIZ, BRIDGE), (KERR, WIN)), RUN)
    assert parted not in speakers_of(empty, "news").values()
    assert list(read.decisions_not_found(empty)) == [("Ann", f"{SMITH} in news")]
    review.undo(empty)
    assert list(read.decisions_not_found(empty)) == []


def test_a_decision_on_a_speaker_holds_when_its_article_comes_back_as_it_was(empty: Database, parted: str) -> None:
    removal.remove(empty, ["news"], corrections=False)
    write.write_extraction(empty, news((RUIZ, BRIDGE), (SMITH, WIN)), RUN)
    assert speakers_of(empty, "news")[WIN] == parted


def test_decisions_of_an_older_version_are_found_again_too(empty: Database) -> None:
    """The migration anchors what was decided before there were anchors."""
    story = Story(empty)
    quote = story.write(*EQUAL).quotes[2]
    identifier = story.correct(quote)
    kept = empty.execute("SELECT * FROM correction_anchors").fetchall()
    for table in ("correction_anchors", "entity_anchors", "corrections_not_found"):
        empty.conn.execute(f"DROP TABLE {table}")
    migration_0008_years(empty)
    assert empty.execute("SELECT * FROM correction_anchors").fetchall() == kept
    assert kept[0][0] == identifier
