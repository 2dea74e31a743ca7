"""Optimizers: one file is one update rule. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.optimizers.adam import Adam
from phasescope.optimizers.adamw import AdamW
from phasescope.optimizers.langevin import Langevin
from phasescope.optimizers.optimizer import Optimizer
from phasescope.optimizers.rmsprop import RmsProp
from phasescope.optimizers.sam import Sam
from phasescope.optimizers.sgd import Sgd
from phasescope.optimizers.sign_descent import SignDescent

OPTIMIZERS: Registry[type[Optimizer]] = Registry("optimizer", [Sgd, Adam, AdamW, RmsProp, SignDescent, Sam, Langevin])
