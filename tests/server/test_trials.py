"""Questions wait for a worker, are asked again of another when no answer comes, and never pile up."""

from __future__ import annotations

from phasescope.core.spec import RunSpec
from phasescope.core.wire import Trial
from phasescope.server.trials import AGAIN_AFTER_SECONDS, MOST_WAITING, Trials

SPEC = RunSpec(task={"name": "toy_addition"}, model={"name": "mlp"}, optimizer={"name": "sgd"})


def trial(key: str) -> Trial:
    return Trial(key=key, spec=SPEC, runs=4, steps=10, measures=("loss",))


def test_a_question_without_an_answer_is_asked_of_another_worker() -> None:
    now = [0.0]
    trials = Trials(lambda: now[0])
    assert trials.result(trial("a")) is None
    assert trials.take() == trial("a")
    assert trials.take() is None
    assert not trials.wanted()
    now[0] = AGAIN_AFTER_SECONDS
    assert trials.take() == trial("a")


def test_old_questions_make_place_for_new_ones() -> None:
    trials = Trials()
    for number in range(MOST_WAITING + 5):
        trials.result(trial(str(number)))
    asked = []
    while (waiting := trials.take()) is not None:
        asked.append(waiting.key)
    assert asked == [str(number) for number in range(5, MOST_WAITING + 5)]
