"""Where a report ends, by grammar and punctuation: what lies in a quote's content and is none of what was said.

Holds the spaCy component `quotes_ends`, behind `quotes_sources`. Each of `STEPS` mends one class: a tail that belongs to the
source, a second report, a sentence of the reporter's behind a stop, the next headline of a list, empty marks, a deed that
stands where a verb of speech might, an attribution within a sentence.

Invariants: words in quotation marks stay in the quote that has them, or become a quote of their own; a quote that is taken
apart gives each part no more confidence than it had; a quote never loses all of its content but as a whole.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from spacy.language import Language

from quotes import lexicon
from quotes.nlp.component import MARKS_KEY, PARAGRAPHS_KEY, QuoteStep, Range, Reported, Rule, tokens_of
from quotes.nlp.find.kinds import listed
from quotes.nlp.find.layout import CONFIDENCE
from quotes.nlp.find.somebody import is_person
from quotes.nlp.find.tagged import DASHES, SENTENCE_ENDS
from quotes.nlp.grammar import SUBJECTS, trim
from quotes.nlp.marks import ParagraphKind
from quotes.nlp.text import CLOSE_MARKS, FINITE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from spacy.tokens import Doc, Span, Token

    Ending = Callable[["Page", list[Reported]], list[Reported]]

FINAL = SENTENCE_ENDS | {"...", "\N{HORIZONTAL ELLIPSIS}"}
BARE = frozenset({"DT", "WDT", "_SP"})
LONGEST_NAME = 8  # tokens of a source between commas
TELLING_WHEN = frozenset({"after", "as", "while"})
PERSONAL = frozenset({"he", "she", "they", "it"})


class Page:
    """A Doc with what the steps ask of it.

    Args:
        doc: the Doc, with marks and paragraphs.
    """

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.regions: tuple[Range, ...] = tuple((span.start, span.end) for span in doc.spans.get(MARKS_KEY, ()))
        self.region = _numbered(len(doc), self.regions)
        paragraphs = list(doc.spans.get(PARAGRAPHS_KEY, ()))
        self.paragraph = _numbered(len(doc), [(span.start, span.end) for span in paragraphs])
        self.headlines = frozenset(n for n, span in enumerate(paragraphs) if span.label_ == ParagraphKind.HEADLINE)

    def in_marks(self, token: int) -> bool:
        """Say whether a token stands in quotation marks."""
        return self.region[token] >= 0

    def behind(self, token: int) -> int:
        """Return the first token from one on that is no space, the Doc's length if there is none."""
        while token < len(self.doc) and self.doc[token].is_space:
            token += 1
        return token

    def last(self, token: int) -> int:
        """Return the last token of a token's paragraph."""
        while token + 1 < len(self.doc) and self.paragraph[token + 1] == self.paragraph[token]:
            token += 1
        return token

    def before(self, token: int) -> int:
        """Return the last token up to one that is no space, -1 if there is none."""
        while token >= 0 and self.doc[token].is_space:
            token -= 1
        return token


def _numbered(length: int, spans: Sequence[Range]) -> list[int]:
    numbers = [-1] * length
    for number, (start, end) in enumerate(spans):
        numbers[start:end] = [number] * (end - start)
    return numbers


# ---------------------------------------------------------------- tails


def without_empty_marks(page: Page, quotes: list[Reported]) -> list[Reported]:
    """Drop what begins with empty marks, whose words are lost: `The caretaker said, "" and left the room.`.

    And a dash behind a closing mark, which joins who said it: "“They shut my school”—Ana Ruiz said.".
    """
    empty = {start for start, end in page.regions if not any(token.is_alpha or token.like_num for token in page.doc[start:end])}

    def kept(piece: Range) -> Range:
        start, end = piece
        behind = end - start > 1 and page.doc[end - 1].text in DASHES and page.doc[end - 2].text in CLOSE_MARKS
        return (start, end - 1) if behind else piece

    spoken = [quote for quote in quotes if not empty.intersection(start for start, _ in quote.content)]
    return [replace(quote, content=tuple(map(kept, quote.content))) for quote in spoken]


def without_bare_words(page: Page, quotes: list[Reported]) -> list[Reported]:
    """Drop what is nothing but an article or a relative pronoun: "which, the researchers argue, rules out ..."."""

    def is_bare(quote: Reported) -> bool:
        words = [token for start, end in quote.content for token in page.doc[start:end] if not token.is_punct]
        return all(token.tag_ in BARE and not page.in_marks(token.i) for token in words)

    return [quote for quote in quotes if not is_bare(quote)]


