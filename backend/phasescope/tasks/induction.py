"""Learning in context or in weights: label an item from labelled items before it (Reddy 2023; Chan et al. 2022)."""

from __future__ import annotations

from itertools import combinations
from typing import ClassVar, Literal

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from phasescope.core.dimensions import Expressions
from phasescope.core.record import Rule, setting
from phasescope.core.shape import Inputs
from phasescope.tasks.class_odds import Odds
from phasescope.tasks.class_task import ClassTask
from phasescope.tasks.fresh import FreshTask, Numbers, Occasion, World, like, relabelled_at_random
from phasescope.tasks.randomness import Draws
from phasescope.tasks.task import PROBE_KEY

CLASSES = 65_536  # at most


class Induction(ClassTask, FreshTask):
    """x_1 l_1 … x_N l_N x: items and the vectors of their labels, then an item whose label is asked.

    Class k has the mean μ_k ~ N(0, I/D) and the label k mod L; it comes with odds (k + 1)^−α. An item is
    (μ_k + ε η)/√(1 + ε²). A bursty sequence has N/B classes with different labels, each B times, and asks for one of
    them; another has independent items and asks for any class. With relabelling the labels of the classes of each
    sequence are drawn anew, so that only the context tells them. Label vectors, the novel classes that are tested on
    and which labels are held out are the same for all runs. A sequence of novel classes in training is bursty; they
    never come again, or are of a pool that is new at every step (of the whole training set, where there is one).

    Not offered of the papers: exemplars other than Gaussian ones (Singh et al. 2024); three shots each of the class
    that is asked and of one other beside classes that come once, and labels 0 and 1 alone at test (Chan et al. 2022).
    """

    name: ClassVar[str] = "induction"
    label: ClassVar[str] = "Induction"
    source: ClassVar[str] = "Reddy 2023, arXiv:2312.03002; Chan et al. 2022, arXiv:2205.05055; Singh et al. 2024"
    inputs: ClassVar[Inputs] = "sequences"
    offers: ClassVar[tuple[str, ...]] = ("classes", "best_attention")
    world_in_inputs: ClassVar[bool] = True
    dimensions: ClassVar[Expressions] = {
        "outputs": "labels",
        "positions": "2 * pairs + 1",
        "features": "features + places",
    }
    rules: ClassVar[tuple[Rule, ...]] = (
        *ClassTask.rules,
        Rule("classes % labels == 0", "classes must be a multiple of labels."),
        Rule("pairs % burstiness == 0", "pairs must be a multiple of burstiness."),
        Rule("pairs // burstiness <= labels", "pairs / burstiness classes with different labels need as many labels."),
        Rule("test != 'in_weights' or classes > pairs", "To test in_weights, give more classes than pairs."),
        Rule("not relabel or bursty_share == 1", "With relabel, bursty_share must be 1: else there is no answer."),
        Rule(
            "places == None or places > 2 * pairs",
            "A sequence has 2 pairs + 1 positions: give at least so many places.",
        ),
        Rule(
            "not relabel or test in ['as_trained', 'novel_classes', 'held_out_labels']",
            "With relabel, test on new sequences only.",
        ),
        Rule("novel_pool % labels == 0", "novel_pool must be a multiple of labels."),
        Rule(
            "held_out == 0 or (relabel and pairs == 2 * burstiness)",
            "held_out is of pairs of labels: it needs relabel and two classes in a sequence, pairs = 2 burstiness.",
        ),
        Rule("held_out == 0 or labels <= 64", "held_out is of at most 64 labels."),
        Rule("2 * held_out < labels * (labels - 1)", "held_out must leave a pair of labels to train on."),
        Rule("test != 'held_out_labels' or held_out >= 1", "To test on held_out_labels, hold some out."),
    )

    classes: int = setting(256, "Number of classes K.", ge=2, le=CLASSES, per_run=True, changeable=True)
    labels: int = setting(32, "Number of labels L.", ge=2, le=1024)
    pairs: int = setting(8, "Items N before the one that is asked.", ge=1, le=128)
    features: int = setting(63, "Length D of items and label vectors.", ge=2, le=1024)
    burstiness: int = setting(
        2, "How often a class comes in a bursty sequence, B.", ge=1, le=128, per_run=True, changeable=True
    )
    bursty_share: float = setting(1.0, "Share of bursty sequences.", ge=0, le=1, per_run=True, changeable=True)
    novel_share: float = setting(
        0.0,
        "Share of the training sequences that have new classes, their own, so that only the context tells their labels "
        "(p_C).",
        ge=0,
        le=1,
        per_run=True,
        neutral=True,
        changeable=True,
    )
    novel_pool: int = setting(
        0,
        "Number of new classes that there are at a time, 128 in Reddy's program; 0: each comes in one sequence only.",
        ge=0,
        le=CLASSES,
        per_run=True,
        neutral=True,
        changeable=True,
    )
    held_out: int = setting(
        0,
        "With relabel: so many of the pairs of labels never come together in training (Singh et al. 2024: 2 of 10).",
        ge=0,
        per_run=True,
        neutral=True,
    )
    places: int | None = setting(
        None,
        "Beside its content each position says, as one of so many, at which place it is; each sequence begins at a "
        "random place. Nothing: the model is to know positions by itself.",
        ge=3,
        le=1024,
        neutral=True,
    )
    zipf: float = setting(0.0, "Exponent α of the odds of classes.", ge=0, le=10, per_run=True, changeable=True)
    variation: float = setting(0.1, "Variation ε within a class.", ge=0, le=100, per_run=True, changeable=True)
    relabel: bool = setting(False, "Draw the labels anew for each sequence (few-shot relabelling).", changeable=True)
    test: Literal["novel_classes", "as_trained", "swapped_labels", "in_weights", "held_out_labels"] = setting(
        "novel_classes",
        "What is tested: bursty sequences of new classes; new sequences like those trained on; bursty ones of trained "
        "classes with the next label in the context; trained classes that do not come in the context; or trained "
        "classes with pairs of labels that are held out.",
    )
    label_noise: float = setting(
        0.0,
        "Share of the training sequences with a wrong answer.",
        ge=0,
        le=1,
        per_run=True,
        neutral=True,
        changeable=True,
    )
    train_examples: int = setting(
        1024, "Sequences that are trained on.", ge=1, le=200_000, per_run=True, changeable=True
    )
    test_examples: int = setting(256, "Sequences that are tested on.", ge=1, le=20_000)

    def examples(
        self, draws: Draws, size: int, *, world: World, numbers: Numbers, occasion: Occasion
    ) -> tuple[Tensor, Tensor]:
        """Inputs (R, size, 2 pairs + 1, features) and the label that is asked (R, size)."""
        kind = {"train": "as_trained", "test": self.test, "probe": "novel_classes"}[occasion]
        novel = draws.uniform("novel", size) < numbers["novel_share"][:, None]
        if kind != "as_trained":
            novel = torch.zeros_like(novel)
        classes = self.classes_shown(draws, size, numbers=numbers, kind=kind, novel=novel)
        labels = classes % self.labels
        if self.relabel:
            labels = self._relabelled(draws, labels, numbers["held_out"], of_held_out=kind == "held_out_labels")
        elif kind == "swapped_labels":
            labels = (labels + 1) % self.labels
        keys = world["key"]
        means = self.means(torch.full_like(keys, PROBE_KEY) if kind == "novel_classes" else keys, classes)
        if bool(novel.any()):
            fresh = self._novel_means(draws, classes, numbers["novel_pool"])
            means = torch.where(novel[..., None, None], fresh, means)
        noise = draws.normal("variation", *classes.shape[1:], self.features) * self.features**-0.5
        variation = like(numbers["variation"], means)
        inputs = means.new_zeros(*classes.shape[:2], 2 * self.pairs + 1, self.features)
        inputs[:, :, ::2] = (means + variation * noise) / (1 + variation.square()).sqrt()
        inputs[:, :, 1::2] = self.label_vectors(keys.device)[labels[..., :-1]]
        asked = labels[..., -1]
        if occasion == "train":
            asked = relabelled_at_random(asked, self.labels, draws=draws, share=numbers["label_noise"])
        return self._placed(draws, inputs), asked

    def _novel_means(self, draws: Draws, classes: Tensor, pool: Tensor) -> Tensor:
        """(R, size, …, features) means that classes (R, size, …) have in their own sequence alone, or in the pool."""
        size = classes.shape[1]
        sequence = draws.step * size + torch.arange(size, device=classes.device)
        numbered = sequence[None, :, None] * CLASSES + classes
        means: Tensor = draws.normal_of("novel class mean", numbered, self.features)
        if bool((pool > 0).any()):
            labels = classes % self.labels  # those of one sequence have different labels
            which = draws.integers("class of the pool", 0, pool // self.labels, size, self.labels).gather(2, labels)
            pooled = draws.normal_of("pooled class mean", (draws.step * CLASSES + which * self.labels + labels),
                                     self.features)  # fmt: skip
            means = torch.where(like(pool, means) > 0, pooled, means)
        scaled: Tensor = means * self.features**-0.5
        return scaled

    def _relabelled(self, draws: Draws, labels: Tensor, held_out: Tensor, *, of_held_out: bool) -> Tensor:
        """Labels (R, size, …) exchanged for others, the same ones within a sequence: any, or pairs (not) held out."""
        size = labels.shape[1]
        anew = draws.orders("relabelling", size, self.labels).gather(2, labels)
        if not bool((held_out > 0).any()):
            return anew
        pairs = self.label_pairs(labels.device)
        low, high = (0 * held_out, held_out) if of_held_out else (held_out, 0 * held_out + len(pairs))
        chance = draws.uniform("pair of labels", size)
        pair = pairs[(low[:, None] + (chance * (high - low)[:, None]).floor()).to(torch.int64)]  # (R, size, 2)
        pair = pair.gather(2, draws.orders("which is which", size, 2))
        first = labels == labels[..., :1]
        return torch.where(like(held_out, labels) > 0, torch.where(first, pair[..., :1], pair[..., 1:]), anew)

    def label_pairs(self, device: torch.device) -> Tensor:
        """(pairs, 2) all pairs of labels in an order that all runs share: the first ones are those held out."""
        pairs = torch.tensor(list(combinations(range(self.labels), 2)), device=device)
        shared = Draws(torch.tensor([PROBE_KEY], device=device), "world")
        return pairs[shared.orders("pairs of labels", len(pairs))[0]]

    def _placed(self, draws: Draws, inputs: Tensor) -> Tensor:
        """The inputs, and the place of each position where that is asked for."""
        if self.places is None:
            return inputs
        length = inputs.shape[2]
        begin = draws.integers("begin", 0, self.places - length + 1, inputs.shape[1])
        place = begin[..., None] + torch.arange(length, device=inputs.device)
        return torch.cat([inputs, one_hot(place, self.places).to(inputs.dtype)], dim=-1)

    def means(self, keys: Tensor, classes: Tensor) -> Tensor:
        """(R, …, features) means of classes (R, …) in the worlds with these keys (R,)."""
        rows: Tensor = Draws(keys, "world").normal_of("class mean", classes, self.features) * self.features**-0.5
        return rows

    def label_vectors(self, device: torch.device) -> Tensor:
        """(labels, features) of all runs."""
        shared = Draws(torch.tensor([PROBE_KEY], device=device), "world")
        vectors: Tensor = shared.normal("label vectors", self.labels, self.features)[0] * self.features**-0.5
        return vectors

    def classes_shown(
        self, draws: Draws, size: int, *, numbers: Numbers, kind: str, novel: Tensor | None = None
    ) -> Tensor:
        """(R, size, pairs + 1) classes of the items shown and of the one asked; where `novel` (R, size), bursty."""
        odds = Odds.of(numbers["classes"], numbers["zipf"], self.labels)
        total = odds.added[:, -1, None]
        shown = self._bursts(draws, size, odds, numbers["burstiness"])
        asked = shown.gather(2, draws.integers("asked", 0, self.pairs, size, 1))
        shares = {"as_trained": numbers["bursty_share"][:, None], "in_weights": torch.zeros_like(total)}
        loose = draws.uniform("bursty", size) >= shares.get(kind, torch.ones_like(total))
        if novel is not None:
            loose = loose & ~novel
        alone = odds.place(draws.uniform("independent", size, self.pairs + 1) * total[..., None])
        places = torch.where(loose[..., None], alone, torch.cat([shown, asked], dim=-1))
        if kind == "in_weights":
            places[..., -1] = self._others(draws, places[..., :-1], odds)
        return odds.numbers(places)

    def _bursts(self, draws: Draws, size: int, odds: Odds, burstiness: Tensor) -> Tensor:
        """(R, size, pairs) places of classes with different labels, each `burstiness` times, in any order.

        One class after the other by the odds of those whose label is still free: its label is the next of the largest
        log-odds + Gumbel, and within the label it comes by its own odds.
        """
        most = self.pairs // int(burstiness.min())
        ends = odds.ends()
        label = ((ends.diff()).log()[:, None] + draws.gumbel("labels", size, self.labels)).topk(most, dim=2).indices
        begin, end = (table[:, None].expand(-1, size, -1).gather(2, label) for table in (ends[:, :-1], ends[:, 1:]))
        chances = draws.uniform("classes", size, self.pairs)[..., :most]  # the same whatever runs are beside
        chosen = odds.place(begin + chances * (end - begin))
        chosen = torch.minimum(chosen, (label + 1) * odds.per_label - 1)  # rounding must not leave the label
        burst = torch.arange(self.pairs, device=label.device) // burstiness[:, None].to(torch.int64)
        every = chosen.gather(2, burst[:, None].expand(-1, size, -1))
        return every.gather(2, draws.orders("order", size, self.pairs))

    def _others(self, draws: Draws, shown: Tensor, odds: Odds) -> Tensor:
        """(R, size) places of classes, by their odds, that are not among those shown (R, size, pairs)."""
        ordered = shown.sort(-1).values
        first = torch.cat([torch.ones_like(ordered[..., :1]), ordered.diff()], dim=-1) > 0  # each class once
        begins, ends = odds.around(ordered)
        taken = torch.where(first, ends - begins, 0.0)
        at = draws.uniform("asked of the weights", shown.shape[1]) * (odds.added[:, -1:] - taken.sum(-1))
        for begin, width in zip(begins.unbind(-1), taken.unbind(-1), strict=True):
            at = torch.where(at >= begin, at + width, at)
        return odds.place(at)

    def best_attention(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """From the item that is asked to the labels in the context that are its own; nowhere where there are none."""
        vectors = self.label_vectors(inputs.device).to(inputs)
        own = torch.cdist(inputs[:, 1::2, : self.features], vectors).argmin(-1) == targets[:, None]
        looked_at = torch.zeros(*inputs.shape[:2], inputs.shape[1], dtype=torch.bool, device=inputs.device)
        looked_at[:, -1, 1::2] = own
        return looked_at
