"""Code that starts the embedding from word vectors, for the runs that do."""

from rnndash.config.word_vectors import VectorsChoice
from rnndash.export.as_code.literal import literal
from rnndash.export.as_code.section import Section

VECTORS = Section(
    title="Word vectors",
    text=(
        "The file is in the text form of GloVe and word2vec: in each line a word and its numbers, "
        "apart by single blanks. Only the vectors of words of the vocabulary are kept; of a word "
        "that comes twice the last one counts."
    ),
    code='''\
def read_vectors(path):
    """The vectors of the words of the vocabulary, by the number of the word."""
    known = {word.encode(): number for word, number in number_of.items()}
    vectors = {}
    with path.open("rb") as file:
        for line in file:
            word, *numbers = line.rstrip().split(b" ")
            if word in known and len(numbers) == EMBED_DIM:
                vectors[known[word]] = torch.tensor([float(number) for number in numbers])
    return vectors


vectors = read_vectors(VECTORS)
print(f"{len(vectors):,} of {len(vocabulary):,} words have a vector")''',
)

FIRST_VECTORS = """\
    for number, vector in vectors.items():
        words[number] = vector
"""
FREEZE = """
model.embedding.weight.requires_grad_(False)  # frozen: training leaves it as it is"""


def vectors_path(choice: VectorsChoice) -> str:
    """The path of their file beside the code, as Python source."""
    return literal(f"vectors/{choice.file_name}")