def within_its_sentence(page: Page, quotes: list[Reported]) -> list[Reported]:
    """End what somebody said in a reporter's words with its sentence: `He says he keeps it. Ken, Upper Tarn`."""
    return [_cut(page, quote, _stop_within) for quote in quotes]


def _stop_within(page: Page, start: int, end: int) -> int | None:
    """Return where the first sentence of a piece ends, None if it holds one sentence or what follows holds marks."""
    for at in range(start + 1, end):
        stop = page.before(at - 1)
        if page.doc[at].is_sent_start and page.doc[stop].text in FINAL and not page.in_marks(stop):
            return None if any(map(page.in_marks, range(at, end))) else stop
    return None


def within_its_paragraph(page: Page, quotes: list[Reported]) -> list[Reported]:
    """Leave out a reporter's words in another paragraph than the cue: `Two are missing, police say`, `That's all for tonight`."""

    def kept(quote: Reported) -> tuple[Range, ...]:
        if quote.rule.is_laid_out or not quote.cue or page.doc[quote.cue[-1][1] - 1].text in DASHES | {":"}:
            return quote.content
        here = page.paragraph[quote.cue[-1][0]]
        near = [page.paragraph[start] == here for start, _ in quote.content]
        if all(near) or not any(near) or page.doc[page.before(page.last(quote.cue[-1][0]))].text == ":":
            return quote.content
        return tuple(piece for piece in quote.content if page.paragraph[piece[0]] == here or _is_quoted(page, piece))

    return [replace(quote, content=kept(quote)) for quote in quotes]


def _is_quoted(page: Page, piece: Range) -> bool:
    """Say whether a piece holds marks or stands in them."""
    return any(page.in_marks(at) or page.doc[at].is_quote for at in range(*piece))


def within_its_relative_clause(page: Page, quotes: list[Reported]) -> list[Reported]:
    """End what `the senator, who said that A, will have to B` reports before the main clause goes on."""
    return [_cut(page, quote, _main_clause) if _is_relative(page.doc, quote) else quote for quote in quotes]


def _is_relative(doc: Doc, quote: Reported) -> bool:
    if not quote.source or not quote.cue:
        return False
    return doc[quote.source[-1][1] - 1].tag_ in ("WP", "WDT") and quote.source[-1][0] < quote.cue[-1][0]


def _main_clause(page: Page, start: int, end: int) -> int | None:
    """Return the comma in a piece behind which a finite verb follows that has no subject of its own there."""
    for at in range(start + 2, end - 1):
        comma = page.doc[at].text == "," or (page.doc[at].is_quote and page.doc[at - 1].text == ",")
        behind = page.doc[at + 1]
        if comma and behind.tag_ in FINITE and not page.in_marks(at + 1) and behind.i < end:
            return at if page.doc[at].text == "," else at + 1
    return None


def without_adjuncts(page: Page, quotes: list[Reported]) -> list[Reported]:
    """Leave out at a report's end what tells of the saying: `urged them to stay in a letter to the board`, `while hearing`."""
    return [_cut(page, quote, partial(_adjunct, set(tokens_of(quote.cue)))) for quote in quotes]


def _adjunct(cue: set[int], page: Page, start: int, end: int) -> int | None:
    """Return where the last words of a piece begin that hang on the cue's verb, or that stand behind marks and tell when."""
    closes = next((stop for first, stop in page.regions if start < first and start < stop < end - 1), None)
    for token in page.doc[start + 2 : end - 1]:
        if page.in_marks(token.i):
            continue
        last = token.right_edge.i >= end - 1
        medium = token.lower_ == "in" and any(
            child.dep_ == "pobj" and child.lemma_.lower() in lexicon.finding().media for child in token.children
        )
        if medium and last and (token.head.i in cue or any(page.in_marks(at) for at in range(start, token.i))):
            return token.i
        if closes is not None and token.i == page.behind(closes) and _tells_when(token):
            return token.i
    return None


def _tells_when(token: Token) -> bool:
    """Say whether a word begins a clause that says when: "as his country hosted the talks", "while hearing a petition"."""
    clause = token.dep_ == "mark" or any(child.dep_ == "pcomp" for child in token.children)
    return clause and token.lower_ in TELLING_WHEN and token.nbor().lower_ != "to"


def within_its_headline(page: Page, quotes: list[Reported]) -> list[Reported]:
    """End what a headline reports where the next one of a list of links begins: `Pier is lost Swans return to pond`."""
    return [_cut(page, quote, _next_headline) for quote in quotes]


