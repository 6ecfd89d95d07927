"""The pipeline as one table: which components there are, in their order, what each reads and what it writes.

`add_components` puts them into a spaCy pipeline one by one; the factory `quotes` gives anybody's pipeline the whole at once:
`nlp.add_pipe("quotes")`, after which `doc._.quotes` holds the quotes of a Doc with their speakers.

Invariant: what a component reads an earlier one writes, or the text or a parser does (`GIVEN`).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from spacy.language import Language

from quotes import config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spacy.tokens import Doc

GIVEN = frozenset({"text", "parse"})  # what a Doc of a language model has


@dataclass(frozen=True, slots=True)
class Step:
    """A component of the pipeline.

    Args:
        factory: its name in spaCy.
        module: the module under `quotes.nlp` that registers it.
        reads: what it needs in a Doc.
        writes: what it adds there or changes.
        settings: which settings of the pipeline are its own.
        tagger: the choice of tagger that it belongs to; None if to each.
    """

    factory: str
    module: str
    reads: frozenset[str]
    writes: frozenset[str]
    settings: tuple[str, ...] = ()
    tagger: str | None = None


def _step(factory: str, module: str, *, reads: str, writes: str, settings: tuple[str, ...] = (),  # noqa: PLR0913  a row of the table
          tagger: str | None = None) -> Step:
    return Step(factory, module, frozenset(reads.split()), frozenset(writes.split()), settings, tagger)


PIPELINE = (
    _step("quotes_marks", "marks", reads="text", writes="paragraphs marks sentence-starts"),
    # here the language model writes its parse, from the sentence starts
    _step("quotes_tagger", "find.tagger", reads="text paragraphs marks", writes="tags names"),
    _step("quotes_rules", "find.rules", reads="paragraphs marks parse", writes="quotes", tagger="rules"),
    _step("quotes_link", "find.link", reads="tags paragraphs marks parse", writes="quotes", settings=("min_confidence",),
          tagger="learned"),
    _step("quotes_outermost", "find.outer_cues", reads="quotes tags marks parse", writes="quotes", tagger="learned"),
    _step("quotes_sources", "find.sources", reads="quotes parse", writes="quotes"),
    _step("quotes_ends", "find.ends", reads="quotes paragraphs marks parse", writes="quotes"),
    _step("quotes_layout", "find.layout", reads="quotes paragraphs marks parse", writes="quotes"),
    _step("quotes_acts", "find.acts", reads="quotes parse", writes="quotes acts"),
    _step("quotes_kinds", "find.kinds", reads="quotes marks parse", writes="kinds"),
    _step("quotes_select", "find.select", reads="quotes kinds", writes="quotes", settings=("attitudes", "min_confidence")),
    _step("quotes_coref", "coref.component", reads="quotes paragraphs marks names parse", writes="mentions speakers"),
)
EXIT = "convert"  # the module that makes records of all this and registers `doc._.quotes`


def steps(tagger: str) -> Iterator[Step]:
    """Yield the components for a choice of tagger, in order; those that find quotes get their factories registered."""
    for step in PIPELINE:
        if step.tagger in (None, tagger):
            import_module(f"{__package__}.{step.module}")  # also where the package is not installed
            yield step
    import_module(f"{__package__}.{EXIT}")


def add_components(nlp: Language, tagger: str, settings: dict[str, Any]) -> None:
    """Put the components into a pipeline: the first before all others, the rest behind them.

    Args:
        nlp: a pipeline with a parser and a lemmatizer.
        tagger: what finds quotes.
        settings: `min_confidence` and `attitudes`.
    """
    for number, step in enumerate(steps(tagger)):
        nlp.add_pipe(step.factory, first=number == 0 or None, config=_own(step, settings))


def _own(step: Step, settings: dict[str, Any]) -> dict[str, Any]:
    return {name: settings[name] for name in step.settings if name in settings}


@Language.factory(
    "quotes", default_config={"tagger": "learned", "min_confidence": None, "attitudes": False}, assigns=["doc.spans"],
    requires=["token.dep", "token.lemma", "token.pos"],
)
def make_quotes(nlp: Language, name: str, tagger: str, min_confidence: float | None,
                attitudes: bool) -> Quotes:  # noqa: FBT001  spaCy's signature
    """Make the component that does everything; put it last. It puts `quotes_marks` first, which says where sentences begin.

    Args:
        nlp (Language): a pipeline with a parser and a lemmatizer.
        name (str): the component's name.
        tagger (str): what finds quotes, learned or rules.
        min_confidence (float): leave out quotes less certain than this; None for what the commands leave out.
        attitudes (bool): give attitudes as well as speech.
    RETURNS (Quotes): the component.
    """
    first, *others = steps(tagger)
    if first.factory not in nlp.pipe_names:
        nlp.add_pipe(first.factory, first=True)
    least = config.load({}, environ={}).min_confidence if min_confidence is None else min_confidence
    settings = {"min_confidence": least, "attitudes": attitudes}
    return Quotes(name, [nlp.create_pipe(step.factory, config=_own(step, settings)) for step in others])


class Quotes:
    """All components but the first as one."""

    def __init__(self, name: str, components: list[Callable[[Doc], Doc]]) -> None:
        self.name = name
        self.components = components

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a Doc."""
        for component in self.components:
            doc = component(doc)
        return doc
