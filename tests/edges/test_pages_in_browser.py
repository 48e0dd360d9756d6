"""The written pages in a real browser: they fit, are legible, run nothing and fetch nothing."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from msgspec import Struct
from playwright.sync_api import Browser, Page, sync_playwright

from aggregator.core.model import Digest
from aggregator.edges import render
from tests.builders import digest, edition, missed, sighting, site, stored, story
from tests.edges.printed import MONDAY, TUESDAY, VECTORS, WEDNESDAY, build

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = ("index.html", "2026-01-13.html", "archive.html", "brief/index.html")

#: Give each text's contrast with what lies behind it (WCAG 2.2, 1.4.3), the worst first.
CONTRASTS = """() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => {
    const linear = [red, green, blue].map(value => value / 255)
      .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const texts = [...document.body.querySelectorAll('*')].filter(
    element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  return texts.map(element => {
    const pair = [channels(getComputedStyle(element).color), behind(element)].map(luminance).sort((a, b) => b - a);
    return [(pair[0] + 0.05) / (pair[1] + 0.05), element.tagName + '.' + element.className];
  }).sort((a, b) => a[0] - b[0]);
}"""


class Quiet(SimpleHTTPRequestHandler):
    """Serve files without a word."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


class Sight(Struct, frozen=True):
    """A page as a browser sees it, what it asked the network for, and what it said."""

    page: Page
    requests: list[str]
    said: list[str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the system's chromium; without one the tests are skipped, but never where CI is set."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        reason = "no chromium on this machine: the pages were not looked at in a browser"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join(5)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a site that has everything a page may hold, friendly and hostile."""
    folder = tmp_path_factory.mktemp("browser") / "site"
    build(folder, *digests(), missing=[missed(), missed("W" * 300, reason="x" * 300)], about=site(title="T" * 60))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "STORIES_SHOWN", ((1, 50, 1000),))
        build(folder / "brief", *digests())
    with served(folder) as address:
        yield address


def digests() -> tuple[Digest, ...]:
    """Tell stories in three sections, with huge words, other scripts and every vector in every field."""
    sightings = (sighting("Far Times"), sighting("Old Post"), sighting("L" * 200))
    friendly = [
        story(1, stored(101, source="Old Post"), category="World", sightings=sightings, earlier_titles=("Once",)),
        story(2, category="World", title="اتفاق جديد على تقاسم المياه", language="ar", summary="نص قصير"),
        story(3, category="World", title="W" * 400, summary="w" * 2000, source="s" * 300, link=None),
        story(4, category="C" * 100, title="Z" + "\u0301" * 300),
    ]
    hostile = [
        story(
            10 + number,
            stored(200 + number, title=vector, link=vector, source=vector),
            title=vector,
            link=vector,
            source=vector,
            summary=vector,
            earlier_titles=(vector,),
            sightings=(sighting(vector, link=vector),),
        )
        for number, vector in enumerate(VECTORS)
    ]
    opened = digest(story(50), story(51, category="World"), of=edition(WEDNESDAY, closed=False))
    return opened, digest(*friendly, *hostile, of=edition(TUESDAY)), digest(story(60), of=edition(MONDAY))


@contextmanager
def seen(browser: Browser, url: str, *, script: bool = True) -> Iterator[Sight]:
    """Open a page on a small screen, listening to what it does."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=script)
    sight = Sight(context.new_page(), [], [])
    sight.page.on("request", lambda request: sight.requests.append(request.url))
    sight.page.on("dialog", lambda dialog: sight.said.append(dialog.message))
    sight.page.on("console", lambda message: sight.said.append(message.text))
    sight.page.on("pageerror", lambda error: sight.said.append(str(error)))
    try:
        sight.page.goto(url)
        yield sight
    finally:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_and_is_legible(browser: Browser, address: str, name: str) -> None:
    """At every width and in both schemes nothing scrolls sideways and every text has a contrast of 4.5 or more."""
    with seen(browser, address + name) as sight:
        for scheme in SCHEMES:
            sight.page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                sight.page.set_viewport_size({"width": width, "height": 800})
                assert sight.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (scheme, width)
                contrasts = sight.page.evaluate(CONTRASTS)
                assert len(contrasts) > 10
                assert contrasts[0][0] >= 4.5, (scheme, width, contrasts[:3])


@pytest.mark.parametrize("name", PAGES)
def test_page_runs_nothing_and_fetches_nothing(browser: Browser, address: str, name: str) -> None:
    """Hostile content runs no script, breaks no policy, and the page itself is all that is fetched."""
    with seen(browser, address + name) as sight:
        sight.page.wait_for_load_state("networkidle")
        fetched = [url for url in sight.requests if not url.startswith("data:")]
        assert fetched == [address + name]
        assert sight.said == []


def test_schemes_differ(browser: Browser, address: str) -> None:
    """The page is dark on light in one scheme and light on dark in the other."""
    backgrounds = []
    with seen(browser, address + "archive.html") as sight:
        for scheme in SCHEMES:
            sight.page.emulate_media(color_scheme=scheme)
            backgrounds.append(sight.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert backgrounds == ["rgb(251, 249, 244)", "rgb(22, 21, 19)"]


def test_page_works_without_script(browser: Browser, address: str) -> None:
    """With JavaScript disabled one reads the stories and reaches the archive and an edition by its links."""
    with seen(browser, address + "index.html", script=False) as sight:
        assert sight.page.locator("article").count() > 10
        assert sight.page.get_by_role("heading", level=1).count() == 1
        sight.page.get_by_role("banner").get_by_role("link", name="Archive").click()
        sight.page.get_by_role("link", name="Monday 12").first.click()
        assert sight.page.url == address + "2026-01-12.html"
        assert sight.page.get_by_role("article").count() == 1


def test_keyboard_reaches_the_stories_first(browser: Browser, address: str) -> None:
    """The first stop of the keyboard is a visible link past the masthead, and the focus can be seen."""
    with seen(browser, address + "index.html") as sight:
        sight.page.keyboard.press("Tab")
        skip = sight.page.get_by_role("link", name="Skip to the stories")
        box = skip.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert skip.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
        sight.page.keyboard.press("Enter")
        assert sight.page.evaluate("document.activeElement.id") == "main"