def _next_headline(page: Page, start: int, end: int) -> int | None:
    """Return where another headline begins in a piece of one: a capital and a verb of its own behind a small letter."""
    if page.paragraph[start] not in page.headlines or any(map(page.in_marks, range(start, end))):
        return None
    return next((at for at in range(start + 3, end - 2) if _opens_headline(page.doc, start, at, end)), None)


def _opens_headline(doc: Doc, start: int, at: int, end: int) -> bool:
    """Say whether a token may be the first of a headline in sentence case that stands in another."""
    before, stop = doc[at - 1], at
    if not doc[at].text[:1].isupper() or not before.text.islower() or not before.is_alpha:
        return False
    if before.pos_ not in ("NOUN", "ADV", "ADJ", "VERB") or (before.pos_ == "NOUN" and is_person(before)):
        return False
    while stop < end and doc[stop].text[:1].isupper():
        stop += 1
    told = any(token.tag_ in FINITE for token in doc[start:at])
    several = stop == at + 1 and doc[at].lower_.endswith("s")
    return told and stop < end - 1 and (doc[stop].tag_ in FINITE or (several and doc[stop].pos_ in ("NOUN", "VERB")))


def _cut(page: Page, quote: Reported, find: Callable[[Page, int, int], int | None]) -> Reported:
    """Return a quote whose last piece, behind its cue and in a reporter's words, ends where a function says."""
    start, end = max(quote.content)
    told = quote.cue and max(quote.cue)[1] <= start and not page.doc[start].is_quote
    if quote.rule.is_laid_out or not told or page.doc[page.before(start - 1)].text == ":":
        return quote
    cut = find(page, start, end)
    last = trim(page.doc, (start, cut)) if cut is not None else None
    return quote if last is None else replace(quote, content=(*(piece for piece in quote.content if piece[0] < start), last))


# ---------------------------------------------------------------- second reports


def second_reports(page: Page, quotes: list[Reported]) -> list[Reported]:
    """Make two of `X said A and he said B`, and of `X said A and then told Y, "B"`."""
    return [part for quote in quotes for part in _reports(page, quote)]


def _reports(page: Page, quote: Reported) -> list[Reported]:
    """Return a quote and the second report that the end of its content is."""
    start, end = max(quote.content)
    if quote.rule.is_laid_out or not quote.cue or not quote.source or max(quote.cue)[1] > start:
        return [quote]
    tense = {token.tag_ for token in page.doc[slice(*quote.cue[-1])]} & FINITE
    if (between := _between(page, quote, tense)) is not None:
        return between
    for verb in page.doc[start + 2 : end - 1]:
        second = _second(page, quote, verb, end) if verb.tag_ in tense and not page.in_marks(verb.i) else None
        if second is not None:
            opens = min(piece[0] for piece in (*second.source, *second.cue) if piece[0] > start)
            first = trim(page.doc, (start, _without_joint(page.doc, opens)))
            if first is not None:
                return [replace(quote, content=(*(piece for piece in quote.content if piece[0] < start), first)), second]
    return [quote]


def _between(page: Page, quote: Reported, tense: set[str]) -> list[Reported] | None:
    """Return both reports of `X told Y that A and later joked: "B"` where A and B are two pieces, None if they are not."""
    if len(quote.content) == 1:
        return None
    *first, before, (start, end) = sorted(quote.content)
    opens = start in {region[0] for region in page.regions}
    if not opens or max(quote.cue)[1] > before[0] or page.in_marks(before[1] - 1):
        return None
    for verb in page.doc[before[1] : start]:
        cue = lexicon.cues().by_lemma.get(verb.lemma_.lower())
        joined = any(token.dep_ == "cc" for token in page.doc[before[1] : verb.i])
        alone = not any(child.dep_ in SUBJECTS for child in verb.children)
        same = verb.tag_ in tense or (verb.tag_ == "VBN" and "VBD" in tense)  # which a small parser mixes up
        if same and cue is not None and "marks" in cue.takes and joined and alone:
            second = replace(quote, key=f"{quote.key}-second", content=((start, end),), cue=((verb.i, verb.i + 1),))
            return [replace(quote, content=(*first, before)), replace(second, rule=Rule.SECOND)]
    return None


