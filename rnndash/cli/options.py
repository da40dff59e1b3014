"""The options of `train` and `bench`: from words on the command line to settings of runs."""

import argparse
from dataclasses import replace
from pathlib import Path

from rnndash.config.corpus_name import CorpusName
from rnndash.config.hyperparameters import BIDIRECTIONAL_HELP, SETTING, SETTINGS
from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON_MODELS, PRESETS
from rnndash.config.run_config import CsvChoice, RunConfig
from rnndash.config.word_vectors import (
    FROZEN_HELP,
    GLOVE_DOWNLOAD_MB,
    GLOVE_SETS,
    VECTORS_HELP,
    VectorsChoice,
    glove_choice,
)
from rnndash.environment import Environment
from rnndash.errors import ConfigError, storage_errors


def add_settings(train: argparse.ArgumentParser) -> None:
    """Add an option for each setting, under its own name with dashes."""
    train.add_argument(
        "--preset", choices=list(PRESETS), default="quick", help="settings to start from"
    )
    train.add_argument("--models", nargs="+", choices=list(ModelKind), help="models to train")
    train.add_argument("--corpus", choices=list(CorpusName), help="texts to train on")
    train.add_argument(
        "--csv", type=Path, metavar="FILE", help="your own texts; implies --corpus csv"
    )
    train.add_argument("--text-column", help="column of the CSV file that holds the texts")
    train.add_argument("--label-column", help="column of the CSV file that holds the classes")
    for setting in SETTINGS:
        train.add_argument(
            "--" + setting.name.replace("_", "-"),
            type=int if setting.is_whole else float,
            metavar="N",
            help=f"{setting.help} {setting.minimum:g} to {setting.maximum:,}.".replace("%", "%%"),
        )
    train.add_argument(
        "--bidirectional", action=argparse.BooleanOptionalAction, help=BIDIRECTIONAL_HELP
    )
    train.add_argument(
        "--vectors",
        metavar="FILE_OR_NAME",
        help=f"{VECTORS_HELP} A file, one in RNNDASH_DATA_DIR/vectors, or {', '.join(GLOVE_SETS)} "
        f"(downloaded if it is not there, {GLOVE_DOWNLOAD_MB} MB).",
    )
    train.add_argument("--freeze-vectors", action="store_true", help=FROZEN_HELP)


def add_bench(bench: argparse.ArgumentParser) -> None:
    """Add what can be chosen of a measurement."""
    samples = SETTING["samples"]
    bench.add_argument(
        "--corpus",
        choices=[name for name in CorpusName if not name.is_uploaded],
        default=CorpusName.HEADLINES,
        help="texts to train on",
    )
    bench.add_argument(
        "--samples",
        type=int,
        default=samples.default,
        metavar="N",
        help=f"texts for each run, {samples.minimum:g} to {samples.maximum:,}",
    )
    bench.add_argument(
        "--lesson-samples",
        type=int,
        metavar="N",
        help="stop the lesson's loops after the first N of these and extrapolate; else all",
    )
    bench.add_argument(
        "--lesson-threads",
        type=int,
        metavar="N",
        help="threads of the lesson's loops; else what PyTorch takes by itself",
    )
    bench.add_argument("--repeat", type=int, default=3, metavar="N", help="rounds; medians count")
    bench.add_argument("--models", nargs="+", choices=LESSON_MODELS, help="else all three")
    bench.add_argument("--json", action="store_true", help="print one JSON object")


def read_configs(options: argparse.Namespace, environment: Environment) -> list[RunConfig]:
    """The settings of each model: the preset's, with what the options change.

    Files that they name are copied into the store, from where the runs read them.

    Raises:
        RnndashError: an option is outside its limits, or a file cannot be used.
    """
    preset = PRESETS[options.preset]
    names = [setting.name for setting in SETTINGS] + ["bidirectional"]
    changes = {name: value for name in names if (value := getattr(options, name)) is not None}
    corpus = CorpusName(options.corpus) if options.corpus else preset.config.corpus
    csv = None
    if options.csv is not None:
        corpus, csv = CorpusName.CSV, _keep_csv(options, environment)
    vectors = _vectors(options, environment)
    if vectors is not None:
        changes = {"embed_dim": vectors.dimension} | changes
    config = replace(preset.config, corpus=corpus, csv=csv, vectors=vectors, **changes)
    return [
        config.for_model(ModelKind(name)) for name in dict.fromkeys(options.models or preset.models)
    ]


def _vectors(options: argparse.Namespace, environment: Environment) -> VectorsChoice | None:
    """A set of GloVe, a file of the server's folder, or any file, which is kept for the run."""
    from rnndash.text.vector_files import MAX_BYTES, choose_file, keep_vectors, list_vector_files

    if options.vectors is None:
        if options.freeze_vectors:
            raise ConfigError("There are no word vectors to freeze. Name them by --vectors.")
        return None
    if options.vectors in GLOVE_SETS:
        return glove_choice(options.vectors, is_frozen=options.freeze_vectors)
    for path in list_vector_files(environment):
        if path.name == options.vectors:
            return choose_file(path, is_frozen=options.freeze_vectors)
    path = Path(options.vectors)
    to_do = f"Give the path of a file of word vectors, or one of {', '.join(GLOVE_SETS)}."
    with storage_errors(f"The file {path} cannot be read", to_do), path.open("rb") as file:
        choice = keep_vectors(file, path.name, environment, most_bytes=MAX_BYTES)
    return replace(choice, is_frozen=options.freeze_vectors)


def _keep_csv(options: argparse.Namespace, environment: Environment) -> CsvChoice:
    from rnndash.text.uploads import keep_upload

    what = f"The file {options.csv} cannot be read"
    with storage_errors(what, "Give the path of a CSV file."), options.csv.open("rb") as file:
        upload = keep_upload(file, environment.uploads_dir)
    return CsvChoice(
        upload=upload,
        file_name=options.csv.name,
        text_column=options.text_column,
        label_column=options.label_column,
    )
