"""Articles in which several speak at once, for tests of the store and of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import ids, pipeline
from quotes.records import (
    Alias,
    Article,
    CharSpan,
    Entity,
    Extraction,
    Form,
    Kind,
    MentionKind,
    PublishedFrom,
    Quote,
    Role,
    Run,
    SpeakerType,
)
from quotes.store import write

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

RUN = Run(id="run1", version="1.0", model="model 1", tagger="rules", settings="{}")
# Who speaks, in which role the first does, and the words.
Said = tuple[tuple[str, ...], str | None, str]
NEWS: dict[str, tuple[str, str, list[Said]]] = {
    "a1": ("The Herald", "2024-03-01", [
        (("Ann Lee", "Bo Dahl", "Cy Park"), "mayor", "We will appeal together"),
        (("Bo Dahl",), None, "Not on my watch"),
    ]),
    "a2": ("The Courier", "2024-03-05", [(("Bo Dahl", "Ann Lee"), None, "It is a shame"), (("Dee Moss",), "voter", "I saw it")]),
}


def extraction(article_id: str, outlet: str, published: str, said: list[Said]) -> Extraction:
    """Return the records of one article."""
    text, quotes = "", []
    roles: dict[str, dict[Role, None]] = {}
    for names, role, words in said:
        for name in names:
            roles.setdefault(name, {})
        if role:
            roles[names[0]][Role(role=role)] = None
        start = len(text) + 1
        text += f"“{words}” said {' and '.join(names)}.\n"
        quotes.append(Quote(
            id=ids.quote_id(article_id, words, 0), article_id=article_id, entity_key=names[0], other_keys=names[1:],
            kind=Kind.SPEECH, form=Form.DIRECT, content=(CharSpan(start, start + len(words)),), text=words,
            context=text[start - 1:], source=(CharSpan(text.rindex("said") + 5, len(text) - 2),), source_text=" and ".join(names),
            speaker="; ".join(names), speakers=names, speaker_type=SpeakerType.GROUP if names[1:] else SpeakerType.PERSON,
            mention=MentionKind.NAME, role=role, roles=(role,) if role else (), confidence=0.9, speaker_confidence=0.8, rule="t"))
    entities = tuple(Entity(key=name, type=SpeakerType.PERSON, name=name, roles=tuple(held),
                            aliases=(Alias(alias=name, kind=MentionKind.NAME, mentions=1),)) for name, held in roles.items())
    article = Article(id=article_id, text=text, title=f"Report {article_id}", outlet=outlet, published=published,
                      published_from=PublishedFrom.METADATA, origin=f"{article_id}.txt")
    return Extraction(article=article, quotes=tuple(quotes), entities=entities)


def build(path: Path, news: dict[str, tuple[str, str, list[Said]]] = NEWS) -> Database:
    """Make a database of articles and say who is who over all of them."""
    db = write.open_database(path, create=True)
    for article_id, row in news.items():
        write.write_extraction(db, extraction(article_id, *row), RUN)
    pipeline.resolve(db)
    return db
