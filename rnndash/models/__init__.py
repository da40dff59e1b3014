"""The recurrent classifiers, one readable file each."""

from torch import nn

from rnndash.config import ModelKind, RunConfig
from rnndash.models.elman import ElmanClassifier
from rnndash.models.gru import GRUClassifier
from rnndash.models.lstm import LSTMClassifier

__all__ = ["ElmanClassifier", "GRUClassifier", "LSTMClassifier", "build_model"]


def build_model(config: RunConfig, *, vocab_size: int, num_class: int) -> nn.Module:
    """The network that `config` describes, with fresh weights from torch's random state.

    Its `forward(tokens, lengths)` takes `(B, T)` and `(B,)` int64 and gives `(B, C)` logits.
    """
    sizes = (vocab_size, config.embed_dim, config.hidden_dim, num_class)
    match config.model:
        case ModelKind.RNN:
            return ElmanClassifier(
                *sizes, num_layers=config.num_layers, bidirectional=config.bidirectional
            )
        case ModelKind.LSTM | ModelKind.PACKED_LSTM:
            return LSTMClassifier(
                *sizes,
                num_layers=config.num_layers,
                bidirectional=config.bidirectional,
                packed=config.model.is_packed,
            )
        case ModelKind.GRU | ModelKind.PACKED_GRU:
            return GRUClassifier(
                *sizes,
                num_layers=config.num_layers,
                bidirectional=config.bidirectional,
                packed=config.model.is_packed,
            )
