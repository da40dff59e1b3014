"""From a source of texts to integer arrays: corpora, tokens, vocabulary, encoded corpus."""
