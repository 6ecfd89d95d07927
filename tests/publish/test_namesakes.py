"""Two people of one name are two on their pages, which say so; what a role belongs to leads to who that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quotes import ids, pipeline
from quotes.publish.export import export
from quotes.publish.serve import make_datasette
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
    Run,
    SpeakerType,
)
from quotes.store import write
from quotes.store.check import check

if TYPE_CHECKING:
    from pathlib import Path

    from datasette.app import Datasette

RUN = Run(id="run1", version="1.0", model="model 1", tagger="rules", settings="{}")
HOSTILE = "<script>alert(1)</script>"
NURSE = Role(role=f"nurse at {HOSTILE}", role_class="expert or academic")
MINISTER = Role(role="minister of Tern Water", affiliation="the Tern Water", role_class="minister")
NEWS: list[tuple[str, str, SpeakerType, Role | None]] = [
    ("a1", "Grace Marsham", SpeakerType.PERSON, NURSE),
    ("a2", "Grace Marsham", SpeakerType.PERSON, MINISTER),
    ("a3", "Grace Marsham", SpeakerType.PERSON, MINISTER),
    ("a4", "Tern Water", SpeakerType.ORGANIZATION, None),
]


def extraction(article: str, name: str, kind: SpeakerType, role: Role | None) -> Extraction:
    """Return an article in which somebody says one thing."""
    words = "It rains"
    text = f"“{words},” said {name}."
    cue = text.index("said")
    quote = Quote(
        id=ids.quote_id(article, words, 0), article_id=article, entity_key="e1", kind=Kind.SPEECH, form=Form.DIRECT,
        content=(CharSpan(1, 1 + len(words)),), cue=(CharSpan(cue, cue + 4),), source=(CharSpan(cue + 5, len(text) - 1),),
        text=words, context=text, cue_text="said", cue_lemma="say", source_text=name, speaker=name, speaker_type=kind,
        mention=MentionKind.NAME, role=role.role if role else None, roles=(role.role,) if role else (),
        affiliation=role.affiliation if role else None, confidence=0.9, rule="test",
    )
    entity = Entity(key="e1", type=kind, name=name, aliases=(Alias(alias=name, kind=MentionKind.NAME, mentions=1),),
                    roles=(role,) if role else ())
    return Extraction(article=Article(id=article, text=text, origin=f"{article}.txt"), quotes=(quote,), entities=(entity,))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("namesakes") / "data.db"
    base = write.open_database(path, create=True)
    for row in NEWS:
        write.write_extraction(base, extraction(*row), RUN)
    pipeline.resolve(base)
    assert check(base) == []
    base.close()
    return path


@pytest.fixture
def datasette(database: Path) -> Datasette:
    return make_datasette(str(database))


async def pages(datasette: Datasette, name: str) -> dict[str, str]:
    """Return the page of each speaker of a name, by the first role."""
    found: list[dict[str, Any]] = (await datasette.client.get(
        f"/data/speakers.json?name={name.replace(' ', '+')}&_shape=array")).json()
    answers = [await datasette.client.get(f"/quotes/speaker/{row['id']}") for row in found]
    return {"nurse" if ">All 1 quote<" in answer.text else "minister": answer.text for answer in answers}


async def test_two_of_one_name_have_a_page_each_that_names_the_other(datasette: Datasette) -> None:
    found = await pages(datasette, "Grace Marsham")
    assert found.keys() == {"nurse", "minister"}
    assert all("Somebody else of this name:" in page for page in found.values())
    assert "minister of Tern Water</bdi></p>" in found["nurse"]
    assert "&lt;script&gt;" in found["minister"]
    assert HOSTILE not in found["minister"] + found["nurse"]


async def test_who_shares_no_name_is_told_of_nobody(datasette: Datasette) -> None:
    (page,) = (await pages(datasette, "Tern Water")).values()
    assert "of this name" not in page


async def test_what_a_role_belongs_to_leads_to_its_speaker(datasette: Datasette) -> None:
    (body,) = (await datasette.client.get("/data/affiliations.json?_shape=array")).json()
    assert body["affiliation"] == "the Tern Water"
    found = await pages(datasette, "Grace Marsham")
    assert f'/quotes/speaker/{body["speaker_id"]}"><bdi>the Tern Water' in found["minister"]


async def test_the_public_has_them_too_where_a_published_role_names_them(database: Path, tmp_path: Path) -> None:
    export(database, tmp_path / "all.db", min_confidence=0.5)
    export(database, tmp_path / "none.db", min_confidence=0.95)
    for name, number in (("all", 1), ("none", 0)):
        answer = await make_datasette(str(tmp_path / f"{name}.db")).client.get(f"/{name}/affiliations.json?_shape=array")
        assert len(answer.json()) == number
