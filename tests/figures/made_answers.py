"""Answers of networks to one text, for the figures that draw them."""

import numpy as np

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.attributions import Method, Saliency
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predictions import Prediction
from rnndash.inspection.variants import Alternatives, Variant

NAMES = ("2024", "<b>Sports</b> & more")
TEXT = EncodedText(tokens=("<i>oil</i>", "&", "fall"), ids=(5, 1, 7), words_in_all=3)


def made_prediction(probabilities, kind=ModelKind.LSTM, names=NAMES, label=None):
    """An answer to `TEXT`, of which the second word is unknown."""
    network = NetworkInfo(label=label or kind.label, kind=kind, class_names=names)
    return Prediction(
        network=network, text=TEXT, probabilities=np.array(probabilities), seconds=0.1
    )


def made_saliency(scores=(0.5, -1.25, 0.25)):
    """The share of each word of `TEXT` in the logit of the second class."""
    return Saliency(
        network=NetworkInfo(label="LSTM", kind=ModelKind.LSTM, class_names=NAMES),
        text=TEXT,
        method=Method.INTEGRATED_GRADIENTS,
        class_name=NAMES[1],
        scores=np.array(scores),
        logit=1.0,
        baseline_logit=0.5,
    )


def made_alternatives(after=((0.75, 0.25), (0.25, 0.75), (0.5, 0.5)), done=("a", "<b>", "c")):
    """What became of the answer to `TEXT` without each of its words."""
    return Alternatives(
        network=NetworkInfo(label="LSTM", kind=ModelKind.LSTM, class_names=NAMES),
        text=TEXT,
        before=np.array([0.625, 0.375]),
        variants=tuple(
            Variant(done=what, touched=(place,), order=()) for place, what in enumerate(done)
        ),
        after=np.array(after).reshape(len(after), 2),
    )
