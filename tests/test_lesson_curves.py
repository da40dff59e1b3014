from rnndash.config.model_kind import ModelKind
from rnndash.lesson_curves import REFERENCE_EPOCH, lesson_curves


def test_every_model_of_the_lesson_has_a_point_every_3200_texts():
    for model in (ModelKind.RNN, ModelKind.LSTM, ModelKind.PACKED_LSTM):
        samples = [point.samples for point in lesson_curves() if point.model is model]
        assert samples == list(range(3_200, samples[-1] + 1, 3_200))
        assert 100_000 < samples[-1] < REFERENCE_EPOCH


def test_accuracies_are_those_that_the_lesson_published():
    at = {(p.model, p.samples): round(p.running_accuracy, 3) for p in lesson_curves()}
    assert at["rnn", 3_200] == 0.309
    assert [at[model, 108_800] for model in ("rnn", "lstm", "packed_lstm")] == [0.806, 0.760, 0.805]
