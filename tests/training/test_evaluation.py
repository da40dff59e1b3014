"""What is reported of a model's answers, against the same counted one by one."""

import numpy as np
import pytest
import torch

from rnndash.training.evaluation import Evaluator

LOGITS = torch.tensor(
    [[2.0, 0.0, -1.0], [0.0, 3.0, 1.0], [0.5, 0.0, 0.0], [0.0, 0.1, 4.0], [1.0, 2.0, 0.0]]
)
LABELS = torch.tensor([0, 1, 2, 2, 0])


def _evaluation(*cuts, digest="texts"):
    evaluator = Evaluator(3, digest=digest)
    for logits, labels in zip(
        torch.tensor_split(LOGITS, cuts), torch.tensor_split(LABELS, cuts), strict=True
    ):
        evaluator.add(logits, labels)
    return evaluator.result()


def test_accuracy_loss_and_confusion_are_those_counted_text_by_text():
    result = _evaluation(2, 3)
    shares = np.exp(LOGITS.double().numpy())
    shares /= shares.sum(axis=1, keepdims=True)
    true = LABELS.numpy()
    assert result.accuracy == pytest.approx(3 / 5)
    assert result.loss == pytest.approx(-np.log(shares[np.arange(5), true]).mean(), rel=1e-6)
    confusion = [[1, 1, 0], [0, 1, 0], [1, 0, 1]]  # row: true class, column: predicted
    assert result.confusion.tolist() == confusion
    assert result.confusion.dtype == np.int64


def test_answers_are_kept_text_by_text_with_their_probability():
    predictions = _evaluation(1, 4).predictions
    shares = LOGITS.softmax(dim=1)
    assert predictions.labels.tolist() == LABELS.tolist()
    assert predictions.predicted.tolist() == [0, 1, 0, 2, 1]
    assert predictions.digest == "texts"
    expected = shares[torch.arange(5), torch.tensor([0, 1, 0, 2, 1])]
    np.testing.assert_allclose(predictions.confidence, expected, rtol=1e-6)
    assert predictions.confidence.dtype == np.float32


def test_result_does_not_depend_on_how_texts_were_batched():
    assert _evaluation(1, 2, 3, 4).loss == _evaluation().loss
    assert np.array_equal(_evaluation(1, 2).confusion, _evaluation().confusion)


def test_answers_to_texts_without_a_digest_have_none():
    evaluator = Evaluator(3)
    evaluator.add(LOGITS, LABELS)
    assert evaluator.result().predictions.digest == ""


def test_class_that_no_text_has_keeps_its_row_and_column():
    evaluator = Evaluator(4)
    evaluator.add(LOGITS[:1] @ torch.eye(3, 4), LABELS[:1])
    assert evaluator.result().confusion.tolist() == [[1, 0, 0, 0]] + [[0] * 4] * 3
