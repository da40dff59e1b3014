"""A run as a list of sections, from which both script and notebook are written.

The code is in templates beside the functions that choose among them, so it holds nothing that the
run does not need. The tests train by the script and by `rnndash.training.run` and compare all
numbers: a change there has to be made here too.
"""

from importlib.metadata import version
from typing import assert_never

from rnndash.config.corpus_name import CorpusFacts, TextSource
from rnndash.config.hyperparameters import SETTINGS
from rnndash.config.run_config import RunConfig
from rnndash.environment import Environment
from rnndash.events import Finished
from rnndash.export.as_code.csv_form import CsvForm, read_csv_form
from rnndash.export.as_code.literal import literal
from rnndash.export.as_code.network import network_section
from rnndash.export.as_code.section import Section
from rnndash.export.as_code.steps import WORDS, evaluation_section, minibatch_section, train_section
from rnndash.export.as_code.texts import CSV_IMPORTS, OFFICIAL_IMPORTS, reading_section
from rnndash.export.as_code.vectors import VECTORS, vectors_path

REQUIREMENTS = ("torch", "numpy")
_PATH_ON_COMMAND_LINE = """\
DATA = Path(__file__).parent / {data}

parser = argparse.ArgumentParser(description="Train a network on texts, in plain PyTorch.")
parser.add_argument("--data", type=Path, default=DATA, help="{what}")
DATA = parser.parse_args().data"""
_PATHS_ON_COMMAND_LINE = """\
DATA = Path(__file__).parent / {data}
VECTORS = Path(__file__).parent / {vectors}

parser = argparse.ArgumentParser(description="Train a network on texts, in plain PyTorch.")
parser.add_argument("--data", type=Path, default=DATA, help="{what}")
parser.add_argument("--vectors", type=Path, default=VECTORS, help="the file of word vectors")
arguments = parser.parse_args()
DATA, VECTORS = arguments.data, arguments.vectors"""


def run_title(config: RunConfig) -> str:
    """`Packed LSTM on AG News`."""
    return f"{config.model.label} on {config.corpus.facts.title}"


def required_version(package: str) -> str:
    """The version that is installed here, without the mark of a build such as `+cpu`."""
    return version(package).partition("+")[0]


def run_sections(
    config: RunConfig,
    environment: Environment,
    *,
    expected: Finished | None,
    on_command_line: bool,
) -> list[Section]:
    """All of a run, in the order in which it happens; the first section is title and imports.

    Args:
        expected: what the run reached; None leaves it out.
        on_command_line: the path of the texts is an option; else a variable.

    Raises:
        CorpusError: the run's CSV file cannot be read.
    """
    form = read_csv_form(config.csv, environment.uploads_dir) if config.csv else None
    return [
        _opening(config, expected, on_command_line),
        _settings(config),
        _paths(config, form, on_command_line),
        reading_section(config, form),
        WORDS,
        *([VECTORS] if config.vectors else []),
        minibatch_section(config.model),
        network_section(config),
        train_section(config.model),
        evaluation_section(config.model),
    ]


def _opening(config: RunConfig, expected: Finished | None, on_command_line: bool) -> Section:
    torch, numpy = (required_version(package) for package in REQUIREMENTS)
    text = [
        "A run of rnndash in plain PyTorch, with nothing hidden: the same network, the same texts "
        "in the same order. Read it from top to bottom. The dashboard computes the same by "
        "compiled kernels, which round differently: over thousands of steps that can move the test "
        "accuracy by some tenths of a point, as another seed would.",
        f"Written for PyTorch {torch} and NumPy {numpy}, on one thread of a CPU. Other versions or "
        "another machine round differently, which may change the answer to a few texts.",
    ]
    if expected is not None:
        text.append(
            f"The dashboard reached a test accuracy of {expected.test_accuracy:.4f}, after a "
            f"running accuracy of {expected.running_accuracy:.4f} over the last epoch."
        )
    standard = CSV_IMPORTS if config.corpus.is_uploaded else OFFICIAL_IMPORTS
    imports = [*(["import argparse"] if on_command_line else []), *standard, ""]
    imports += ["import numpy as np", "import torch", "from torch import nn"]
    return Section(title=run_title(config), text="\n\n".join(text), code="\n".join(imports))


def _settings(config: RunConfig) -> Section:
    """One constant for each number of the settings, under its name in `RunConfig`."""
    lines = []
    for setting in SETTINGS:
        value = getattr(config, setting.name)
        number = str(value) if setting.name == "seed" else literal(value)
        name = setting.name.upper()
        comment = "" if setting.label.upper().replace(" ", "_") == name else f"  # {setting.label}"
        lines.append(f"{name} = {number}{comment}")
    return Section(
        title="Settings",
        text="As they were chosen in the dashboard.",
        code="\n".join(lines),
    )


def _paths(config: RunConfig, form: CsvForm | None, on_command_line: bool) -> Section:
    data = literal("data" if form is None else f"data/{form.file_name}")
    what = "the folder of both files" if form is None else "the CSV file"
    vectors = vectors_path(config.vectors) if config.vectors else ""
    if on_command_line:
        template = _PATHS_ON_COMMAND_LINE if vectors else _PATH_ON_COMMAND_LINE
        code = template.format(data=data, what=what, vectors=vectors)
    else:
        code = f"DATA = Path({data})" + (f"\nVECTORS = Path({vectors})" if vectors else "")
    text = _where_texts_are(config.corpus.facts)
    if vectors:
        text += "\n\nThe file of word vectors must be the one that the dashboard had."
    return Section(title="Where the texts are", text=text, code=code)


def _where_texts_are(corpus: CorpusFacts) -> str:
    match corpus.source:
        case TextSource.BUILT_IN:
            return (
                f"Texts that a program wrote ({corpus.title}), in the folder that comes with this "
                "code."
            )
        case TextSource.DOWNLOAD:
            return f"A folder with the files `train.csv` and `test.csv` of {corpus.title}."
        case TextSource.UPLOAD:
            return "The very file that was uploaded to the dashboard."
        case _:
            assert_never(corpus.source)
