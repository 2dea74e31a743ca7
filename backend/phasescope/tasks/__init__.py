"""Tasks: one file is one data distribution and its loss. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.tasks.modular_arithmetic import ModularArithmetic
from phasescope.tasks.task import Task
from phasescope.tasks.toy_addition import ToyAddition

TASKS: Registry[type[Task]] = Registry("task", [ModularArithmetic, ToyAddition])
