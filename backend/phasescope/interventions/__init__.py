"""Interventions: one file is one thing done to a run at a step. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.interventions.blur_images import BlurImages
from phasescope.interventions.change_setting import ChangeSetting
from phasescope.interventions.change_task import ChangeTask
from phasescope.interventions.clamp_activation import ClampActivation
from phasescope.interventions.constrain_norm import ConstrainNorm
from phasescope.interventions.curriculum import Curriculum
from phasescope.interventions.freeze_weights import FreezeWeights
from phasescope.interventions.inject_label_noise import InjectLabelNoise
from phasescope.interventions.intervention import Intervention
from phasescope.interventions.multiply_activation import MultiplyActivation
from phasescope.interventions.noisy_inputs import NoisyInputs
from phasescope.interventions.perturb_weights import PerturbWeights
from phasescope.interventions.reset_weights import ResetWeights
from phasescope.interventions.task_sequence import TaskSequence

INTERVENTIONS: Registry[type[Intervention]] = Registry(
    "intervention",
    [
        ChangeSetting,
        PerturbWeights,
        ResetWeights,
        FreezeWeights,
        ConstrainNorm,
        MultiplyActivation,
        ClampActivation,
        ChangeTask,
        TaskSequence,
        InjectLabelNoise,
        Curriculum,
        NoisyInputs,
        BlurImages,
    ],
)
