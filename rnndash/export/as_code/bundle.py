"""A run as a zip archive: script, notebook, requirements, and the texts that may be passed on."""

import csv
import io
import zipfile
from textwrap import dedent
from typing import assert_never

from rnndash.config.corpus_name import CorpusFacts, TextSource
from rnndash.config.run_config import RunConfig
from rnndash.config.word_vectors import GLOVE_DOWNLOAD_MB, GLOVE_URL
from rnndash.environment import Environment
from rnndash.events import Finished
from rnndash.export.as_code.notebook import run_notebook
from rnndash.export.as_code.script import run_script
from rnndash.export.as_code.sections import REQUIREMENTS, required_version, run_title
from rnndash.text.corpus import LabelledTexts
from rnndash.text.readers import corpus_reader

SCRIPT, NOTEBOOK = "train_run.py", "train_run.ipynb"
_DATE = (1980, 1, 1, 0, 0, 0)
"""Of all files in the archive, so that equal runs give equal bytes."""

_README = """\
{title}: a run of rnndash in plain PyTorch

train_run.py      the run as a script
train_run.ipynb   the same as a Jupyter notebook
requirements.txt  what both need

Python 3.11 or newer:

    pip install -r requirements.txt
    python train_run.py

The notebook opens in Jupyter, or in an editor that shows notebooks.

{texts}"""
_INCLUDED = """\
    The texts are in the folder data: {title}, which a program of rnndash wrote, {licence}.
    They have the form of AG News: class from 1 to {classes}, title (empty here), text.
    """
_DOWNLOADED = """\
    The texts are not included. Put train.csv and test.csv of {title} into a folder named data
    beside the script, or say where they are: python train_run.py --data FOLDER. They are at

        {url}

    and are {licence}.
    """
_UPLOADED = """\
    The texts are not included. Put the CSV file that was uploaded to the dashboard into a
    folder named data beside the script, under the name that it had, or say where it is:
    python train_run.py --data FILE. It must be the same file for the same numbers.
    """
_VECTORS = """\
    The word vectors are not included. Put their file, {file_name}, into a folder named
    vectors beside the script, or say where it is: python train_run.py --vectors FILE.
    """


def code_bundle(
    config: RunConfig, environment: Environment, *, expected: Finished | None = None
) -> bytes:
    """A zip archive with all that is needed to train the run again, but for texts of others.

    Takes a second or two for built-in texts, which are written again, and for a CSV file as long
    as reading it takes; make it when it is asked for.

    Args:
        environment: where an uploaded CSV file is.
        expected: what the run reached; stated in the code.

    Raises:
        CorpusError: the run's CSV file cannot be read.
    """
    files = {
        "README.txt": _readme(config),
        "requirements.txt": "".join(f"{p}=={required_version(p)}\n" for p in REQUIREMENTS),
        SCRIPT: run_script(config, environment, expected=expected),
        NOTEBOOK: run_notebook(config, environment, expected=expected),
    }
    if config.corpus.facts.source is TextSource.BUILT_IN:
        corpus = corpus_reader(config, environment).load()
        files["data/train.csv"] = official_csv(corpus.train)
        files["data/test.csv"] = official_csv(corpus.test)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content.encode(), zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _readme(config: RunConfig) -> str:
    texts = _where_texts_are(config.corpus.facts)
    if config.vectors is not None:
        texts += "\n" + dedent(_VECTORS).format(file_name=config.vectors.file_name)
        if config.vectors.sha256 is None:
            texts += f"\nIt is in {GLOVE_URL} ({GLOVE_DOWNLOAD_MB} MB).\n"
    return _README.format(title=run_title(config), texts=texts)


def _where_texts_are(corpus: CorpusFacts) -> str:
    match corpus.source:
        case TextSource.BUILT_IN:
            classes = len(corpus.class_names or ())
            return dedent(_INCLUDED).format(
                title=corpus.title, licence=corpus.licence, classes=classes
            )
        case TextSource.DOWNLOAD:
            return dedent(_DOWNLOADED).format(
                title=corpus.title, url=corpus.url, licence=corpus.licence
            )
        case TextSource.UPLOAD:
            return dedent(_UPLOADED)
        case _:
            assert_never(corpus.source)


def official_csv(texts: LabelledTexts) -> str:
    """The texts in the official form of AG News: class from 1, title, description; no header.

    The title is empty and the description the whole text: reading joins both by a space and
    takes blanks off the ends, which gives the text again.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(
        (label + 1, "", text) for text, label in zip(texts.texts, texts.labels, strict=True)
    )
    return file.getvalue()
