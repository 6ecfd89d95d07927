from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Span, SpanGroup

from quotes.nlp.component import Rule, read_quotes
from quotes.nlp.find.layout import RULES, Layout, introduced, laid_out
from quotes.nlp.marks import Marks, ParagraphKind, paragraphs

if TYPE_CHECKING:
    from spacy.language import Language

TRANSCRIPT = """Transcript: the senator on water

HOST ANA RUIZ: Welcome back. With me is Senator Kofi Osei. Senator, good morning.

SEN. KOFI OSEI (D-Ohio): Good morning. Thank you for having me.

RUIZ: Why did you change your vote?

OSEI: The bill changed, and so did we.

It now has meters on every well.

(BEGIN VIDEO CLIP)

RUIZ: Thank you.

The interview was recorded on Friday.
"""
INTERVIEW = "Q: Why now?\nA: We had waited long enough.\nQ: What will you do next?\nA: I will sleep.\n"


def _found(text: str, told: str | None = None) -> list[tuple[str, list[str]]]:
    kinds = {(p.start, p.end): p.kind for p in paragraphs(text)}
    blocks = [block for block, kind in kinds.items() if kind is not ParagraphKind.FURNITURE]
    numbers = [number for number, block in enumerate(blocks) if text[slice(*block)] == told]
    found = laid_out(text, blocks, furniture=kinds.keys() - set(blocks), told=numbers)
    return [(text[slice(*f.source)], [text[slice(*piece)] for piece in f.content]) for f in found]


def test_turns_of_a_transcript() -> None:
    assert _found(TRANSCRIPT) == [
        ("HOST ANA RUIZ", ["Welcome back. With me is Senator Kofi Osei. Senator, good morning."]),
        ("SEN. KOFI OSEI (D-Ohio)", ["Good morning. Thank you for having me."]),
        ("RUIZ", ["Why did you change your vote?"]),
        ("OSEI", ["The bill changed, and so did we.", "It now has meters on every well."]),
        ("RUIZ", ["Thank you."]),
    ]


def test_an_excerpt_of_a_transcript_has_marks_before_its_names() -> None:
    excerpt = '"RUIZ: Why did you change, senator?\n\n"OSEI: We did not change.\n\n"RUIZ: You voted for it."\n'
    assert [source for source, _ in _found(excerpt)] == ["RUIZ", "OSEI", "RUIZ"]


def test_what_the_writer_tells_between_turns_is_in_none() -> None:
    told = "Here the phone rang. “No, the blue one,” said Osei. “The blue one is mine.”"
    page = TRANSCRIPT.replace("It now has meters on every well.", f"It now has meters on every well.\n\n{told}")
    assert page != TRANSCRIPT
    assert _found(page) == _found(TRANSCRIPT)


def test_what_the_tagger_takes_for_the_writers_words_is_in_no_turn() -> None:
    told = "She poured the tea. The dog had gone to sleep."
    page = TRANSCRIPT.replace("It now has meters on every well.", f"It now has meters on every well.\n\n{told}")
    assert _found(page) != _found(TRANSCRIPT)
    assert _found(page, told) == _found(TRANSCRIPT)


QUESTIONS = """The two sat down on Friday, and tea was poured by the host's neighbour.

{0}Why did you come back to the valley?{0}

Somebody had to mend the roof.

Nobody else had a ladder.

{0}And will you stay here now?{0}

The roof decides that.

{0}What does your family say about it?{0}

They say nothing. They hold the ladder.

Ana Ruiz locked the shed, and that was that.
"""


@pytest.mark.parametrize("bold", ["**", ""], ids=["bold", "plain"])
def test_answers_to_questions_that_are_paragraphs_of_their_own(bold: str) -> None:
    page = QUESTIONS.format(bold)
    kinds = {(p.start, p.end): p.kind for p in paragraphs(page)}
    blocks = [block for block, kind in kinds.items() if kind is not ParagraphKind.FURNITURE]
    told = [number for number, block in enumerate(blocks) if page[slice(*block)].startswith(("The two", "Ana Ruiz"))]
    found = laid_out(page, blocks, told=told)
    assert [(f.source, [page[slice(*piece)] for piece in f.content]) for f in found] == [
        (None, ["Somebody had to mend the roof.", "Nobody else had a ladder."]),
        (None, ["The roof decides that."]),
        (None, ["They say nothing. They hold the ladder."]),
    ]


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The River Authority has posted an update:\n\n> Water will rise.\n>\n> Stay away from the bank.",
         ("The River Authority", "Water will rise. Stay away from the bank.")),
        ("The head of the Flood Service, Ana Ruiz, speaking in Port Aldous:\n\nThe second surge will be higher.",
         ("The head of the Flood Service, Ana Ruiz", "The second surge will be higher.")),
        ("The union's chair writes:\n\nThe offer is an insult to every driver.",
         ("The union's chair", "The offer is an insult to every driver.")),
    ],
    ids=["a quoted block", "a speaker", "a paragraph"],
)
def test_a_passage_that_the_line_before_gives_to_somebody(nlp: Language, text: str, expected: tuple[str, str]) -> None:
    doc = nlp(text)
    (found,) = introduced(doc, list(Marks()(doc).spans["quotes_paragraphs"]))
    assert found.source is not None
    assert (text[slice(*found.source)], " ".join(text[slice(*piece)] for piece in found.content)) == expected


