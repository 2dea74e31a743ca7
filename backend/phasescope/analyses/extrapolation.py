"""Extrapolation: where a smooth curve will be later, with an interval, or "cannot say".

All shapes of all families (`curve_families.py`) are compared with the curve at once. Each weighs by its posterior
probability, its height and the noise integrated out, and the forecast is drawn from their mixture: the interval holds
what is not known of the parameters, which family it is, and the noise. Residuals along training are not independent;
checkpoints are counted (1 - r) / (1 + r) fold, r being the correlation of neighbouring residuals. Where noise clearly
grows or shrinks along training, each checkpoint counts by its own.

A loss falls, an accuracy rises; any other series may do either. What no family follows is refused: a curve that goes
the other way, whose best shape leaves more over than noise, or whose last part does not follow from the part before.

No smooth family foresees a drop. Only what comes after the last drop is fitted, once the step has grown threefold
since. An exponential in the step is a drop in its logarithm, so a curve of that family (expd3) is refused until it has
levelled off. Whether a run will still drop is another question, which other runs answer (`still_to_drop.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from phasescope.analyses.analysis import Analysis
from phasescope.analyses.curve_families import LEAST, NAMES, shapes_at
from phasescope.analyses.events import Events
from phasescope.analyses.timelines import Reading, read
from phasescope.core.curves import Floats

Array = NDArray[np.float64]
FEWEST = 12  # checkpoints after the last drop
SPAN = 3.0  # by which the step has to have grown since then
PLACES = 120  # checkpoints that are fitted, evenly chosen in log time
DRAWS = 1_000
INTERVAL = (0.1, 0.9)
HELD_OUT = 0.2  # of the log time, to see whether the families can tell it from the rest
OUTSIDE = 0.002  # of the mixture on one side: then they cannot
NOTICED = 0.03  # nats of a loss, else shares of the range: less is not worth a refusal
TEMPER = 0.2  # of what the checkpoints tell counts: no family is the truth, and the grids are coarse
BETWEEN = 0.1  # by which a shape in the logarithm may be scaled: what lies between two places of the grid
BLOCKS = 5  # of the curve, each with a noise of its own where it is not even
SURE = 3.0  # standard errors: a noise that grows or shrinks by less is taken for even
DRIFT = 3.0  # times the noise between neighbours is what the best shape may leave over; noise correlated .7 is 1.8
ASTRAY = 2.0  # times, where the last eighth is off by more than that
TURNED = 4.0  # standard errors against the direction of all families, over the last third
LEAST_FREEDOM = 4.0  # degrees, of the noise
PARAMETERS = 4.0  # of a curve: height, floor, rate, and bend

EXTRAPOLATION = Analysis(
    name="extrapolation",
    title="Extrapolation",
    description="Where a smooth curve will be later, from families weighed by their posterior, with an "
    "80 % interval; refused after a recent drop, and where no family follows the curve or its last fifth.",
)


@dataclass(frozen=True)
class Forecast:
    """(T,) median and 80 % interval of the series at later steps; `refused` says why nothing can be said."""

    steps: Array
    median: Array
    low: Array
    high: Array
    since: float  # the first step that was fitted
    families: dict[str, float]  # posterior weight of each
    refused: str = ""


@dataclass(frozen=True)
class Table:
    """(S, N) shapes where the curve was seen and (S, T) ahead, less their mean, and how far they may be scaled."""

    centred: Array
    ahead: Array
    prior: Array
    family: NDArray[np.int64]
    least: Array
    most: Array

    @property
    def flat(self) -> NDArray[np.bool_]:
        """(S,) which stay where they are."""
        return np.asarray(self.family == NAMES.index("last1"))

    @cached_property
    def loosest(self) -> Array:
        """(S,) the largest variance of the scale."""
        return np.minimum((self.most - self.least) ** 2 / 12, 1e300)

    @cached_property
    def even(self) -> Array:
        """(S,) sum of squares where all checkpoints count alike."""
        return np.asarray((self.centred**2).sum(axis=1))

    def squares(self, certain: Array) -> Array:
        """(S,) sum of squares, each checkpoint as often as it counts."""
        if (certain == 1).all():
            return self.even
        return np.asarray(np.einsum("sn,sn,n->s", self.centred, self.centred, certain))

    def told(self, loose: Array, count: float) -> Array:
        """(S,) what a shape loses for having had to be scaled: the share of its possible scales that fits."""
        if np.isfinite(self.most).all():
            return np.asarray(0.5 * np.log(loose / self.loosest))
        return np.where(self.flat, 0.0, -0.5 * np.log1p(count))


@dataclass(frozen=True)
class Mixture:
    """What the data leave possible at some places: (S,) weights, (S, T) centres and widths, degrees of freedom."""

    weight: Array
    centre: Array
    width: Array
    freedom: float
    families: dict[str, float]
    rest: Array  # (N,) what the best shape leaves over

    def draw(self, count: int, generator: np.random.Generator) -> Array:
        """(count, T) draws: a shape by its weight, and noise around it."""
        chosen = generator.choice(len(self.weight), size=count, p=self.weight)
        noise = generator.standard_t(self.freedom, size=(count, self.centre.shape[1]))
        return self.centre[chosen] + self.width[chosen] * noise


def forecast(
    values: Floats, steps: NDArray[np.int64], later: Array, reading: Reading, found: Events, row: int
) -> Forecast:
    """The curve of one row of (R, C) values at later steps, given its events."""
    y = read(values[row : row + 1], reading)[0]
    kept = np.isfinite(y) & (steps > 0)
    drops = found.drops.of(found.drops.row == row)
    since = float(drops.end.max()) if len(drops.row) else 0.0
    kept &= steps >= since
    t, y = steps[kept].astype(np.float64), y[kept]
    why = _refusal(t, since)
    if why:
        return _nothing(later, since, why)
    generator = np.random.default_rng(0)
    t, y = _evenly(t, y)
    possible = mixture(t, y, later, reading)
    why = _unlike(t, y, possible, reading, generator)
    if why:
        return _nothing(later, since, why)
    drawn = _shown(possible.draw(DRAWS, generator), values[row], reading)
    low, middle, high = np.quantile(drawn, [INTERVAL[0], 0.5, INTERVAL[1]], axis=0)
    return Forecast(later, middle, low, high, float(t[0]), possible.families)


def mixture(t: Array, y: Array, later: Array, reading: Reading) -> Mixture:
    """All shapes, weighed by how well they tell y (N,) at steps t, and what they say of later steps."""
    table = _table(t.tobytes(), later.astype(np.float64).tobytes(), reading)
    found = _weighed(table, y, np.ones(len(t)))
    noise = _noise(found.rest)
    return found if (noise == 1).all() else _weighed(table, y, 1 / noise)


def _weighed(table: Table, y: Array, certain: Array) -> Mixture:
    """The mixture where checkpoints count by how `certain` (N,) they are."""
    certain = certain / certain.mean()
    middle = y - y @ certain / certain.sum()
    shift = table.centred @ certain / certain.sum()
    squares = np.maximum(table.squares(certain) - shift**2 * certain.sum(), 0.0)
    along = table.centred @ (certain * middle)
    scale = np.clip(along / np.maximum(squares, LEAST), table.least, table.most)
    rss = middle**2 @ certain - 2 * scale * along + scale**2 * squares
    rss = np.maximum(rss, 1e-12 * len(y))
    best = int(rss.argmin())
    rest = middle - scale[best] * (table.centred[best] - shift[best])
    count = max(len(y) * _independent(rest * np.sqrt(certain)) * TEMPER, PARAMETERS + LEAST_FREEDOM)
    freedom = count - PARAMETERS
    variance = rss / len(y) * (count / freedom)
    loose = np.minimum(variance / np.maximum(squares * count / len(y), LEAST), table.loosest)  # of the scale
    log_weight = table.prior - 0.5 * freedom * np.log(rss / rss[best]) + table.told(loose, count)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    ahead = table.ahead - shift[:, None]
    width = np.sqrt(variance[:, None] * (1 / certain[-1] + 1 / count) + loose[:, None] * ahead**2)
    total = np.bincount(table.family, weights=weight, minlength=len(NAMES))
    centre = (y - middle)[0] + scale[:, None] * ahead
    return Mixture(weight, centre, width, freedom, dict(zip(NAMES, total.tolist(), strict=True)), rest)


@lru_cache(maxsize=2)
def _table(t: bytes, later: bytes, reading: Reading) -> Table:
    """The shapes at steps t and later ones, less their means at t: the same for all curves of an experiment."""
    here, ahead = np.frombuffer(t), np.frombuffer(later)
    shapes = shapes_at(np.concatenate([here, ahead]) / here[-1], logarithm=reading.logarithm, grows=_free(reading))
    centred = shapes.values - shapes.values[:, : len(here)].mean(axis=1, keepdims=True)
    centred, ahead = centred[:, : len(here)].copy(), centred[:, len(here) :].copy()
    count = len(centred)
    grows = shapes.family == NAMES.index("growth")
    if reading.logarithm:
        least, most = np.full(count, 1 - BETWEEN), np.full(count, 1 + BETWEEN)
    elif reading.share:
        least, most = np.zeros(count), np.full(count, np.inf)
    else:
        up = 1.0 if reading.falling else -1.0
        least = np.where(grows & (up > 0), 0.0, -np.inf)
        most = np.where(grows & (up < 0), 0.0, np.inf)
    return Table(centred, ahead, shapes.prior, shapes.family, least, most)


def _independent(rest: Array) -> float:
    """The share of checkpoints that count as independent."""
    total = float((rest**2).sum())
    correlation = float((rest[1:] * rest[:-1]).sum()) / total if total > 0 else 0.0
    correlation = min(max(correlation, 0.0), 0.95)
    return (1 - correlation) / (1 + correlation)


def _unlike(t: Array, y: Array, possible: Mixture, reading: Reading, generator: np.random.Generator) -> str:
    """Why the curve is not one of those that the families can tell, or nothing."""
    if not _free(reading) and _turned(y[-len(y) // 3 :]):
        return f"it {'rose' if reading.falling else 'fell'} over its last third, which no family does"
    if _missed(possible.rest):
        return "no family follows it: what the best leaves over is not noise"
    early = np.log(t) <= np.log(t[-1]) - HELD_OUT * np.log(t[-1] / t[0])
    if early.sum() < FEWEST // 2:
        return ""
    ahead = mixture(t[early], y[early], t[~early][-1:], reading).draw(4 * DRAWS, generator)
    now = y[-3:].mean()
    below, apart = float((ahead[:, 0] < now).mean()), abs(float(np.median(ahead)) - now)
    astray = min(below, 1 - below) < OUTSIDE and apart > NOTICED
    return "its last fifth does not follow from what was before" if astray else ""


def _missed(rest: Array) -> bool:
    """Whether what is left over drifts, in all or at the end, further than noise does and than may be overlooked."""
    noise = np.sqrt((np.diff(rest) ** 2).mean() / 2)
    size, end = float(np.sqrt((rest**2).mean())), abs(float(rest[-len(rest) // 8 :].mean()))
    drifts = size > DRIFT * noise and size > NOTICED
    astray = size > ASTRAY * noise and end > max(size, NOTICED)
    return bool(drifts or astray)


def _turned(y: Array) -> bool:
    """Whether it clearly goes against the direction of all families."""
    place = np.linspace(-0.5, 0.5, len(y))
    rise = float(place @ y / (place @ place))
    rest = y - y.mean() - rise * place
    error = float(rest.std() / np.sqrt(place @ place * _independent(rest)))
    return rise > max(NOTICED, TURNED * error)


def _free(reading: Reading) -> bool:
    """Whether a series may as well rise as fall: one that is neither a loss nor an accuracy."""
    return not (reading.logarithm or reading.share)


def _noise(rest: Array) -> Array:
    """(N,) variance of the noise, from neighbours, where it clearly grows or shrinks; else 1."""
    jumps = np.diff(rest) ** 2 + 1e-6 * (rest**2).mean() + LEAST**2
    place, logarithm = np.linspace(-0.5, 0.5, len(jumps)), np.log(jumps)
    trend = place @ logarithm / (place @ place)
    error = (logarithm - logarithm.mean() - trend * place).std() / np.sqrt(place @ place)
    if abs(trend) < SURE * error or len(jumps) < 4 * BLOCKS:
        return np.ones(len(rest))
    blocks = np.array_split(np.arange(len(jumps)), BLOCKS)
    middles, sizes = [block.mean() for block in blocks], [np.log(jumps[block].mean()) for block in blocks]
    return np.asarray(np.exp(np.interp(np.arange(len(rest)), middles, sizes)))


def _refusal(t: Array, since: float) -> str:
    after = f" after the drop that ended at step {since:,.0f}" if since else ""
    if len(t) < FEWEST:
        return f"fewer than {FEWEST} checkpoints{after}"
    if t[-1] < SPAN * t[0]:
        return f"the step has not yet grown {SPAN:g} fold{after}"
    return ""


def _evenly(t: Array, y: Array) -> tuple[Array, Array]:
    """Checkpoints evenly chosen in log time: where they are dense, they tell the same thing many times."""
    place = np.linspace(np.log(t[0]), np.log(t[-1]), min(PLACES, len(t)))
    nearest = np.unique(np.abs(np.log(t) - place[:, None]).argmin(axis=1))
    return t[nearest], y[nearest]


def _shown(drawn: Array, values: Floats, reading: Reading) -> Array:
    """From the way in which curves are read to the values of the series."""
    signed = drawn if reading.falling else -drawn
    if reading.logarithm:
        return np.asarray(np.exp(np.minimum(signed, 700.0)) + reading.floor)
    if reading.share:
        return np.clip(signed, 0.0, 1.0)
    finite = values[np.isfinite(values)]
    span = float(finite.max() - finite.min())
    return np.asarray(signed * (span if span > 0 else 1.0))


def _nothing(later: Array, since: float, why: str) -> Forecast:
    none = np.full(len(later), np.nan)
    return Forecast(later, none, none, none, since, {}, why)
