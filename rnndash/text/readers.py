"""The reader of each corpus."""

from typing import assert_never

from rnndash.config.corpus_name import CorpusName
from rnndash.config.run_config import RunConfig
from rnndash.environment import Environment
from rnndash.text.corpus import CorpusReader


def corpus_reader(config: RunConfig, environment: Environment) -> CorpusReader:
    """The reader of the texts that `config` asks for; nothing is read yet.

    Only the module that is needed is loaded: a worker on built-in texts starts without pandas.
    """
    match config.corpus:
        case CorpusName.HEADLINES:
            from rnndash.text.headlines import HeadlinesReader

            return HeadlinesReader()
        case CorpusName.AG_NEWS:
            from rnndash.text.ag_news import AgNewsReader

            return AgNewsReader(data_dir=environment.data_dir, cache_dir=environment.downloads_dir)
        case CorpusName.CSV:
            from rnndash.text.csv_file import CsvReader

            assert config.csv is not None  # `RunConfig` makes sure of it
            return CsvReader(
                path=environment.uploads_dir / f"{config.csv.upload}.csv",
                text_column=config.csv.text_column,
                label_column=config.csv.label_column,
                seed=config.seed,
            )
        case _:
            assert_never(config.corpus)
