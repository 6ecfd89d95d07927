"""Take the picture of a database's pages that the README shows.

Input: a database, by default one built from the articles of `tests/data/wikinews2019`. Output: a PNG of one of its pages, as
Chromium shows it on a desk. Command:

    python -m scripts.make.picture [--db wikinews.db] [--path /quotes/speaker/boris-johnson-ab6703b1] [--out docs/wikinews.png]

Needs Chromium and what the tests need (`playwright`). Nothing but 127.0.0.1 is asked.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "data" / "wikinews2019" / "wikinews_2019.csv"
OUT = ROOT / "docs" / "wikinews.png"
DESK = {"width": 1100, "height": 760}
PATIENCE = 60.0
"""How long the server may take to start, in seconds."""


def main() -> None:
    """Build the database if there is none, serve it, and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", default="wikinews.db", help="the database; built if there is none")
    parser.add_argument("--path", default="/", help="which page of it")
    parser.add_argument("--out", default=str(OUT), help="where the picture goes")
    given = parser.parse_args()
    if not Path(given.db).exists():
        subprocess.run([sys.executable, "-m", "quotes", "build", str(CORPUS), "--db", given.db], check=True)  # noqa: S603
    with served(given.db) as address:
        take(address + given.path, given.out)
    print(given.out)


@contextmanager
def served(db: str) -> Iterator[str]:
    """Give the address at which a database is served."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "quotes", "serve", "--db", db, "--port", str(port)])  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        await_answer(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def await_answer(address: str) -> None:
    """Wait until a server answers.

    Raises:
        SystemExit: it did not in time.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{address}: no answer within {PATIENCE:.0f} seconds; see what quotes serve says")


def take(address: str, out: str) -> None:
    """Save a picture of what Chromium shows at an address."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=DESK)  # type: ignore[arg-type]
        page.goto(address, wait_until="networkidle")
        page.screenshot(path=out)
        browser.close()


if __name__ == "__main__":
    main()
