"""Interventions: one file is one thing done to a run at a step. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.interventions.intervention import Intervention

INTERVENTIONS: Registry[type[Intervention]] = Registry("intervention", [])
