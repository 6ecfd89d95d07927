"""A page that takes too long, or ends the parser, costs itself only; its time is limited whoever reads it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING

import pytest

from quotes.errors import IngestError, NoTextError
from quotes.ingest import articles
from quotes.ingest.apart import Pages
from quotes.ingest.options import ReadOptions
from quotes.ingest.readers.html import article_from_html
from quotes.records import Article, Failure

if TYPE_CHECKING:
    from pathlib import Path

STORY = "".join(
    f"<p>“We will not give in,” said Ana Ruiz, who has led the union for {years} years, on the day after the vote.</p>"
    for years in ("three", "six", "nine")
)
PAGE = f"<!DOCTYPE html><html><head><meta name=date content=03/04/2024></head><body><article>{STORY}</article></body></html>"
SLOW = "<!DOCTYPE html><html><body><article>" + "<p>One line <a href=x>“more” she said</a></p>" * 29_000
"""It takes ten seconds and more."""


def test_it_is_what_the_reader_gives() -> None:
    with Pages() as pages:
        for data in (PAGE.encode(), PAGE.replace("03/", "2024-03-").encode("utf-16")):
            assert pages.read(data, article_id="a", origin="a.html") == article_from_html(data, article_id="a", origin="a.html")


def test_its_refusals_are_the_readers() -> None:
    with Pages() as pages:
        with pytest.raises(NoTextError, match=r"^a\.html: no text found in the page"):
            pages.read(b"<html></html>", article_id="a", origin="a.html")
        with pytest.raises(IngestError, match=r"^b\.html: more than 60,000 elements"):
            pages.read(b"<html>" + b"<p>x" * 60_001, article_id="b", origin="b.html")


@pytest.mark.parametrize("in_a_thread", [False, True], ids=["in the main thread", "in another"])
def test_a_page_that_takes_too_long_is_a_failure_with_a_remedy(tmp_path: Path, *, in_a_thread: bool) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "b.html").write_text(SLOW)
    (tmp_path / "c.html").write_text(PAGE.replace("vote", "strike"))
    found: list[Article | Failure] = []

    def read() -> None:
        found.extend(articles.read([str(tmp_path)], options=ReadOptions(dates="day-first", page_seconds=3)))

    if in_a_thread:
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    else:
        read()
    assert [item.id for item in found if isinstance(item, Article)] == ["a", "c"]
    (failure,) = (item for item in found if isinstance(item, Failure))
    assert failure == Failure(
        origin=f"{tmp_path}/b.html", stage="ingest",
        error="takes more than 3 seconds to read; give the article alone, as text or as a smaller page",
    )


def test_a_page_that_ends_the_parser_costs_no_other() -> None:
    with Pages() as pages:
        pages.read(PAGE.encode(), article_id="a", origin="a.html")
        assert pages._process is not None
        pages._process.kill()
        with pytest.raises(IngestError, match=r"^b\.html: ends the program that reads pages; "):
            pages.read(PAGE.encode(), article_id="b", origin="b.html")
        assert pages.read(PAGE.encode(), article_id="c", origin="c.html").article.id == "c"


def test_its_process_ends_with_the_program_however_that_ends() -> None:
    code = """
        import os, signal
        from quotes.ingest.apart import Pages
        pages = Pages()
        pages.read(b"<p>" + b"One line that she said. " * 20, article_id="a", origin="a")
        print(pages._process.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, check=False, timeout=60)
    pid = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if _is_zombie(pid):
            return
        threading.Event().wait(0.1)
    raise AssertionError("it is still there")


def _is_zombie(pid: int) -> bool:
    """Say whether a process has ended, though nobody has asked how."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_files_of_the_working_directory_are_no_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "trafilatura.py").write_text("open('run', 'w')")
    (tmp_path / "a.html").write_text(PAGE)
    monkeypatch.chdir(tmp_path)
    (article,) = (item for item in articles.read(["a.html"]) if isinstance(item, Article))
    assert article.reader == "html"
    assert not (tmp_path / "run").exists()
