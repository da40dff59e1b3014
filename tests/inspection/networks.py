"""Small networks with weights large enough that states move."""

import torch

from rnndash.config.run_config import RunConfig
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network import Network
from rnndash.inspection.network_info import NetworkInfo
from rnndash.models import build_model

VOCAB, EMBED, HIDDEN, CLASSES = 20, 5, 4, 3
WORDS = ("<pad>", "<unk>", *(f"w{number}" for number in range(2, VOCAB)))


def small_network(kind, num_layers=1, bidirectional=False, hidden_dim=HIDDEN, seed=0):
    """A network of the kind, always the same for the same arguments."""
    config = RunConfig(
        model=kind,
        embed_dim=EMBED,
        hidden_dim=hidden_dim,
        num_layers=num_layers,
        bidirectional=bidirectional,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build_model(config, vocab_size=VOCAB, num_class=CLASSES)
    names = tuple("abc"[:CLASSES])
    info = NetworkInfo(label=config.model.label, kind=config.model, class_names=names)
    return Network(info=info, model=model, words=WORDS)


def text_of(ids):
    """A text of these numbers."""
    tokens = tuple(f"w{number}" for number in ids)
    return EncodedText(tokens=tokens, ids=tuple(ids), words_in_all=len(tokens))


def drawn_ids(length, seed=0):
    """A text's numbers: `length` of them, unknown words among them."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(1, VOCAB, (length,), generator=generator).tolist()


def state_of(model):
    """Everything that an analysis must leave alone."""
    return [
        (name, parameter.detach().clone(), parameter.grad, parameter.requires_grad)
        for name, parameter in model.named_parameters()
    ] + [model.training]


def is_same_state(before, after):
    """Whether two of `state_of` are equal, bit for bit."""
    return before[-1] == after[-1] and all(
        (n0, g0, r0) == (n1, g1, r1) and torch.equal(p0, p1)
        for (n0, p0, g0, r0), (n1, p1, g1, r1) in zip(before[:-1], after[:-1], strict=True)
    )
