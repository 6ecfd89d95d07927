"""From an article's text to its quotes and their speakers: a spaCy pipeline and the way out of it.

`load_pipeline` loads a language model with the components of `pipeline.PIPELINE`; each knows only the Doc.
`convert.extraction` makes records of a Doc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quotes import lexicon
from quotes.errors import ModelMissingError

if TYPE_CHECKING:
    from spacy.language import Language

    from quotes.config import Settings

MAX_LENGTH = 50_000_000  # code points; spaCy's own limit of a million guards parsers with more memory than this one
UNUSED = ["ner"]  # names are the tagger's; a sixth of the time


def load_pipeline(settings: Settings) -> Language:
    """Return a spaCy pipeline that finds quotes and their speakers.

    Args:
        settings: which language model, which tagger, and what to give.

    Returns:
        The pipeline; `doc._.quotes` holds the records of a Doc it made.

    Raises:
        ModelMissingError: the language model is not installed or cannot do what is needed.
    """
    from quotes.nlp.pipeline import add_components  # noqa: PLC0415  `import quotes` stays light
    from quotes.nlp.tokens import BoundedTokenizer  # noqa: PLC0415

    nlp = _load_model(settings.model)
    nlp.max_length = MAX_LENGTH
    nlp.tokenizer = BoundedTokenizer(nlp.tokenizer)
    add_components(nlp, settings.tagger, {"min_confidence": settings.min_confidence, "attitudes": settings.attitudes})
    return nlp


def _load_model(name: str) -> Language:
    import spacy  # noqa: PLC0415  `import quotes` stays light

    try:
        nlp = spacy.load(name, exclude=UNUSED)
    except OSError as error:
        raise ModelMissingError(
            f"language model {name!r} is not installed: install the package that holds it (pip install "
            f"{name.replace('_', '-')}, or python -m spacy download {name}), or name another with --model"
        ) from error
    except (ImportError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelMissingError(f"language model {name!r} cannot be loaded: {reason}") from error
    missing = [pipe for pipe in ("parser", "lemmatizer") if pipe not in nlp.pipe_names]
    if missing:
        raise ModelMissingError(f"language model {name!r} has no {' and no '.join(missing)}: use an English pipeline such as "
                                "en_core_web_sm")
    _mend_lemmas(nlp)
    return nlp


def _mend_lemmas(nlp: Language) -> None:
    """Teach a rule lemmatizer some verbs of speech and attitude; another kind of lemmatizer is left as it is."""
    words = lexicon.finding()
    lookups = getattr(nlp.get_pipe("lemmatizer"), "lookups", None)
    if lookups is not None and lookups.has_table("lemma_index"):
        index = lookups.get_table("lemma_index")
        index["verb"] = set(index.get("verb", ())) - words.mistaken_verbs | words.missing_verbs
