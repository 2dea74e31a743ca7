"""Tasks: one file is one data distribution and its loss. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.tasks.cifar10 import Cifar10
from phasescope.tasks.copy import Copy
from phasescope.tasks.deep_linear_regression import DeepLinearRegression
from phasescope.tasks.delayed_memory import DelayedMemory
from phasescope.tasks.digit_addition import DigitAddition
from phasescope.tasks.digits import Digits
from phasescope.tasks.histogram import Histogram
from phasescope.tasks.induction import Induction
from phasescope.tasks.linear_ssm_teacher import LinearSsmTeacher
from phasescope.tasks.markov_in_context import MarkovInContext
from phasescope.tasks.matrix_completion import MatrixCompletion
from phasescope.tasks.mnist import Mnist
from phasescope.tasks.modular_arithmetic import ModularArithmetic
from phasescope.tasks.moving_window_sum import MovingWindowSum
from phasescope.tasks.own_arrays import OwnArrays
from phasescope.tasks.permute import Permute
from phasescope.tasks.permuted_digits import PermutedDigits
from phasescope.tasks.prefix_sum import PrefixSum
from phasescope.tasks.reverse import Reverse
from phasescope.tasks.separated_gaussians import SeparatedGaussians
from phasescope.tasks.sparse_parity import SparseParity
from phasescope.tasks.sparse_sign import SparseSign
from phasescope.tasks.split_digits import SplitDigits
from phasescope.tasks.task import Task
from phasescope.tasks.teacher_student import TeacherStudent
from phasescope.tasks.toy_addition import ToyAddition

TASKS: Registry[type[Task]] = Registry(
    "task",
    [
        ModularArithmetic,
        ToyAddition,
        SparseParity,
        SparseSign,
        SeparatedGaussians,
        MatrixCompletion,
        TeacherStudent,
        DeepLinearRegression,
        Digits,
        PermutedDigits,
        SplitDigits,
        Mnist,
        Cifar10,
        OwnArrays,
        MovingWindowSum,
        PrefixSum,
        Copy,
        Reverse,
        Permute,
        Histogram,
        DigitAddition,
        DelayedMemory,
        MarkovInContext,
        Induction,
        LinearSsmTeacher,
    ],
)
