"""Writes artifacts/gallery.html: every figure in every situation on made-up data, on a light and on a dark page.

One file that opens offline. With `--screens FOLDER` it is also opened in Chromium and a picture of each figure is kept.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import plotly.io
from playwright.sync_api import sync_playwright
from plotly.offline import get_plotlyjs

from phasescope.figures import FIGURES
from phasescope.figures.examples import EXAMPLES, as_served

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Phasescope: figures</title>
<style>
body {{ font: 15px/1.45 system-ui, sans-serif; margin: 0 }}
section {{ padding: 16px 24px }}
section.light {{ background: #fff; color: #1f2328 }}
section.dark {{ background: #1a1b1e; color: #dfe2e6 }}
.row {{ display: flex; flex-wrap: wrap; gap: 24px }}
.case {{ width: 620px }} .case h3 {{ margin: 12px 0 0; font-size: 14px; font-weight: 600 }}
.figure {{ height: 420px }}
</style>
<script>{plotly}</script>
<body>{body}
<script>
const templates = {templates};
for (const place of document.querySelectorAll(".figure")) {{
  const figure = JSON.parse(document.getElementById(place.dataset.source).textContent);
  figure.layout.template = templates[place.dataset.theme];
  Plotly.newPlot(place, figure.data, figure.layout, {{displaylogo: false, modeBarButtonsToRemove: ["sendChartToCloud"],
    responsive: true}});
}}
</script></body></html>
"""


def template(text: str, grid: str, background: str) -> dict[str, object]:
    """What the page's theme would set."""
    axis = {"gridcolor": grid, "linecolor": grid, "zerolinecolor": grid, "tickcolor": grid}
    return {
        "layout": {
            "font": {"color": text, "family": "system-ui, sans-serif", "size": 12},
            "paper_bgcolor": background,
            "plot_bgcolor": background,
            "xaxis": axis,
            "yaxis": axis,
        }
    }


TEMPLATES = {"light": template("#1f2328", "#e3e6ea", "#ffffff"), "dark": template("#dfe2e6", "#34363b", "#1a1b1e")}


def slug(*parts: str) -> str:
    """A name for an element or a file."""
    return re.sub(r"[^a-z0-9]+", "_", " ".join(parts).lower())


def page(situations: Sequence[str]) -> str:
    """The gallery of these situations."""
    sources, sections = [], []
    for name, figure in FIGURES.items():
        for case in situations:
            make = EXAMPLES[case]
            material = make() if figure.scope == "all" else as_served(make())
            text = plotly.io.to_json(figure.draw(material), engine="orjson").replace("</", "<\\/")
            sources.append(f'<script type="application/json" id="{slug(name, case)}">{text}</script>')
    for theme in TEMPLATES:
        for name, figure in FIGURES.items():
            places = "".join(
                f'<div class="case"><h3>{html.escape(case)}</h3><div class="figure" data-theme="{theme}" '
                f'data-source="{slug(name, case)}" id="{slug(theme, name, case)}"></div></div>'
                for case in situations
            )
            title = f"<h2>{html.escape(figure.title)}, {theme}</h2><p>{html.escape(figure.description)}</p>"
            sections.append(
                f'<section class="{theme}" id="{slug(theme, name)}">{title}<div class="row">{places}</div></section>'
            )
    return PAGE.format(plotly=get_plotlyjs(), body="".join([*sections, *sources]), templates=json.dumps(TEMPLATES))


def browser_path() -> str | None:
    """A Chromium in PATH; none means the one that Playwright keeps."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def screens(file: Path, folder: Path) -> None:
    """A picture of each section."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": 2000, "height": 1200})
        faults: list[str] = []
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
        tab.goto(file.resolve().as_uri(), timeout=180_000)
        for theme in TEMPLATES:
            for name in FIGURES:
                tab.locator(f"#{slug(theme, name)}").screenshot(
                    path=folder / f"figures_{slug(theme, name)}.png", timeout=60_000
                )
        browser.close()
    for fault in dict.fromkeys(faults):
        print("page said:", fault)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("artifacts/gallery.html"))
    parser.add_argument("--screens", type=Path, help="also keep pictures in this folder (needs Chromium)")
    parser.add_argument("--situations", nargs="+", choices=list(EXAMPLES), default=list(EXAMPLES), metavar="SITUATION",
                        help="only these (default: all)")  # fmt: skip
    arguments = parser.parse_args()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(page(arguments.situations), encoding="utf-8")
    print(f"{arguments.out}: {len(FIGURES)} figures, {len(arguments.situations)} situations, light and dark")
    if arguments.screens:
        screens(arguments.out, arguments.screens)


if __name__ == "__main__":
    main()
