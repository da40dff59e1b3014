"""The hyperparameters of a run: names, limits and help, for page, URL and command line alike."""

from dataclasses import dataclass

from rnndash.errors import ConfigError


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A hyperparameter: its name, what it does, and which values are allowed.

    Attributes:
        name: the field of `RunConfig`, the widget's key, the URL's parameter and, with
            dashes, the option of the command line.
        label: the field's own name, as textbooks have it.
        help: one or two short sentences.
        menu: the values that a menu offers; empty where a number is typed.
        step: what one click on plus or minus changes.
    """

    name: str
    label: str
    help: str
    minimum: int | float
    maximum: int | float
    default: int | float
    menu: tuple[int | float, ...] = ()
    step: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are allowed."""
        return isinstance(self.default, int)

    def check(self, value: object) -> int | float:
        """The value in the type of this setting.

        Raises:
            ConfigError: it is not a number of that type, or is outside the limits.
        """
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if self.is_whole and isinstance(number, float) and not number.is_integer():
            number = None
        if number is None or not self.minimum <= number <= self.maximum:
            kind = "a whole number" if self.is_whole else "a number"
            raise ConfigError(
                f"{self.label} ({self.name}) must be {kind} from {self.minimum:g} to "
                f"{self.maximum:,}; it is {value!r}. Choose a value inside these limits."
            )
        return int(number) if self.is_whole else float(number)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="samples",
        label="Samples per epoch",
        help="How many training texts one epoch reads. A smaller corpus is read whole.",
        minimum=100,
        maximum=1_000_000,
        default=16_000,
        step=1_000,
    ),
    Setting(
        name="epochs",
        label="Epochs",
        help="How many times training goes through the texts.",
        minimum=1,
        maximum=20,
        default=1,
    ),
    Setting(
        name="batch_size",
        label="Batch size",
        help="Texts in a minibatch: one update of the weights. All are padded to its longest.",
        minimum=1,
        maximum=512,
        default=16,
        menu=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    ),
    Setting(
        name="learning_rate",
        label="Learning rate",
        help="Step size of the Adam optimiser. Too large and the loss explodes.",
        minimum=0.000_01,
        maximum=10.0,
        default=0.001,
        menu=(0.0001, 0.0003, 0.001, 0.002, 0.003, 0.01, 0.03, 0.1),
    ),
    Setting(
        name="embed_dim",
        label="Embedding size",
        help="Numbers that stand for one word.",
        minimum=1,
        maximum=300,
        default=64,
        menu=(4, 8, 16, 32, 50, 64, 100, 128, 200, 300),
    ),
    Setting(
        name="hidden_dim",
        label="Hidden size",
        help="Units of the recurrent layer: the memory that is carried from word to word.",
        minimum=1,
        maximum=256,
        default=32,
        menu=(4, 8, 16, 32, 64, 128, 256),
    ),
    Setting(
        name="num_layers",
        label="Layers",
        help="Recurrent layers on top of each other; each reads the outputs of the one below.",
        minimum=1,
        maximum=4,
        default=1,
        menu=(1, 2, 3, 4),
    ),
    Setting(
        name="min_freq",
        label="Minimum word count",
        help="Words seen less often in the training texts count as unknown. 1 keeps every word.",
        minimum=1,
        maximum=1_000,
        default=1,
    ),
    Setting(
        name="seed",
        label="Seed",
        help="Fixes initial weights and order of texts. Same seed, same machine, same numbers.",
        minimum=0,
        maximum=2**31 - 1,
        default=0,
    ),
)
SETTING = {setting.name: setting for setting in SETTINGS}
"""The settings by name."""

BIDIRECTIONAL_LABEL = "Bidirectional"
BIDIRECTIONAL_HELP = (
    "A second network reads each text from its end; the classifier sees the final states of both."
)