def _second(page: Page, quote: Reported, verb: Token, end: int) -> Reported | None:
    """Return the second report that a verb of saying begins, None if what it says belongs to the first."""
    cue, doc = lexicon.cues().by_lemma.get(verb.lemma_.lower()), page.doc
    if cue is None or cue.kind != "speech" or not cue.takes & {"clause", "marks"}:
        return None
    first = verb.i
    while doc[first - 1].tag_ == "RB":
        first -= 1
    subject = next((child for child in verb.children if child.dep_ in SUBJECTS), None)
    new = replace(quote, key=f"{quote.key}-second", cue=((verb.i, verb.i + 1),), rule=Rule.SECOND)
    if subject is not None and subject.i == first - 1 and subject.lower_ in PERSONAL and doc[first - 2].dep_ == "cc":
        content = trim(doc, (verb.i + 1, end))
        return None if content is None else replace(new, content=(content,), source=((subject.i, subject.i + 1),))
    opens = next((region for region in page.regions if verb.i < region[0] < end), None)
    joined = subject is None and doc[first - 1].dep_ == "cc" and not any(map(page.in_marks, range(max(quote.content)[0], verb.i)))
    if opens is None or not joined or opens[1] < end or _is_told_more(page, verb.i + 1, opens[0]):
        return None
    return replace(new, content=((opens[0], end),))


def _is_told_more(page: Page, start: int, end: int) -> bool:
    """Say whether more than whom it was said to, and where, stands between a verb of saying and marks."""
    between = page.doc[start:end]
    return any(token.tag_ in FINITE for token in between) or not (start == end or between[-1].text in {",", ":"})


def of_those_asked(page: Page, quotes: list[Reported]) -> list[Reported]:
    """Give what a share of those asked said to them, not to where it stands: `In the poll, 52 percent said they would go`."""
    return [_of_those_asked(page, quote) for quote in quotes]


def _of_those_asked(page: Page, quote: Reported) -> Reported:
    """Return a quote whose cue is a bare preposition as one of the share that its content tells of, if it does."""
    doc, bare = page.doc, all(token.pos_ == "ADP" for start, end in quote.cue for token in page.doc[start:end])
    if not quote.cue or not bare or len(quote.content) > 1 or quote.cue[0][1] - quote.cue[0][0] > 1:
        return quote
    start, end = quote.content[0]
    for verb in doc[start:end]:
        subject = next((child for child in verb.children if child.dep_ in SUBJECTS and child.i >= start), None)
        reports = lexicon.cues().takes(verb.lemma_.lower(), "clause") and verb.tag_ in FINITE
        if reports and subject is not None and _counts(subject) and (said := trim(doc, (verb.i + 1, end))) is not None:
            asked = (max(start, subject.left_edge.i), verb.i)
            return replace(quote, content=(said,), cue=((verb.i, verb.i + 1),), source=(asked,))
    return quote


def _counts(noun: Token) -> bool:
    """Say whether a noun phrase is a share or a number of people."""
    return noun.lower_ in {"percent", "%", "per"} or any(token.like_num or token.text == "%" for token in noun.subtree)


def _without_joint(doc: Doc, at: int) -> int:
    """Return the place before the conjunction, its adverbs and comma, that stands before a token."""
    while doc[at - 1].dep_ == "cc" or doc[at - 1].text == "," or doc[at - 1].tag_ == "RB":
        at -= 1
    return at


# ---------------------------------------------------------------- deeds


def without_beats(page: Page, quotes: list[Reported]) -> list[Reported]:
    """Leave a whole sentence in marks without the one who only does something behind it: `"We are lost." Dunmore nodded.`."""
    return [_unclaimed(quote) if _is_beat(page, quote) else quote for quote in quotes]


def _unclaimed(quote: Reported) -> Reported:
    """Return a quote as one that nothing but its place gives to anybody."""
    least = CONFIDENCE[Rule.ALONE]
    sure = least if quote.confidence is None else min(least, quote.confidence)
    return replace(quote, cue=(), source=(), rule=Rule.ALONE, confidence=sure)


def _is_beat(page: Page, quote: Reported) -> bool:
    """Say whether what stands for a quote's cue is a deed in a sentence behind it, with no words of the doer's behind that."""
    if not quote.cue or not quote.source or quote.rule.is_laid_out:
        return False
    end, cue = max(quote.content)[1], page.doc[slice(*quote.cue[-1])]
    region = page.region[end - 1]
    behind = page.behind(end)
    if region < 0 or behind >= len(page.doc) or not quote.source[0][0] == behind < cue.start:
        return False
    stop = next((token.text for token in reversed(page.doc[page.regions[region][0] : end]) if not token.is_quote), "")
    if stop not in FINAL or not page.doc[behind].text[:1].isupper() or _is_speech(cue):
        return False
    return not any(map(page.in_marks, range(cue.end, page.last(end - 1) + 1)))


