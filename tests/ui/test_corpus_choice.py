import pytest

from rnndash.config.corpus_name import CorpusName, TextSource
from rnndash.ui.corpus_choice import describe_corpus


@pytest.mark.parametrize(
    "corpus", [name for name in CorpusName if name.facts.source is not TextSource.DOWNLOAD]
)
def test_corpus_that_needs_no_download_is_described_alone(corpus):
    assert describe_corpus(corpus) == corpus.facts.description


def test_download_is_announced_with_its_size():
    assert describe_corpus(CorpusName.AG_NEWS).endswith(" Will be downloaded once, 31 MB.")


@pytest.mark.usefixtures("data_dir")
def test_corpus_on_this_machine_says_so():
    words = describe_corpus(CorpusName.AG_NEWS)
    assert words == f"{CorpusName.AG_NEWS.facts.description} Local copy."
