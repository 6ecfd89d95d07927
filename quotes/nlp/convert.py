"""From a spaCy Doc to records: the only way out of the pipeline.

Reads `doc.spans["quotes"]` (contents, cues, sources), `doc.spans["quotes_mentions"]` (who is who in the article) and
`doc.spans["quotes_marks"]`; makes `Quote` and `Entity` records; registers `Doc._.quotes`.

Invariants: nothing of spaCy is in what is returned; quotes come in the order of their contents; every quote has an entity,
every entity a quote.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, Any

from spacy.tokens import Doc

from quotes.ids import digest, quote_id, text_sha256
from quotes.nlp.component import MARKS_KEY, MENTIONS_KEY, PARAGRAPHS_KEY, Reported, read_quotes, spans_of
from quotes.nlp.grammar import predicate_start
from quotes.nlp.marks import ParagraphKind
from quotes.records import (
    Act,
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
from quotes.said import lead

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from spacy.tokens import Span

CONFIDENCE_DIGITS = 2  # more would differ between processors, whose sums of floats do, and the same articles give the same rows
CONTEXT_LENGTH = 600  # code points kept on either side of a content that lies in one very long sentence


def extraction(doc: Doc, article: Article) -> Extraction:
    """Return everything found in an article.

    Args:
        doc: the article's text, through a pipeline of `load_pipeline`.
        article: the article; its text is the Doc's.
    """
    mentions = doc.spans[MENTIONS_KEY].attrs if MENTIONS_KEY in doc.spans else {}
    sources, entities = mentions.get("sources", {}), mentions.get("entities", {})
    quoted = _quoted(doc)
    occurrences: Counter[str] = Counter()
    quotes = []
    for found in _in_order(read_quotes(doc)):
        content = _chars(spans_of(doc, found.content))
        text = " ".join(article.text[start:end] for start, end in content)
        form = Form.DIRECT if found.rule.needs_no_marks else _form(article.text, content, quoted)
        quotes.append(_quote(doc, article, found, text=text, form=form, source=sources.get(found.key, {}), entities=entities,
                             occurrence=occurrences[text]))
        occurrences[text] += 1
    used = {key for quote in quotes for key in quote.entity_keys}
    kept = tuple(_entity(key, entities.get(key, {})) for key in sorted(used))
    furniture = _chars(span for span in doc.spans.get(PARAGRAPHS_KEY, ()) if span.label_ == ParagraphKind.FURNITURE)
    return Extraction(article=article, quotes=tuple(quotes), entities=kept, furniture=furniture)


def _in_order(quotes: Iterable[Reported]) -> list[Reported]:
    """Return the quotes that have a content, in the order of those."""
    return sorted((quote for quote in quotes if quote.content), key=lambda quote: min(quote.content))


def _chars(spans: Iterable[Span]) -> tuple[CharSpan, ...]:
    return tuple(CharSpan(span.start_char, span.end_char) for span in sorted(spans, key=lambda span: span.start))


def _quoted(doc: Doc) -> list[tuple[int, int]]:
    """Return the sorted, disjoint ranges of code points in quotation marks."""
    group = doc.spans.get(MARKS_KEY, ())
    return sorted((span.start_char, span.end_char) for span in group)


def _form(text: str, content: Iterable[CharSpan], quoted: list[tuple[int, int]]) -> Form:
    """Return how much of a content stands in marks, counted in letters and digits."""
    starts = [start for start, _ in quoted]
    inside = letters = 0
    for start, end in content:
        for i in range(start, end):
            if text[i].isalnum():
                letters += 1
                at = bisect_right(starts, i) - 1
                inside += at >= 0 and i < quoted[at][1]
    if not inside:
        return Form.INDIRECT
    return Form.DIRECT if inside == letters else Form.MIXED


def _quote(doc: Doc, article: Article, found: Reported, *, text: str, form: Form,  # noqa: PLR0913
           source: dict[str, Any], entities: dict[str, Any], occurrence: int) -> Quote:
    said, cues = spans_of(doc, found.content), spans_of(doc, found.cue)
    content, cue, named = _chars(said), _chars(cues), _chars(spans_of(doc, found.source))
    key, *others = source.get("entities") or [f"quote-{content[0].start}"]
    speaking = [entities.get(each, {}) for each in (key, *others)]
    names = tuple(entity["name"] for entity in speaking if entity.get("name"))
    return Quote(
        id=quote_id(article.id, text, occurrence),
        article_id=article.id,
        entity_key=key,
        other_keys=tuple(others),
        kind=found.kind or Kind.SPEECH,
        form=form,
        content=content,
        cue=cue,
        source=named,
        text=text,
        context=_context(doc, article.text, said),
        cue_text=_words(article.text, cue),
        cue_lemma=_lemma(cues),
        source_text=_words(article.text, named),
        speaker="; ".join(names) or None,
        speakers=names,
        speaker_type=SpeakerType.GROUP if others else SpeakerType(speaking[0].get("type") or SpeakerType.UNNAMED),
        mention=MentionKind(source.get("mention") or MentionKind.NONE),
        role=source.get("role"),
        roles=tuple(source.get("roles") or ()),
        affiliation=source.get("affiliation"),
        confidence=_rounded(found.confidence),
        speaker_confidence=_rounded(source.get("confidence")),
        rule=" ".join(filter(None, (str(found.rule), source.get("rule")))),
        act=found.act or Act.SAY,
        negated=found.negated,
        lead=lead(article.text, content, cue, predicate_start(cues[0], said) if cues else None, named),
    )


def _words(text: str, spans: tuple[CharSpan, ...]) -> str | None:
    return " ".join(text[start:end] for start, end in spans) or None


def _lemma(cue: Sequence[Span]) -> str | None:
    """Return the lemma of a cue's last verb, or of its last word; a phrase ("according to") stays whole."""
    tokens = [token for span in cue for token in span if token.is_alpha]
    if not tokens:
        return None
    verbs = [token for token in tokens if token.pos_ == "VERB"]
    if not verbs and len(tokens) > 1 and tokens[-1].pos_ == "ADP":
        return " ".join(token.lower_ for token in tokens)
    return str((verbs or tokens)[-1].lemma_).lower() or None


def _context(doc: Doc, text: str, content: Sequence[Span]) -> str:
    """Return the sentences that a content stands in, as the article has them."""
    first, last = min(span.start for span in content), max(span.end for span in content)
    start, end = doc[first].sent.start_char, doc[last - 1].sent.end_char
    low, high = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
    return text[max(start, low - CONTEXT_LENGTH):min(end, high + CONTEXT_LENGTH)].strip()


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, CONFIDENCE_DIGITS)


def _entity(key: str, found: dict[str, Any]) -> Entity:
    return Entity(
        key=key,
        type=SpeakerType(found.get("type") or SpeakerType.UNNAMED),
        name=found.get("name"),
        description=found.get("description"),
        aliases=tuple(Alias(alias=a, kind=MentionKind(kind), mentions=n) for a, kind, n in found.get("aliases", ())),
        roles=tuple(Role(role=r, affiliation=a, role_class=c) for r, a, c in found.get("roles", ())),
    )


def article_of(text: str) -> Article:
    """Return an article that is nothing but a text; its identifier follows from the text."""
    return Article(id=digest("text", text_sha256(text)), text=text)


def doc_quotes(doc: Doc) -> tuple[Quote, ...]:
    """Return the quotes of a Doc: the getter behind `doc._.quotes`."""
    return extraction(doc, article_of(doc.text)).quotes


Doc.set_extension("quotes", getter=doc_quotes, force=True)
