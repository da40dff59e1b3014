"""Every network against the same network written again with plain `torch.nn`."""

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.models import build_model

VOCAB, EMBED, HIDDEN, CLASSES = 30, 6, 4, 3
LAYERS = (1, 2, 3)
LENGTHS = torch.tensor([3, 7, 1, 5, 7])
PACKED = [kind for kind in ModelKind if kind.is_packed]
PADDED = [kind for kind in ModelKind if not kind.is_packed]
CELLS = {
    ModelKind.RNN: nn.RNN,
    ModelKind.LSTM: nn.LSTM,
    ModelKind.PACKED_LSTM: nn.LSTM,
    ModelKind.GRU: nn.GRU,
    ModelKind.PACKED_GRU: nn.GRU,
}
each_kind = pytest.mark.parametrize("kind", ModelKind)
each_depth = pytest.mark.parametrize("num_layers", LAYERS)
both_ways = pytest.mark.parametrize("bidirectional", [False, True], ids=["one_way", "both_ways"])


def _model(kind, num_layers=1, bidirectional=False, seed=0):
    torch.manual_seed(seed)
    config = RunConfig(
        model=kind,
        embed_dim=EMBED,
        hidden_dim=HIDDEN,
        num_layers=num_layers,
        bidirectional=bidirectional,
    )
    return build_model(config, vocab_size=VOCAB, num_class=CLASSES)


def _batch():
    """Texts of several lengths, the longest of them twice: `(B, T)` with pads."""
    tokens = torch.randint(2, VOCAB, (5, 7), generator=torch.Generator().manual_seed(1))
    tokens[torch.arange(7) >= LENGTHS[:, None]] = 0
    return tokens, LENGTHS


def _plain(model, kind, num_layers, bidirectional):
    """A network of stock layers with the weights of `model`, under the same names."""
    plain = nn.ModuleDict(
        {
            "embedding": nn.Embedding(VOCAB, EMBED),
            "rnn": CELLS[kind](
                EMBED, HIDDEN, num_layers, batch_first=True, bidirectional=bidirectional
            ),
            "fc": nn.Linear(HIDDEN * (1 + bidirectional), CLASSES),
        }
    )
    plain.load_state_dict(model.state_dict())
    return plain


def _plain_state(outputs):
    """From the top layer's outputs `(T, D*H)`: each direction's after its last step."""
    return torch.cat([outputs[-1, :HIDDEN], outputs[0, HIDDEN:]])


def _plain_logits(plain, kind, tokens, lengths):
    """The answer to a batch, text by text, without a packed sequence and without final states."""
    rows = []
    for row, length in zip(tokens, lengths, strict=True):
        outputs, _ = plain["rnn"](plain["embedding"](row[:length] if kind.is_packed else row))
        summary = outputs.mean(dim=0) if kind is ModelKind.RNN else _plain_state(outputs)
        rows.append(plain["fc"](summary))
    return torch.stack(rows)


def _states(model, tokens, lengths):
    """What the classifier answers from, `(B, D*H)`."""
    model.fc = nn.Identity()
    return model(tokens, lengths)


@each_kind
def test_model_states_the_facts_of_its_kind(kind):
    model, facts = _model(kind), kind.facts
    assert (model.cell, model.readout, model.packed) == (facts.cell, facts.readout, facts.is_packed)


@each_kind
@each_depth
@both_ways
def test_logits_equal_those_of_plain_torch(kind, num_layers, bidirectional):
    model = _model(kind, num_layers, bidirectional)
    plain = _plain(model, kind, num_layers, bidirectional)
    torch.testing.assert_close(
        model(*_batch()), _plain_logits(plain, kind, *_batch()), rtol=1e-6, atol=1e-6
    )


