"""People's corrections of quotes, applied to what was extracted before it is stored.

A correction is kept beside the quotes and applied whenever its article is written, so that the database follows from the
articles and people's decisions, in whatever order they came. An article's `fingerprint` covers the corrections that hold:
one that is added or taken back makes the article due for extraction again.

Invariant: a pure function of an extraction and corrections; a correction that no longer fits (the quote is gone, the
article was edited) changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from quotes.records import Act, Alias, CharSpan, CorrectionKind, Entity, Form, MentionKind, SpeakerType
from quotes.said import lead, share_in_marks
from quotes.store.fold import fold
from quotes.store.stored import CORRECTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quotes.records import Article, Correction, Extraction, Quote

SPANS = re.compile(r"\d+-\d+(?:,\d+-\d+)*")
TYPED = re.compile(r"(.*\S)\s*\[(person|organization|group|document|unnamed)\]")
CONTEXT_LENGTH = 400  # code points to either side, of a quote whose words a person set right
# Of corrections made at one moment, the order: another speaker has another role, which a correction of the role is about.
ORDER = (
    CorrectionKind.WRONG_SPAN, CorrectionKind.WRONG_SPEAKER, CorrectionKind.WRONG_ROLE, CorrectionKind.WRONG_AFFILIATION,
    CorrectionKind.WRONG_ACT, CorrectionKind.NOT_A_QUOTE,
)
RULE = CORRECTED
"""The `rule` of a quote that a person set right; its confidence is 1 if the words or the speaker were, and in the speaker too."""


def corrected(extraction: Extraction, corrections: Iterable[Correction]) -> Extraction:
    """Return an extraction with the corrections that hold applied to it.

    Args:
        extraction: what was found in an article.
        corrections: people's corrections of its quotes; those superseded are passed over.
    """
    for correction in sorted(corrections, key=lambda each: (each.made_at, ORDER.index(each.kind), each.value or "")):
        quote = next((quote for quote in extraction.quotes if quote.id == correction.quote_id), None)
        if quote is not None and correction.superseded_at is None:
            extraction = _apply(extraction, quote, correction)
    return extraction


def _apply(extraction: Extraction, quote: Quote, correction: Correction) -> Extraction:
    value = " ".join((correction.value or "").split())
    match correction.kind:
        case CorrectionKind.NOT_A_QUOTE:
            return replace(extraction, quotes=tuple(each for each in extraction.quotes if each is not quote))
        case CorrectionKind.WRONG_SPAN:
            content = spans_of(correction.value, extraction.article)
            return _put(extraction, quote, respanned(quote, content, extraction.article)) if content else extraction
        case CorrectionKind.WRONG_SPEAKER:
            return _with_speaker(extraction, quote, value)
        case CorrectionKind.WRONG_ROLE:
            return _with_role(extraction, quote, value or None, quote.affiliation if value else None)
        case CorrectionKind.WRONG_AFFILIATION:
            return _with_role(extraction, quote, quote.role, value or None)
        case CorrectionKind.WRONG_ACT:
            act = act_of(value)
            return _put(extraction, quote, replace(quote, act=act[0], negated=act[1], rule=RULE)) if act else extraction


# -- words --------------------------------------------------------------------------------------------------------------


def spans_of(value: str | None, article: Article) -> tuple[CharSpan, ...]:
    """Return the spans that a correction's value writes as "start-end,start-end", or () if they are none.

    Spans are half open, in order, without overlap, and lie in the article's text.
    """
    return spans_in(value, article.text)


def spans_in(value: str | None, text: str) -> tuple[CharSpan, ...]:
    """Return the spans of a text that a correction's value writes, or () if they are none."""
    if not value or not SPANS.fullmatch(value):
        return ()
    spans = tuple(CharSpan(*map(int, span.split("-"))) for span in value.split(","))
    ends = [0, *(span.end for span in spans)]
    fits = all(end <= span.start < span.end for end, span in zip(ends, spans, strict=False))
    return spans if fits and ends[-1] <= len(text) else ()


def respanned(quote: Quote, content: tuple[CharSpan, ...], article: Article) -> Quote:
    """Return a quote with other content; it keeps its identifier, so that links to it hold."""
    text = " ".join(article.text[start:end] for start, end in content)
    led = lead(article.text, content, quote.cue, source=quote.source)
    return replace(quote, content=content, text=text, lead=led, rule=RULE, confidence=1.0,
                   form=_form(quote, content, article.text), context=_context(quote, content, article.text))


def _form(quote: Quote, content: tuple[CharSpan, ...], text: str) -> Form:
    """Return how much of new content stands in marks; where the old one's form came from elsewhere (a layout), that form."""
    found = Form(share_in_marks(text, quote.content))
    return Form(share_in_marks(text, content)) if found == quote.form else quote.form


def _context(quote: Quote, content: tuple[CharSpan, ...], text: str) -> str:
    """Return the sentences that a quote stands in, or the lines where it goes beyond them."""
    start, end = content[0].start, content[-1].end
    low = text.find(quote.context, max(0, quote.content[0].start - len(quote.context)))
    if quote.context and low >= 0 and low <= start and end <= low + len(quote.context):
        return quote.context
    first = max(text.rfind("\n", 0, start) + 1, start - CONTEXT_LENGTH)
    line_end = text.find("\n", end)
    return text[first : min(len(text) if line_end < 0 else line_end, end + CONTEXT_LENGTH)].strip()


