"""Code that reads the texts of a run: `(text, class)` pairs to train on and to test on."""

from collections.abc import Sequence
from string import Template

from rnndash.config.run_config import RunConfig
from rnndash.export.as_code.csv_form import CsvForm
from rnndash.export.as_code.literal import literal
from rnndash.export.as_code.section import Section
from rnndash.text.csv_file import MAX_ROWS, MAX_WORDS

OFFICIAL_IMPORTS = ("import csv", "from collections import Counter", "from pathlib import Path")
CSV_IMPORTS = (
    "import csv",
    "import io",
    "from collections import Counter",
    "from itertools import islice",
    "from pathlib import Path",
)

_OFFICIAL_CODE = Template('''\
classes = [$classes]


def read_texts(path):
    """The texts of a file, each with its class, counted from 0."""
    texts = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            text = " ".join(row[1:]).strip()
            if len(row) == 3 and text and row[0] in ($numbers):
                texts.append((text, int(row[0]) - 1))
    return texts


train_texts = read_texts(DATA / "train.csv")
test_texts = read_texts(DATA / "test.csv")''')

_CSV_CODE = Template('''\
ENCODING = $encoding
DELIMITER = $delimiter
LABEL_COLUMN = $label_column
TEXT_COLUMN = $text_column


def read_rows(path):
    """The rows of the file; one whose quotation marks make no sense comes out empty."""
    content = path.read_bytes().decode(ENCODING).replace("\\0", "").lstrip("\\r\\n")
    csv.field_size_limit(len(content))
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=DELIMITER, strict=True)
    while True:
        try:
            if row := next(rows):
                yield row
        except StopIteration:
            return
        except csv.Error:
            yield []


rows = read_rows(DATA)
header = [name.strip() for name in next(rows)]
label_at, text_at = header.index(LABEL_COLUMN), header.index(TEXT_COLUMN)
labels = {}  # of each text; one that comes again keeps its first label
for row in islice(rows, $max_rows):
    if len(row) == len(header):
        label, text = row[label_at].strip(), row[text_at].strip()
        words = text.split()
        if len(words) > $max_words:
            text = " ".join(words[:$max_words])
        if text and label.lower() not in ("", "nan", "null", "n/a"):
            labels.setdefault(text, label)

counts = Counter(labels.values())
classes = sorted(label for label in counts if counts[label] >= 2)
texts = [(text, classes.index(label)) for text, label in labels.items() if label in classes]

# A fifth of each class is for testing: at least one text, never all.
numbers = np.array([number for _, number in texts])
is_test = np.zeros(len(texts), dtype=bool)
random = np.random.default_rng(SEED)
for number in range(len(classes)):
    members = np.flatnonzero(numbers == number)
    size = min(max(1, round(0.2 * len(members))), len(members) - 1)
    is_test[random.permutation(members)[:size]] = True
train_texts = [pair for pair, held_out in zip(texts, is_test, strict=True) if not held_out]
test_texts = [pair for pair, held_out in zip(texts, is_test, strict=True) if held_out]''')


def reading_section(config: RunConfig, form: CsvForm | None) -> Section:
    """Reads the texts of a run.

    Args:
        form: of a visitor's own file; None for the corpora whose classes are known.
    """
    if form is not None:
        return _csv_section(form)
    return _official_section(config.corpus.facts.class_names or ())


def _official_section(class_names: Sequence[str]) -> Section:
    """Reads two files in the official form of AG News."""
    return Section(
        title="Read the texts",
        text=(
            "Two files, in the form of AG News: no header, and in each row a "
            f"class from 1 to {len(class_names)}, a title, which may be empty, and a description."
        ),
        code=_OFFICIAL_CODE.substitute(
            classes=", ".join(map(literal, class_names)),
            numbers=", ".join(f'"{number}"' for number in range(1, len(class_names) + 1)),
        ),
    )


def _csv_section(form: CsvForm) -> Section:
    """Reads a user's file as `rnndash.text.csv_file` does."""
    return Section(
        title="Read the texts",
        text=(
            "Rows that cannot be used are left out: those with too many or too few fields, without "
            "a label or a text, with a text that came before, and classes of a single text."
        ),
        code=_CSV_CODE.substitute(
            encoding=literal(form.encoding),
            delimiter=literal(form.delimiter),
            label_column=literal(form.label_column),
            text_column=literal(form.text_column),
            max_rows=literal(MAX_ROWS),
            max_words=literal(MAX_WORDS),
        ),
    )
