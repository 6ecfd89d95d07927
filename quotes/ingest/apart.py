"""Pages are read in a process of their own, so that one that takes too long or ends the parser costs itself only.

No limit that Python keeps could end what libxml2 or a regular expression is doing: the process has a watchdog that needs no
interpreter (`faulthandler`) and ends all of it. It reads one page after another from standard input, each a line of JSON and
the page's bytes, and answers each with a line of JSON; it ends when its standard input does, however that came about.

Invariant: a page is either given or an `IngestError`, whatever it does; nothing of it is run or unpickled here.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from quotes.dates import Dates
from quotes.errors import IngestError, NoTextError
from quotes.ingest.readers.html import Page, article_from_html
from quotes.records import Article, PublishedFrom

if TYPE_CHECKING:
    from types import TracebackType
    from typing import BinaryIO, Self

SECONDS = 30.0
"""How long a page may take, in seconds; fifty of news took 0.02 to 0.45 on one core (`scripts.measure.pages`)."""
STORY = "This sentence is read so that all that reading needs is there. " * 4
FIRST = f"<html><body><article><p>{STORY}</p></article></body></html>"
KINDS = {kind.stage: kind for kind in (IngestError, NoTextError)}


@dataclass(slots=True, kw_only=True)
class Pages:
    """Reads pages, as `article_from_html` does, in a process that is started for the first. Close it, or use it in a `with`.

    `seconds` is how long a page may take.
    """

    seconds: float = SECONDS
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End its process."""
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def read(  # noqa: PLR0913  as `article_from_html`
        self, data: bytes, *, article_id: str, origin: str, url: str | None = None, encoding: str | None = None,
        dates: Dates | None = None,
    ) -> Page:
        """Return the article in a page; arguments and errors are those of `article_from_html`.

        Raises:
            NoTextError: no text was found in it.
            IngestError: it takes too long, is too large, binary, or no page.
        """
        dates = dates or Dates()
        asked = {"article_id": article_id, "origin": origin, "url": url, "encoding": encoding, "order": dates.order,
                 "size": len(data), "seconds": self.seconds}
        started = time.monotonic()
        answer = self._ask(asked, data)
        if answer is None:
            self.close()
            slow = time.monotonic() - started >= self.seconds
            fault = f"takes more than {self.seconds:g} seconds to read" if slow else "ends the program that reads pages"
            raise IngestError(f"{origin}: {fault}; give the article alone, as text or as a smaller page")
        if "error" in answer:
            raise KINDS[answer["stage"]](answer["error"])
        dates.unclear.update((key, text) for key, text in answer["unclear"].items() if key not in dates.unclear)
        return _page(answer["page"])

    def _ask(self, asked: dict[str, Any], data: bytes) -> dict[str, Any] | None:
        """Return the answer to a question, None if the process ended on it."""
        process = self._started()
        assert process.stdin is not None  # noqa: S101  it has pipes
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(json.dumps(asked).encode() + b"\n" + data)
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            return None
        answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            # -P: a file of the working directory must not be taken for a module.
            command = [sys.executable, "-P", "-m", "quotes.ingest.apart"]
            self._process = subprocess.Popen(  # noqa: S603  ourselves
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            assert self._process.stdout is not None  # noqa: S101
            self._process.stdout.readline()  # what a page may take counts from here
        return self._process


def _page(told: dict[str, Any]) -> Page:
    article = told.pop("article")
    found = article.pop("published_from")
    return Page(article=Article(**article, published_from=PublishedFrom(found) if found else None), **told)


# ---------------------------------------------------------------- the other process


def answer_pages(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer one question after another until there are no more."""
    for line in questions:
        asked = json.loads(line)
        data = questions.read(asked.pop("size"))
        faulthandler.dump_traceback_later(asked.pop("seconds"), exit=True)
        answer = _answer(data, Dates(order=asked.pop("order")), asked)
        faulthandler.cancel_dump_traceback_later()
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _answer(data: bytes, dates: Dates, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        page = article_from_html(data, **asked, dates=dates)
    except IngestError as error:
        return {"error": str(error), "stage": error.stage}
    except Exception as error:  # noqa: BLE001  whatever a page does to a parser, the others are still to be read
        reason = " ".join(str(error).split())[:200]
        fault = f"the page cannot be read ({type(error).__name__}: {reason}); give the article alone, and report this fault"
        return {"error": f"{asked['origin']}: {fault}", "stage": IngestError.stage}
    return {"page": asdict(page), "unclear": dates.unclear}


def main() -> None:
    """Serve the process that started this one."""
    article_from_html(FIRST, article_id="first", origin="first")  # what is loaded once must not count as a page's time
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    answers.write(b"ready\n")
    answers.flush()
    answer_pages(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
