"""Optimizers: one file is one update rule. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.optimizers.adam import Adam
from phasescope.optimizers.adamw import AdamW
from phasescope.optimizers.optimizer import Optimizer
from phasescope.optimizers.sgd import Sgd

OPTIMIZERS: Registry[type[Optimizer]] = Registry("optimizer", [Sgd, Adam, AdamW])
