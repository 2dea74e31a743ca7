"""Hooks: what may happen to a named activation between the place where a model makes it and where it is used."""

from __future__ import annotations

from torch import Tensor


class Hooks:
    """Lets everything pass. A model calls its hooks at every activation that it names, one run at a time.

    Names are those of the activations; a transformer also names `block_1.attention_weights` and `block_1.heads`.
    """

    def __call__(self, name: str, values: Tensor) -> Tensor:
        """The activation (examples, …) as it goes on."""
        return values

    def dropped(self, name: str, values: Tensor) -> Tensor:
        """The activation with a share of its units dropped and the others scaled up, where a run trains with it."""
        return values

    def noise(self, name: str, like: Tensor) -> Tensor | None:
        """Noise of the run's size, shaped as `like` (examples, …); nothing where no run trains with noise."""
        return None


PASS = Hooks()
