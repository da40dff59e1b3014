"""Small networks over a few words, with answers as different as trained ones give."""

import torch

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.inspection.network import Network
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.models import build_model
from rnndash.models.random_state import own_random_state
from rnndash.text.tokens import word_indices

TEXT_WORDS = "oil prices fall as markets wait for news the of not don ' t"
WORDS = ("<pad>", "<unk>", *TEXT_WORDS.split())
INDEX = word_indices(WORDS)
CLASSES = ("World", "Sports", "Business", "Sci/Tech")
TEXT = "Oil prices fall as markets wait for zorgon news"
PACKED = tuple(kind for kind in ModelKind if kind.is_packed)
PADDED = tuple(kind for kind in ModelKind if not kind.is_packed)


def made_network(kind, *, label="", num_layers=1, bidirectional=False, seed=0, sharpness=2.0):
    """A network whose fresh weights are multiplied by `sharpness`."""
    config = RunConfig(
        model=kind,
        embed_dim=6,
        hidden_dim=5,
        num_layers=num_layers,
        bidirectional=bidirectional,
    )
    with own_random_state(seed):
        model = build_model(config, vocab_size=len(WORDS), num_class=len(CLASSES))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(sharpness)
    info = NetworkInfo(label=label or kind.label, kind=kind, class_names=CLASSES)
    return Network(info=info, model=model, words=WORDS)


def encoded(text):
    """A text in the numbers of these networks' vocabulary."""
    return tokenize_text(text).encode(INDEX)


def plain_answer(network, ids):
    """The answer to one text by the model alone: `(C,)` probabilities."""
    with torch.no_grad():
        logits = network.model(torch.tensor([ids]), torch.tensor([len(ids)]))
    return logits[0].double().softmax(dim=0).numpy()
