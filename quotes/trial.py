"""One text or one address tried out without a database: what is found in it, from a process of its own.

The process loads the model once, answers one question after another (a line of JSON each, and a line of JSON back), and ends
when its standard input does, or when nobody asked for a while. It has a watchdog that needs no interpreter (`faulthandler`): a
text that takes too long ends the process, which the next question starts anew.

Invariants: nothing is stored; an address is http or https and leads into no private network, whatever it redirects to (as
`ingest.fetch` sees to); one question at a time; nothing that comes back is run or unpickled here.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from quotes import pipeline
from quotes.errors import IngestError, QuotesError
from quotes.ingest import addresses, articles
from quotes.records import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from quotes.records import Extraction

SECONDS = 45.0
"""How long one text or address may take, the fetching included; a long article takes two or three."""
MOST_CHARACTERS = 50_000
"""Of a text: a long article has a fifth of it."""
WAIT_SECONDS = 20.0
"""How long a question waits for its turn."""
IDLE_SECONDS = 600.0
"""After so long without a question the process ends and gives its memory back."""
LONGEST_ADDRESS = 2_000
PRIVATE = "leads into a private network"
TOO_LONG = f"{{what}} has {{number:,}} characters, and at most {MOST_CHARACTERS:,} are tried here; give it to quotes extract"
BUSY = "something else is being tried just now; try again in a moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A quote that was found: as `quotes extract` prints it, and whose it is: keys of `Trial.speakers`."""

    quote: dict[str, Any]
    lead: str | None
    source: str | None
    speakers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was found: the article as `quotes extract` prints it, its quotes, its speakers' names by key, its site's own lines."""

    article: dict[str, Any]
    quotes: tuple[Tried, ...]
    speakers: dict[str, str]
    furniture: tuple[tuple[int, int], ...]


@dataclass(slots=True, kw_only=True)
class Trials:
    """Tries texts and addresses in a process that is started for the first. Close it when done.

    `seconds` is how long each may take; `allow_private` lets addresses lead into the own network, for tests.
    """

    seconds: float = SECONDS
    idle_seconds: float = IDLE_SECONDS
    allow_private: bool = False
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _process: subprocess.Popen[bytes] | None = None
    _idle: threading.Timer | None = None

    def text(self, text: str) -> Trial:
        """Return what is found in a text.

        Raises:
            QuotesError: there is no text or too much of it, it takes too long, or it is not the time.
        """
        if not text.strip():
            raise IngestError("there is no text; paste an article")
        if len(text) > MOST_CHARACTERS:
            raise IngestError(TOO_LONG.format(what="the text", number=len(text)))
        return self._ask({"text": text})

    def address(self, url: str) -> Trial:
        """Return what is found in the article at an address; of a feed, in its first.

        Raises:
            QuotesError: the address cannot be read, it takes too long, or it is not the time.
        """
        if len(url) > LONGEST_ADDRESS or not addresses.is_web_address(url):
            raise IngestError("this is no address of the web; give one that begins with http:// or https://")
        return self._ask({"address": url})

    def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, asked: dict[str, Any]) -> Trial:
        with self._in_turn():
            process = self._started()
            started = time.monotonic()
            line = _answer_to({**asked, "seconds": self.seconds, "allow_private": self.allow_private}, process)
            if not line.endswith(b"\n"):
                self.close()
                slow = time.monotonic() - started >= self.seconds
                fault = f"takes more than {self.seconds:g} seconds" if slow else "ended the program that reads it"
                raise IngestError(f"this {fault}; try a shorter text, or quotes extract")
        answer = json.loads(line)
        if "error" in answer:
            raise QuotesError(answer["error"])
        return Trial(
            article=answer["article"], quotes=tuple(Tried(**{**each, "speakers": tuple(each["speakers"])})
                                                    for each in answer["quotes"]),
            speakers=answer["speakers"], furniture=tuple((start, end) for start, end in answer["furniture"]))

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            raise QuotesError(BUSY)
        try:
            if self._idle is not None:
                self._idle.cancel()
            yield
        finally:
            self._idle = threading.Timer(self.idle_seconds, self._end_idle)
            self._idle.daemon = True
            self._idle.start()
            self._turn.release()

    def _end_idle(self) -> None:
        if self._turn.acquire(blocking=False):
            try:
                self.close()
            finally:
                self._turn.release()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            # -P: a file of the working directory must not be taken for a module.
            command = [sys.executable, "-P", "-m", "quotes.trial"]
            self._process = subprocess.Popen(  # noqa: S603  ourselves
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            assert self._process.stdout is not None  # noqa: S101  it has pipes
            self._process.stdout.readline()  # what a text may take counts from here
        return self._process


def _answer_to(asked: dict[str, Any], process: subprocess.Popen[bytes]) -> bytes:
    """Return the line that answers a question, a piece of one or none if the process ended on it."""
    assert process.stdin is not None  # noqa: S101  it has pipes
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.flush()
        return process.stdout.readline()
    except OSError:
        return b""


# ---------------------------------------------------------------- the other process


def answer_trials(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer one question after another until there are no more."""
    for line in questions:
        asked = json.loads(line)
        faulthandler.dump_traceback_later(asked.pop("seconds"), exit=True)
        answer = _answer(asked)
        faulthandler.cancel_dump_traceback_later()
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return _told(_found(asked))
    except QuotesError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001  whatever a text does, the next is still to be tried
        reason = " ".join(str(error).split())[:200]
        return {"error": f"this cannot be read ({type(error).__name__}: {reason}); report this fault"}


def _found(asked: dict[str, Any]) -> Extraction:
    settings = pipeline.load_settings({})
    if "text" in asked:
        return pipeline.extract_text(asked["text"], settings)
    options = pipeline.reading_of(allow_private=asked["allow_private"], delay=0.0)
    item = next(iter(articles.read((asked["address"],), options=options)), None)
    if item is None or isinstance(item, Failure):
        raise IngestError(f"{asked['address']}: has no article" if item is None else _for_the_form(item.error))
    if len(item.text) > MOST_CHARACTERS:
        raise IngestError(TOO_LONG.format(what=f"{asked['address']}: the article", number=len(item.text)))
    return pipeline.extract_text(item, settings)


def _for_the_form(error: str) -> str:
    """Return what is wrong with an address without the remedy of the command line: here no private network is read at all."""
    fault, _, _ = error.partition("; ")
    return f"{fault}; only the public web is read here" if PRIVATE in fault else error


def _told(found: Extraction) -> dict[str, Any]:
    names = {entity.key: entity.name or entity.description for entity in found.entities}
    speakers: dict[str, str] = {}
    for quote in found.quotes:
        for key, name in zip(quote.entity_keys, quote.speakers or (None,) * len(quote.entity_keys), strict=False):
            speakers.setdefault(key, name or names.get(key) or quote.source_text or "a source without a name")
    quotes = [asdict(Tried(quote=quote.as_json(), lead=quote.lead, source=quote.source_text,
                           speakers=tuple(key for key in quote.entity_keys if key in speakers)))
              for quote in found.quotes]
    return {"article": {**found.as_json(), "url": found.article.url, "author": found.article.author}, "quotes": quotes,
            "speakers": speakers, "furniture": [list(span) for span in found.furniture]}


def main() -> None:
    """Serve the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    _answer({"text": "“We will appeal,” said Ana Ruiz."})  # what is loaded once must not count as a text's time
    answers.write(b"ready\n")
    answers.flush()
    answer_trials(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
