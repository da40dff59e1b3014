"""Measures how long the Predict page takes to answer a key press.

Server and browser share this machine's cores, as on a laptop. The browser (Chromium, driven by
Playwright) draws without a graphics card. For each of some words: milliseconds from pressing its
last key

* until the page sends its message to the server,
* until the text for screen readers describes the new answer,
* until the browser has drawn the bars of the answer,
* until the page has drawn everything, also the chart *word by word*.

    python -m benchmarks.keystrokes
"""

import argparse
import os
import platform
import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

from benchmarks.web import ROOT, running

WORDS = ["prices", "rise", "again", "in", "the", "cup", "final", "goal", "war", "bank"]
HEADLINE = "Oil prices rise as OPEC ministers agree"
LISTEN = """(() => {
  window.seen = []
  const note = (what) => window.seen.push([what, performance.now()])
  window.note = note
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (data) { note("sent"); return send.call(this, data) }
  document.addEventListener("keydown", () => note("key"), true)
})()"""
WATCH = """() => {
  const chart = (key) => document.querySelector(`.st-key-${key} .growing-chart`)
  const bars = chart("probabilities"), words = chart("word_by_word")
  const changed = new MutationObserver(() => note("described"))
  changed.observe(bars, { attributes: true, attributeFilter: ["aria-label"] })
  bars.on("plotly_afterplot", () => note("drawn"))
  words.on("plotly_afterplot", () => note("all drawn"))
}"""
MOMENTS = ("sent", "described", "drawn", "all drawn")
SETTLE_MS = 1_200


def opened_page(page: Page, url: str) -> None:
    """Open the page with a headline and wait until nothing changes."""
    page.add_init_script(LISTEN)
    page.goto(f"{url}/predict")
    page.wait_for_selector(".st-key-word_by_word .xtick")
    page.wait_for_timeout(3 * SETTLE_MS)
    field = page.get_by_role("textbox", name="Headline")
    field.fill(HEADLINE)
    page.wait_for_timeout(SETTLE_MS)
    page.evaluate(WATCH)


def times_of_one_key(page: Page, key: str) -> dict[str, float]:
    """Milliseconds from the key press to each moment."""
    page.evaluate("window.seen = []")
    page.keyboard.type(key)
    page.wait_for_timeout(SETTLE_MS)
    seen = page.evaluate("window.seen")
    start = next(at for what, at in seen if what == "key")
    return {moment: next(at for what, at in seen if what == moment) - start for moment in MOMENTS}


def main() -> None:
    """Read the options, type, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="of all the words")
    parser.add_argument("--browser", default="/usr/bin/chromium", help="Chromium's program")
    arguments = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    times: dict[str, list[float]] = {moment: [] for moment in MOMENTS}
    with (
        tempfile.TemporaryDirectory(prefix="rnndash-typing-") as folder,
        running(ROOT / "streamlit_app.py", Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=arguments.browser, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1400})
        opened_page(page, f"http://127.0.0.1:{server.port}")
        for _ in range(arguments.rounds):
            for word in WORDS:
                page.keyboard.type(f" {word[:-1]}")
                page.wait_for_timeout(SETTLE_MS)
                for moment, taken in times_of_one_key(page, word[-1]).items():
                    times[moment].append(taken)
            page.keyboard.press("Control+a")
            page.keyboard.type(HEADLINE)
        browser.close()
    print(f"ms from a key, {len(times['sent'])} keys")
    print(f"{'':<12}{'fastest':>10}{'median':>10}{'p90':>10}")
    for moment, of_keys in times.items():
        numbers = (min(of_keys), median(of_keys), quantiles(of_keys, n=10)[8])
        print(f"{moment:<12}" + "".join(f"{number:>10.0f}" for number in numbers))


if __name__ == "__main__":
    main()