# -- speakers, roles, acts ----------------------------------------------------------------------------------------------


def named_in(value: str) -> tuple[tuple[str, SpeakerType], ...]:
    """Return the names of a correction's value, each with what it is of: "Ana Ruiz; World Bank [organization]".

    >>> named_in("Ana Ruiz; World Bank [organization]")[1]
    ('World Bank', <SpeakerType.ORGANIZATION: 'organization'>)
    """
    found = []
    for one in dict.fromkeys(filter(None, map(str.strip, value.split(";")))):
        typed = TYPED.fullmatch(one)
        found.append((typed[1], SpeakerType(typed[2])) if typed else (one, SpeakerType.PERSON))
    return tuple(found)


def act_of(value: str) -> tuple[Act, bool] | None:
    """Return the act that a correction's value names and whether it is negated, or None: "deny", "not deny"."""
    words = value.split()
    negated = words[:1] == ["not"]
    named = " ".join(words[negated:])
    return (Act(named), negated) if named in set(Act) else None


def _with_speaker(extraction: Extraction, quote: Quote, value: str) -> Extraction:
    """Return the extraction with a quote given to the speakers of a value: some that the article has, or others.

    Without a name it is whom the article calls by the words of its source, unnamed.
    """
    entities = extraction.entities
    speaking: list[Entity] = []
    for name, kind in named_in(value) or [("", SpeakerType.UNNAMED)]:
        entity = _named(entities, name)
        if entity is None:
            entity = _new_entity(name, kind) if name else _unnamed(entities, quote)
            entities = (*entities, *([entity] if entity.key not in {each.key for each in entities} else []))
        speaking.append(entity)
    first, *others = {entity.key: entity for entity in speaking}.values()
    names = tuple(entity.name for entity in (first, *others) if entity.name)
    like = quote if quote.entity_key == first.key else _like(extraction, first, quote)
    other = replace(
        quote, entity_key=first.key, other_keys=tuple(entity.key for entity in others), speaker="; ".join(names) or None,
        speakers=names, speaker_type=SpeakerType.GROUP if others else first.type, rule=RULE, confidence=1.0,
        speaker_confidence=1.0, role=like.role if like else None, roles=like.roles if like else (),
        affiliation=like.affiliation if like else None,
    )
    return _put(replace(extraction, entities=entities), quote, other)


def _new_entity(name: str, kind: SpeakerType) -> Entity:
    """Return somebody whom the article does not have as a speaker."""
    if kind is SpeakerType.UNNAMED:
        return Entity(key=f"{RULE} unnamed {fold(name) or name}", type=kind, description=name)
    alias = MentionKind.ORGANIZATION if kind is SpeakerType.ORGANIZATION else MentionKind.NAME
    return Entity(key=f"{RULE} {fold(name) or name}", type=kind, name=name, aliases=(Alias(alias=name, kind=alias, mentions=1),))


def _unnamed(entities: Iterable[Entity], quote: Quote) -> Entity:
    """Return who speaks in a quote as somebody without a name, called as the article does there."""
    called = as_called(quote)
    known = [entity for entity in entities if entity.type is SpeakerType.UNNAMED]
    new = Entity(key=f"{RULE} {quote.id} {fold(called or '')}".strip(), type=SpeakerType.UNNAMED, description=called)
    return _named(known, called or "") or new


def as_called(quote: Quote) -> str | None:
    """Return what an article calls the source of a quote without naming it, or None."""
    named = quote.mention in (MentionKind.NAME, MentionKind.SURNAME)
    return None if named else " ".join((quote.source_text or "").split()).strip(" ,;:–—-") or None


def _like(extraction: Extraction, entity: Entity, quote: Quote) -> Quote | None:
    """Return the quote of an entity that is nearest to another quote, whose role is then this one's too."""
    own = [each for each in extraction.quotes if each.entity_key == entity.key and each.role]
    return min(own, key=lambda each: abs(each.content[0].start - quote.content[0].start), default=None)


def _named(entities: Iterable[Entity], name: str) -> Entity | None:
    """Return the entity that an article calls or describes so, if there is just one."""
    folded = fold(name)
    called = [
        entity for entity in entities
        if folded and folded in map(fold, (entity.name or entity.description or "", *(alias.alias for alias in entity.aliases)))
    ]
    return called[0] if len(called) == 1 else None


def _with_role(extraction: Extraction, quote: Quote, role: str | None, affiliation: str | None) -> Extraction:
    """Return the extraction with another role of a quote's speaker; one that no other quote has leaves the speaker, too."""
    wrong = (quote.role, quote.affiliation)
    roles = (*([role] if role else []), *(each for each in quote.roles if each not in (quote.role, role)))
    extraction = _put(extraction, quote, replace(quote, role=role, affiliation=affiliation, roles=roles, rule=RULE))
    if any(wrong == (each.role, each.affiliation) for each in extraction.quotes if each.entity_key == quote.entity_key):
        return extraction
    return replace(extraction, entities=tuple(
        replace(entity, roles=tuple(held for held in entity.roles if (held.role, held.affiliation) != wrong))
        if entity.key == quote.entity_key else entity for entity in extraction.entities))


def _put(extraction: Extraction, old: Quote, new: Quote) -> Extraction:
    return replace(extraction, quotes=tuple(new if quote is old else quote for quote in extraction.quotes))
