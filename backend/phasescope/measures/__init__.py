"""Measures: one file is one quantity of a network at a checkpoint. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.measures.accuracy import ACCURACY
from phasescope.measures.activation_patterns import ACTIVATION_PATTERNS
from phasescope.measures.activation_sparsity import ACTIVATION_SPARSITY
from phasescope.measures.alpha_req import ALPHA_REQ
from phasescope.measures.anisotropy import ANISOTROPY
from phasescope.measures.answer_loss import ANSWER_LOSS
from phasescope.measures.attention_entropy import ATTENTION_ENTROPY
from phasescope.measures.attention_logits import ATTENTION_LOGITS
from phasescope.measures.attention_progress import ATTENTION_PROGRESS
from phasescope.measures.attention_sink import ATTENTION_SINK
from phasescope.measures.biased_drift import BIASED_DRIFT
from phasescope.measures.canonical_correlation import CANONICAL_CORRELATION
from phasescope.measures.class_separability import CLASS_SEPARABILITY
from phasescope.measures.correctness import CORRECTNESS
from phasescope.measures.dead_units import DEAD_UNITS
from phasescope.measures.dissimilarity_correlation import DISSIMILARITY_CORRELATION
from phasescope.measures.distance_from_initial import DISTANCE_FROM_INITIAL
from phasescope.measures.distance_to_previous import DISTANCE_TO_PREVIOUS
from phasescope.measures.drift import DRIFT
from phasescope.measures.effective_theory import EFFECTIVE_THEORY
from phasescope.measures.example_losses import EXAMPLE_LOSSES
from phasescope.measures.fourier_concentration import FOURIER_CONCENTRATION
from phasescope.measures.fourier_losses import FOURIER_LOSSES
from phasescope.measures.function_distance import FUNCTION_DISTANCE
from phasescope.measures.gradient_direction_variance import GRADIENT_DIRECTION_VARIANCE
from phasescope.measures.gradient_noise import GRADIENT_NOISE
from phasescope.measures.gradient_norm import GRADIENT_NORM
from phasescope.measures.graph_recovery import GRAPH_RECOVERY
from phasescope.measures.hessian_top_eigenvalue import HESSIAN_TOP_EIGENVALUE
from phasescope.measures.hessian_trace import HESSIAN_TRACE
from phasescope.measures.induction_score import INDUCTION_SCORE
from phasescope.measures.intrinsic_dimension import INTRINSIC_DIMENSION
from phasescope.measures.kernel_regression import KERNEL_REGRESSION
from phasescope.measures.latent_state_metrics import LATENT_STATE_METRICS
from phasescope.measures.layer_alignment import LAYER_ALIGNMENT
from phasescope.measures.layer_drift import LAYER_DRIFT
from phasescope.measures.layer_rotation import LAYER_ROTATION
from phasescope.measures.learning_coefficient import LEARNING_COEFFICIENT
from phasescope.measures.linear_barrier import LINEAR_BARRIER
from phasescope.measures.linear_probe import LINEAR_PROBE
from phasescope.measures.loss import LOSS
from phasescope.measures.loss_split import LOSS_SPLIT
from phasescope.measures.massive_activations import MASSIVE_ACTIVATIONS
from phasescope.measures.matrix_entropy import MATRIX_ENTROPY
from phasescope.measures.mean_cosine import MEAN_COSINE
from phasescope.measures.measure import Measure
from phasescope.measures.neighbour_overlap import NEIGHBOUR_OVERLAP
from phasescope.measures.neural_collapse import NEURAL_COLLAPSE
from phasescope.measures.output_scale import OUTPUT_SCALE
from phasescope.measures.parallelogram_quality import PARALLELOGRAM_QUALITY
from phasescope.measures.part_accuracy import PART_ACCURACY
from phasescope.measures.participation_ratio import PARTICIPATION_RATIO
from phasescope.measures.predicted_accuracy import PREDICTED_ACCURACY
from phasescope.measures.predictions import PREDICTIONS
from phasescope.measures.previous_token_score import PREVIOUS_TOKEN_SCORE
from phasescope.measures.procrustes import PROCRUSTES
from phasescope.measures.projection_weighted_correlation import PROJECTION_WEIGHTED_CORRELATION
from phasescope.measures.rankme import RANKME
from phasescope.measures.repetition_rate import REPETITION_RATE
from phasescope.measures.representation_alignment import REPRESENTATION_ALIGNMENT
from phasescope.measures.representations import REPRESENTATIONS
from phasescope.measures.sam_sharpness import SAM_SHARPNESS
from phasescope.measures.swap_symmetry import SWAP_SYMMETRY
from phasescope.measures.tangent_alignment import TANGENT_ALIGNMENT
from phasescope.measures.tangent_kernel import TANGENT_KERNEL
from phasescope.measures.token_cosine import TOKEN_COSINE
from phasescope.measures.update_cosine import UPDATE_COSINE
from phasescope.measures.update_ratio import UPDATE_RATIO
from phasescope.measures.weight_norm import WEIGHT_NORM
from phasescope.measures.weight_norms import WEIGHT_NORMS
from phasescope.measures.weight_spectrum import WEIGHT_SPECTRUM
from phasescope.measures.weight_statistics import WEIGHT_STATISTICS
from phasescope.measures.weights import WEIGHTS
from phasescope.measures.written_accuracy import WRITTEN_ACCURACY

MEASURES: Registry[Measure] = Registry(
    "measure",
    [
        LOSS,
        ACCURACY,
        PART_ACCURACY,
        ANSWER_LOSS,
        # weights and gradients
        WEIGHT_NORM,
        WEIGHT_NORMS,
        DISTANCE_FROM_INITIAL,
        DISTANCE_TO_PREVIOUS,
        LAYER_ROTATION,
        WEIGHT_SPECTRUM,
        WEIGHT_STATISTICS,
        LAYER_ALIGNMENT,
        LATENT_STATE_METRICS,
        GRADIENT_NORM,
        GRADIENT_NOISE,
        GRADIENT_DIRECTION_VARIANCE,
        UPDATE_RATIO,
        UPDATE_COSINE,
        # representations over time
        DRIFT,
        BIASED_DRIFT,
        LAYER_DRIFT,
        CANONICAL_CORRELATION,
        PROJECTION_WEIGHTED_CORRELATION,
        PROCRUSTES,
        DISSIMILARITY_CORRELATION,
        NEIGHBOUR_OVERLAP,
        REPRESENTATION_ALIGNMENT,
        # geometry of representations
        RANKME,
        PARTICIPATION_RATIO,
        MATRIX_ENTROPY,
        ALPHA_REQ,
        INTRINSIC_DIMENSION,
        ANISOTROPY,
        MEAN_COSINE,
        ACTIVATION_SPARSITY,
        DEAD_UNITS,
        ACTIVATION_PATTERNS,
        CLASS_SEPARABILITY,
        LINEAR_PROBE,
        NEURAL_COLLAPSE,
        GRAPH_RECOVERY,
        PARALLELOGRAM_QUALITY,
        PREDICTED_ACCURACY,
        EFFECTIVE_THEORY,
        SWAP_SYMMETRY,
        FOURIER_CONCENTRATION,
        FOURIER_LOSSES,
        # sequences
        REPETITION_RATE,
        WRITTEN_ACCURACY,
        TOKEN_COSINE,
        ATTENTION_PROGRESS,
        ATTENTION_ENTROPY,
        ATTENTION_SINK,
        PREVIOUS_TOKEN_SCORE,
        INDUCTION_SCORE,
        ATTENTION_LOGITS,
        MASSIVE_ACTIVATIONS,
        # function, kernel and curvature
        OUTPUT_SCALE,
        FUNCTION_DISTANCE,
        TANGENT_KERNEL,
        TANGENT_ALIGNMENT,
        KERNEL_REGRESSION,
        LOSS_SPLIT,
        LINEAR_BARRIER,
        SAM_SHARPNESS,
        HESSIAN_TOP_EIGENVALUE,
        HESSIAN_TRACE,
        LEARNING_COEFFICIENT,
        # arrays
        REPRESENTATIONS,
        PREDICTIONS,
        CORRECTNESS,
        EXAMPLE_LOSSES,
        WEIGHTS,
    ],
)