@pytest.mark.parametrize("kind", PACKED)
@each_depth
@both_ways
def test_text_alone_gets_the_same_answer_as_in_a_padded_batch(kind, num_layers, bidirectional):
    model = _model(kind, num_layers, bidirectional)
    tokens, lengths = _batch()
    alone = [model(tokens[n : n + 1, :t], lengths[n : n + 1]) for n, t in enumerate(lengths)]
    torch.testing.assert_close(torch.cat(alone), model(tokens, lengths), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("kind", PADDED)
@each_depth
@both_ways
def test_pads_change_the_answer_of_a_padded_network(kind, num_layers, bidirectional):
    model = _model(kind, num_layers, bidirectional)
    tokens, lengths = _batch()
    alone = model(tokens[:1, :3], lengths[:1])
    assert not torch.allclose(alone, model(tokens, lengths)[:1], rtol=0, atol=1e-4)


@pytest.mark.parametrize("kind", PADDED)
def test_padded_network_does_not_read_the_lengths(kind):
    model = _model(kind)
    tokens, lengths = _batch()
    assert torch.equal(model(tokens, lengths), model(tokens, torch.ones_like(lengths)))


@pytest.mark.parametrize("kind", PACKED)
@each_depth
def test_packed_state_equals_the_padded_output_at_the_last_word(kind, num_layers):
    model = _model(kind, num_layers)
    tokens, lengths = _batch()
    outputs, _ = model.rnn(model.embedding(tokens))  # (B, T, H)
    expected = outputs[torch.arange(len(lengths)), lengths - 1]
    torch.testing.assert_close(_states(model, tokens, lengths), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("kind", PACKED)
@each_depth
def test_backward_half_of_a_packed_state_is_that_at_the_first_word(kind, num_layers):
    model = _model(kind, num_layers, bidirectional=True)
    tokens, lengths = _batch()
    packed = pack_padded_sequence(model.embedding(tokens), lengths, True, enforce_sorted=False)
    outputs, _ = pad_packed_sequence(model.rnn(packed)[0], batch_first=True)  # (B, T, 2*H)
    backward = _states(model, tokens, lengths)[:, HIDDEN:]
    torch.testing.assert_close(backward, outputs[:, 0, HIDDEN:], rtol=0, atol=0)


@each_kind
@each_depth
@pytest.mark.parametrize("direction", ["", "_reverse"], ids=["forward", "backward"])
def test_each_direction_of_the_top_layer_reaches_the_logits(kind, num_layers, direction):
    model = _model(kind, num_layers, bidirectional=True)
    before = model(*_batch())
    with torch.no_grad():
        getattr(model.rnn, f"weight_ih_l{num_layers - 1}{direction}").add_(0.1)
    assert (model(*_batch()) - before).abs().min() > 1e-6


@each_kind
@each_depth
@both_ways
def test_every_parameter_gets_a_gradient(kind, num_layers, bidirectional):
    model = _model(kind, num_layers, bidirectional)
    model(*_batch()).square().sum().backward()
    without = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert without == []


@each_kind
@both_ways
def test_saved_weights_give_the_same_answers_again(kind, bidirectional, tmp_path):
    model = _model(kind, 2, bidirectional)
    save_file(model.state_dict(), tmp_path / "weights.safetensors")
    again = _model(kind, 2, bidirectional, seed=1)
    again.load_state_dict(load_file(tmp_path / "weights.safetensors"))
    assert torch.equal(again(*_batch()), model(*_batch()))


@each_kind
def test_same_seed_gives_the_same_weights(kind):
    pairs = zip(_model(kind).parameters(), _model(kind).parameters(), strict=True)
    assert all(torch.equal(first, second) for first, second in pairs)


@pytest.mark.parametrize("kinds", [("lstm", "packed_lstm"), ("gru", "packed_gru")])
def test_packing_does_not_change_the_initial_weights(kinds):
    padded, packed = (_model(ModelKind(kind)) for kind in kinds)
    pairs = zip(padded.parameters(), packed.parameters(), strict=True)
    assert all(torch.equal(first, second) for first, second in pairs)


@pytest.mark.parametrize("kind", PACKED)
def test_packing_a_text_without_a_word_is_an_error(kind):
    tokens, lengths = _batch()
    with pytest.raises(RuntimeError, match="greater than 0"):
        _model(kind)(tokens, lengths * (torch.arange(5) != 2))


@each_kind
def test_batch_of_one_text_of_one_word_gets_an_answer(kind):
    logits = _model(kind, bidirectional=True)(torch.tensor([[5]]), torch.tensor([1]))
    assert logits.shape == (1, CLASSES)


@each_kind
def test_unknown_word_starts_as_the_mean_of_all_others(kind):
    words = _model(kind).embedding.weight
    others = words[[row for row in range(VOCAB) if row != 1]]
    assert torch.allclose(words[1], others.mean(dim=0))


@each_kind
def test_vocabulary_without_a_word_of_its_own_gets_finite_weights(kind):
    model = build_model(RunConfig(model=kind), vocab_size=2, num_class=CLASSES)
    assert model.embedding.weight.isfinite().all()


@each_kind
def test_answer_is_made_from_the_state_that_was_read(kind):
    model = _model(kind, num_layers=2, bidirectional=True)
    state = model.read(*_batch())
    assert state.shape == (5, 2 * HIDDEN)
    assert torch.equal(model.fc(state), model(*_batch()))
