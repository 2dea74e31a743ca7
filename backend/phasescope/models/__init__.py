"""Models: one file is one network. To add one, write the file and add its line here."""

from phasescope.core.registry import Registry
from phasescope.models.cnn import Cnn
from phasescope.models.committee import Committee
from phasescope.models.deep_linear import DeepLinear
from phasescope.models.diagonal_net import DiagonalNet
from phasescope.models.disentangled_transformer import DisentangledTransformer
from phasescope.models.embedding_decoder import EmbeddingDecoder
from phasescope.models.linear_ssm import LinearSsm
from phasescope.models.mlp import Mlp
from phasescope.models.model import Model
from phasescope.models.rnn import Rnn
from phasescope.models.symmetric_factors import SymmetricFactors
from phasescope.models.transformer import Transformer

MODELS: Registry[type[Model]] = Registry(
    "model",
    [
        Mlp,
        EmbeddingDecoder,
        Transformer,
        DeepLinear,
        Rnn,
        Cnn,
        LinearSsm,
        DiagonalNet,
        SymmetricFactors,
        Committee,
        DisentangledTransformer,
    ],
)