def test_a_label_may_have_an_aside() -> None:
    assert _found(TRANSCRIPT.replace("RUIZ: Why", "RUIZ [laughs]: Why")) == _found(TRANSCRIPT)


def test_questions_and_answers() -> None:
    assert [source for source, _ in _found(INTERVIEW)] == ["Q", "A", "Q", "A"]


@pytest.mark.parametrize(
    "text",
    [
        "Ohio: Osei 1,200 votes.\nIowa: Ruiz 900 votes.\nMaine: Ruiz 400 votes.\nOhio: recount on Friday.\n",
        "Update: The road is open again.\nWeather: Rain is expected.\nSport: The match was drawn.\n",
        "Note: We have corrected the name of the river.",
    ],
    ids=["a list of results", "labels", "a note"],
)
def test_a_colon_alone_makes_no_transcript(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    "text",
    ["Gwen Okafor @gokaforMP\nWe are working flat out to clear the road.",
     "Gwen Okafor (@gokaforMP)\nWe are working flat out to clear the road.",
     "The road to the coast is shut, the council said.\n\nGwen Okafor\n@gokaforMP\nWe are working flat out to clear the road.",
     "We are working flat out to clear the road.\n— Gwen Okafor (@gokaforMP) March 3, 2022"],
    ids=["handle above", "handle in brackets above", "handle on its own line", "dash below"],
)
def test_an_embedded_post(text: str) -> None:
    assert _found(text) == [("Gwen Okafor", ["We are working flat out to clear the road."])]


def test_what_was_found_inside_a_turn_gives_way() -> None:
    doc = Marks()(spacy.blank("en")(INTERVIEW + "\nShe said it rained."))
    inside, said = next(t.i for t in doc if t.text == "waited"), next(t.i for t in doc if t.text == "said")
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", attrs={"0": {"rule": "linked"}, "1": {"rule": "beside"}}, spans=[
        Span(doc, inside, inside + 2, label="CONTENT", span_id="0"), Span(doc, said + 1, said + 3, label="CONTENT", span_id="1"),
    ])
    doc = Layout()(doc)
    assert [quote.rule for quote in read_quotes(doc) if not quote.rule.is_laid_out] == [Rule.BESIDE]
    assert sum(span.label_ == "SOURCE" for span in doc.spans["quotes"]) == 4


@pytest.mark.parametrize("unit", ["A: ", "Ana: you\n", "— A (@b) ", "Ana Ruiz " * 7])
def test_layout_of_nothing_but_names_is_read_without_error(unit: str) -> None:
    text = unit * 5_000
    assert isinstance(_found(text), list)


SERVED = {
    Rule.TURN: TRANSCRIPT,
    Rule.ANSWER: QUESTIONS.format("**"),
    Rule.BLOCK: "The union's chair writes:\n\nThe offer is an insult to every driver.",
    Rule.POST: "We are working flat out to clear the road.\n— Gwen Okafor (@gokaforMP) March 3, 2022",
    Rule.SIGNED: "The hall opened on Sunday.\n\n“I wept when I saw the ceiling.”\n\nAna Ruiz, curator",
    Rule.DASH: "“Stay off the ice”: Harbour Board\n\nThe lake at Arden is thin this year, and it will stay so.",
    Rule.ALONE: "The hall was full when the vote came.\n\n“We will not move. We have paid for the roof.”\n\nIt rained all day.",
}


@pytest.mark.model
@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_serves_a_text(nlp: Language, rule: Rule) -> None:
    doc = nlp(SERVED[rule])
    doc.spans.pop("quotes", None)
    assert rule in {quote.rule for quote in Layout().match(doc)}
    assert rule not in {quote.rule for quote in Layout(rules=RULES - {rule}).match(doc)}