def _is_speech(cue: Span) -> bool:
    """Say whether a cue holds a word of speech that is not the name of a gesture."""
    gestures = lexicon.finding().gestures
    return any(listed(token) not in (None, "attitude") and token.lemma_.lower() not in gestures for token in cue)


# ---------------------------------------------------------------- attribution within a sentence


def interrupted(page: Page, quotes: list[Reported]) -> list[Reported]:
    """Give a sentence that `, warned traders,` interrupts to those who warned, in the place of what was found in it."""
    used = {token: quote for quote in quotes for token in tokens_of(quote.cue)}
    for number, (verb, source, content) in enumerate(_interruptions(page)):
        own = used.get(verb.i)
        if own is not None and set(tokens_of(own.source)) & set(range(*source)):
            continue
        inside = set(tokens_of(content)) | {verb.i}
        touched = [quote for quote in quotes if not inside.isdisjoint(tokens_of(quote.pieces))]
        if any(not inside.union(range(*source)).issuperset(tokens_of((*quote.content, *quote.cue))) for quote in touched):
            continue
        certain = [quote.confidence for quote in touched if quote.confidence is not None]
        quotes = [quote for quote in quotes if quote not in touched]
        quotes.append(Reported(key=f"interrupted-{number}", content=content, cue=((verb.i, verb.i + 1),), source=(source,),
                               rule=Rule.INTERRUPTED, confidence=max(INTERRUPTED, *certain) if certain else INTERRUPTED))
    return quotes


INTERRUPTED = 0.6


def _interruptions(page: Page) -> Iterator[tuple[Token, Range, tuple[Range, ...]]]:
    """Yield verbs of saying between commas with who said it behind them, and the two halves of the sentence around."""
    doc = page.doc
    for verb in doc[1 : max(1, len(doc) - 2)]:
        if verb.tag_ not in ("VB", "VBD", "VBN", "VBP", "VBZ") or doc[verb.i - 1].text != "," or page.in_marks(verb.i):
            continue
        cue = lexicon.cues().by_lemma.get(verb.lemma_.lower())
        if cue is None or cue.kind not in ("speech", "act") or not {"clause", "marks"} <= cue.takes:
            continue
        comma = next((at for at in range(verb.i + 2, min(verb.i + 2 + LONGEST_NAME, len(doc))) if doc[at].text == ","), None)
        if comma is None or not _names(doc[verb.i + 1 : comma]):
            continue
        start, end = verb.sent.start, verb.sent.end
        pieces = (start, verb.i - 1), (comma + 1, _last_word(doc, end))
        halves = [half for piece in pieces if (half := trim(doc, piece)) is not None]
        if len(halves) > 1 and any(token.tag_ in FINITE for token in doc[comma + 1 : end]):
            yield verb, (verb.i + 1, comma), tuple(halves)


def _last_word(doc: Doc, end: int) -> int:
    while end > 0 and (doc[end - 1].is_space or doc[end - 1].text in SENTENCE_ENDS):
        end -= 1
    return end


def _names(span: Span) -> bool:
    """Say whether a few tokens are a noun phrase for persons."""
    if not len(span) or any(token.pos_ in ("VERB", "AUX", "ADP", "SCONJ") or token.is_punct for token in span):
        return False
    return is_person(span[-1])


STEPS: tuple[Ending, ...] = (
    without_empty_marks, without_bare_words, within_its_sentence, within_its_paragraph,
    within_its_relative_clause, without_adjuncts, within_its_headline, second_reports, of_those_asked,
    without_beats, interrupted,
)


# ---------------------------------------------------------------- spaCy


@Language.factory("quotes_ends", assigns=["doc.spans"], requires=["doc.spans", "token.dep", "token.tag", "token.lemma"])
def make_ends(nlp: Language, name: str) -> Ends:
    """Make the component that says where reports end; put it behind `quotes_sources`.

    Args:
        nlp (Language): the pipeline.
        name (str): the component's name.
    RETURNS (Ends): the component.
    """
    del nlp
    return Ends(name)


class Ends(QuoteStep):
    """Takes out of quotes what is none of what was said.

    Args:
        name: the component's name.
        steps: what it does, in this order.
    """

    def __init__(self, name: str = "quotes_ends", *, steps: Sequence[Ending] = STEPS) -> None:
        super().__init__(name)
        self.steps = steps

    def changed(self, doc: Doc, quotes: list[Reported]) -> list[Reported]:
        """Return the quotes, each ending where what was said ends."""
        page = Page(doc)
        for step in self.steps:
            quotes = step(page, quotes)
        return quotes
