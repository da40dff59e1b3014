"""Code of the network of a run: the class that its settings need, and nothing besides."""

from string import Template

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.export.as_code.section import Section
from rnndash.export.as_code.vectors import FIRST_VECTORS, FREEZE

_RNN = """\
The simple recurrent network, after Elman, "Finding structure in time" (1990).

        h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh)
        logits = W (1/T sum over t of h_t) + b"""
_LSTM = """\
The long short-term memory, after Hochreiter and Schmidhuber (1997), with Gers' forget gate.

        i_t = sigmoid(W_ii x_t + b_ii + W_hi h_(t-1) + b_hi)      input gate
        f_t = sigmoid(W_if x_t + b_if + W_hf h_(t-1) + b_hf)      forget gate
        g_t = tanh(W_ig x_t + b_ig + W_hg h_(t-1) + b_hg)         candidate
        o_t = sigmoid(W_io x_t + b_io + W_ho h_(t-1) + b_ho)      output gate
        c_t = f_t * c_(t-1) + i_t * g_t
        h_t = o_t * tanh(c_t)
        logits = W h_last + b"""
_GRU = """\
The gated recurrent unit, after Cho et al. (2014), in the form that PyTorch computes.

        r_t = sigmoid(W_ir x_t + b_ir + W_hr h_(t-1) + b_hr)      reset gate
        z_t = sigmoid(W_iz x_t + b_iz + W_hz h_(t-1) + b_hz)      update gate
        n_t = tanh(W_in x_t + b_in + r_t * (W_hn h_(t-1) + b_hn)) candidate
        h_t = (1 - z_t) * n_t + z_t * h_(t-1)
        logits = W h_last + b"""

_CODE = Template('''\
class Classifier(nn.Module):
    """$equations

    Letters: B texts, T words, E embedding, H hidden units, L layers, C classes.
    """

    def __init__(self, vocab_size, num_class):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, EMBED_DIM)
$first_words\
        self.rnn = nn.$cell(EMBED_DIM, HIDDEN_DIM, NUM_LAYERS, batch_first=True$both_ways)
        self.fc = nn.Linear($state_size, num_class)

    def forward(self, $inputs):
        x = self.embedding(tokens)  # (B, T, E)
$pack\
        $read
        return self.fc($state)  # (B, C)


torch.set_num_threads(1)  # the network is small: one thread is as fast, and adds in one order
torch.manual_seed(SEED)
model = Classifier(vocab_size, len(classes))
with torch.no_grad():
    words = model.embedding.weight  # (V, E)
$vectors\
    words[UNKNOWN] = torch.cat((words[:UNKNOWN], words[UNKNOWN + 1 :])).mean(dim=0)$freeze''')
_PACK = """\
        x = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
"""
_FIRST_WORDS = """\
        self.embedding.weight.data = torch.randn(vocab_size, EMBED_DIM) - 0.5  # as in the lesson
"""
_UNKNOWN = (
    "The embedding of the unknown word starts as the mean of all others: training may never meet "
    "it, and a random one would push answers about like a real word."
)


def model_inputs(model: ModelKind) -> str:
    """What the network's `forward` takes, as the code of its arguments."""
    return "tokens, lengths" if model.is_packed else "tokens"


def network_section(config: RunConfig) -> Section:
    """The class, and a network of it with the run's first weights."""
    both_ways = config.bidirectional
    hidden = "(2 * L, B, H)" if both_ways else "(L, B, H)"
    final = "torch.cat((h[-2], h[-1]), dim=1)" if both_ways else "h[-1]"
    match config.model:
        case ModelKind.RNN:
            cell, equations = "RNN", _RNN
            outputs = "(B, T, 2 * H)" if both_ways else "(B, T, H)"
            read, final = f"outputs, _ = self.rnn(x)  # {outputs}", "outputs.mean(dim=1)"
        case ModelKind.LSTM | ModelKind.PACKED_LSTM:
            cell, equations = "LSTM", _LSTM
            read = f"_, (h, _) = self.rnn(x)  # h: {hidden}"
        case ModelKind.GRU | ModelKind.PACKED_GRU:
            cell, equations = "GRU", _GRU
            read = f"_, h = self.rnn(x)  # {hidden}"
    return Section(
        title="The network",
        text=f"{config.model.description}\n\n{_UNKNOWN}",
        code=_CODE.substitute(
            equations=equations,
            first_words="" if config.model is ModelKind.RNN else _FIRST_WORDS,
            cell=cell,
            both_ways=", bidirectional=True" if both_ways else "",
            state_size="2 * HIDDEN_DIM" if both_ways else "HIDDEN_DIM",
            inputs=model_inputs(config.model),
            pack=_PACK if config.model.is_packed else "",
            read=read,
            state=final,
            vectors=FIRST_VECTORS if config.vectors else "",
            freeze=FREEZE if config.vectors and config.vectors.is_frozen else "",
        ),
    )
