"""The kinds of classifiers, and what is known of each."""

from enum import StrEnum


class ModelKind(StrEnum):
    """The recurrent classifiers that can be trained."""

    RNN = "rnn"
    LSTM = "lstm"
    PACKED_LSTM = "packed_lstm"
    GRU = "gru"
    PACKED_GRU = "packed_gru"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _MODEL_LABELS[self]

    @property
    def description(self) -> str:
        """One sentence: what it reads and from which state it answers."""
        return _MODEL_DESCRIPTIONS[self]

    @property
    def is_packed(self) -> bool:
        """Whether the network steps over real tokens alone."""
        return self in (ModelKind.PACKED_LSTM, ModelKind.PACKED_GRU)


_MODEL_LABELS = {
    ModelKind.RNN: "Simple RNN",
    ModelKind.LSTM: "LSTM",
    ModelKind.PACKED_LSTM: "Packed LSTM",
    ModelKind.GRU: "GRU",
    ModelKind.PACKED_GRU: "Packed GRU",
}
_AFTER_PADS = "Answers from its last hidden state: in a padded batch, the state after the pads."
_AFTER_WORDS = "Answers from its hidden state after the last real word; never sees a pad."
_MODEL_DESCRIPTIONS = {
    ModelKind.RNN: "Elman network; answers from the mean of its outputs, pads included.",
    ModelKind.LSTM: _AFTER_PADS,
    ModelKind.PACKED_LSTM: _AFTER_WORDS,
    ModelKind.GRU: _AFTER_PADS,
    ModelKind.PACKED_GRU: _AFTER_WORDS,
}
