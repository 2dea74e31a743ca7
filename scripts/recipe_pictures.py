"""Draw the picture of every recipe whose small size was verified, from its stored series, as a small SVG.

python scripts/recipe_pictures.py [RECIPE …]      reads PHASESCOPE_HOME, writes backend/phasescope/recipes/pictures
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.phases import PHASES, label
from phasescope.claims.quantity import Evidence
from phasescope.core.phase_rule import TEST, TRAIN
from phasescope.core.recipe import Recipe
from phasescope.figures import style
from phasescope.recipes import PICTURES, RECIPES
from phasescope.server.settings import read_settings
from phasescope.store import experiments, open_store, runs, series, verifications

WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 14, 44
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
PHASE_COLOURS = (*style.PHASE_COLOURS.values(), "#ffffff")  # the last where there is no phase yet
LARGEST = 60_000  # bytes


def main(names: Sequence[str]) -> int:
    """Draw those named, or all that can be drawn."""
    settings = read_settings()
    store = open_store(settings.store_url, settings.home)
    with store.read() as session:
        made = verifications.newest(session)
        for recipe in RECIPES.values():
            verification = made.get((recipe.name, "small"))
            if verification is None or (names and recipe.name not in names):
                continue
            picture = recipe.picture
            experiment = experiments.get(session, verification.experiments[picture.of])
            listed = runs.of_experiment(session, experiment.id)
            wanted = picture.series or (TRAIN, TEST)
            curves = series.curves(session, [run.id for run in listed], wanted)
            drawn = drawing(recipe, Evidence(experiment.spec, tuple(listed), curves)).encode()
            if len(drawn) > LARGEST:
                raise SystemExit(f"{recipe.name}: {len(drawn):,} bytes; at most {LARGEST:,}")
            PICTURES.mkdir(exist_ok=True)
            Path(PICTURES / f"{recipe.name}.svg").write_bytes(drawn)
            sys.stdout.write(f"{recipe.name}.svg: {len(drawn):,} bytes\n")
    store.close()
    return 0


def drawing(recipe: Recipe, evidence: Evidence) -> str:
    """The whole SVG."""
    inside = "".join(as_map(recipe, evidence) if recipe.picture.kind == "map" else as_lines(recipe, evidence))
    title = escape(recipe.picture.caption)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-size="11" '
        f'font-family="sans-serif"><title>{title}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f"{inside}</svg>\n"
    )


def text(x: float, y: float, words: str, more: str = 'text-anchor="middle"') -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#333" {more}>{escape(words)}</text>'


def short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, (int, float)) else str(value)


def as_map(recipe: Recipe, evidence: Evidence) -> Iterator[str]:
    """One rectangle a cell: its phase, or the median over seeds of the last value, on a logarithmic grey scale."""
    picture = recipe.picture
    axes = {axis.path: axis.points() for axis in evidence.experiment.axes}
    across, up = axes[picture.x], axes[picture.y]
    wide, high = (WIDTH - LEFT - RIGHT) / len(across), (HEIGHT - TOP - BOTTOM - 16) / len(up)
    if picture.series:
        values = evidence.curves.at(picture.series[0], None)
        logs = np.log10(np.clip(values, 1e-12, None))
        low, high_log = np.nanpercentile(logs, [0, 98])
    else:
        codes = label(evidence.curves, evidence.experiment.phases, None)
    for column, x in enumerate(across):
        for row, y in enumerate(up):
            here = [n for n, run in enumerate(evidence.runs) if run.point[picture.x] == x and run.point[picture.y] == y]
            if picture.series:
                share = float(np.clip((np.median(logs[here]) - low) / (high_log - low), 0, 1))
                colour = f"hsl(210,60%,{95 - 70 * share:.0f}%)"
            else:
                colour = PHASE_COLOURS[int(codes[here[0]])]
            yield (
                f'<rect x="{LEFT + column * wide:.1f}" y="{HEIGHT - BOTTOM - (row + 1) * high:.1f}" '
                f'width="{wide + 0.3:.1f}" height="{high + 0.3:.1f}" fill="{colour}"/>'
            )
    for column in {0, len(across) // 2, len(across) - 1}:
        yield text(LEFT + (column + 0.5) * wide, HEIGHT - BOTTOM + 14, short(across[column]))
    for row in {0, len(up) // 2, len(up) - 1}:
        yield text(LEFT - 5, HEIGHT - BOTTOM - (row + 0.5) * high + 4, short(up[row]), 'text-anchor="end"')
    names = [path.rpartition(".")[2].replace("_", " ") for path in (picture.x, picture.y)]
    yield text(WIDTH / 2, HEIGHT - 8, f"{names[0]} →      ↑ {names[1]}")
    if picture.series:
        words = f"{picture.series[0].replace('_', ' ')}: {10**low:.3g} (light) to {10**high_log:.3g} (dark)"
        yield text(LEFT, TOP, words, 'text-anchor="start"')
    else:
        yield from legend([(PHASES[code], PHASE_COLOURS[code]) for code in range(4)])


def as_lines(recipe: Recipe, evidence: Evidence) -> Iterator[str]:
    """Lines along the step, logarithmic where checkpoints are, as far as there are values."""
    lines = list(medians(recipe, evidence))
    drawn = np.flatnonzero(np.isfinite([values for _, values in lines]).any(0))[-1] + 1
    lines = [(name, values[:drawn]) for name, values in lines]
    steps = evidence.curves.steps[:drawn]
    log = evidence.experiment.checkpoints.log_spaced is not None
    place = np.log10(np.maximum(steps, 0.7)) if log else steps.astype(float)
    right, left = float(place.max()), float(place.min())
    tops = [float(np.nanmax(values)) for _, values in lines]
    low, high = min(0.0, *(float(np.nanmin(values)) for _, values in lines)), max(tops) * 1.03

    def x(step: float) -> float:
        return LEFT + (step - left) / (right - left) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM - 18)

    for value in round_numbers(low, high):
        yield f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield text(LEFT - 5, y(value) + 4, f"{value:g}", 'text-anchor="end"')
    names = {name.partition(",")[0] for name, _ in lines}
    if len(names) == 1:
        middle = (y(low) + y(high)) / 2
        yield text(12, middle, names.pop(), f'text-anchor="middle" transform="rotate(-90 12 {middle:.1f})"')
    marks = [10.0**n for n in range(0, int(right) + 1)] if log else round_numbers(0, float(steps[-1]))
    for mark in marks:
        yield text(x(np.log10(mark) if log else mark), HEIGHT - BOTTOM + 14, f"{mark:,.0f}")
    yield text(WIDTH / 2, HEIGHT - 8, "training step")
    for number, (_, values) in enumerate(lines):
        points = [
            f"{x(p):.1f} {y(v):.1f}" for p, v in zip(place.tolist(), values.tolist(), strict=True) if np.isfinite(v)
        ]
        yield f'<path d="M{" L".join(points)}" fill="none" stroke="{COLOURS[number % 6]}" stroke-width="2"/>'
    yield from legend([(name, COLOURS[number % 6]) for number, (name, _) in enumerate(lines)])


def round_numbers(low: float, high: float) -> list[float]:
    """Some three to six multiples of 1, 2 or 5 times a power of ten within the bounds."""
    least = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(least))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * 0.999)
    first = int(np.ceil(low / step - 1e-9))
    return [float(f"{number * step:.6g}") for number in range(first, int(np.floor(high / step + 1e-9)) + 1)]


def medians(recipe: Recipe, evidence: Evidence) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Name and values of each line: of one seed, or medians over seeds, for each value of the axis."""
    picture = recipe.picture
    points = {axis.path: axis.points() for axis in evidence.experiment.axes}
    for name in picture.series:
        for value in points[picture.by] if picture.by else (None,):
            where = {**picture.where, **({picture.by: value} if picture.by else {})}
            cells = evidence.cells(where)
            rows = [one.series(name) for seed, one in cells.items() if picture.seed in (None, seed)]
            table = np.concatenate(rows)
            seen = np.isfinite(table).any(0)
            middle = np.full(table.shape[1], np.nan)
            middle[seen] = np.nanmedian(table[:, seen], axis=0)
            words = name.partition(".")[0].replace("_", " ")
            axis = picture.by.rpartition(".")[2].replace("_", " ")
            yield words if value is None else f"{words}, {axis} {short(value)}", middle


def legend(entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    """In a row above, as wide as there is room: what all names begin with is left out where it is needed."""
    room = WIDTH - LEFT - RIGHT - 22 * len(entries)
    tight = 5.6 * sum(len(name) for name, _ in entries) > room
    shown = [name.split(", ")[-1] if tight else name for name, _ in entries]
    letter = min(5.6, room / max(1, sum(map(len, shown))))
    at = float(LEFT)
    for name, (_, colour) in zip(shown, entries, strict=True):
        yield f'<rect x="{at:.0f}" y="{TOP - 9}" width="9" height="9" fill="{colour}"/>'
        yield text(at + 13, TOP, name, 'text-anchor="start"')
        at += 22 + letter * len(name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
