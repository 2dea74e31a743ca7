"""Digits: the table of scikit-learn, and what is made of it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from phasescope.engine.seeding import generator
from phasescope.tasks import digits
from phasescope.tasks.digits import Digits, NoDigits


def test_the_table_is_that_of_scikit_learn() -> None:
    expected = load_digits()
    pixels, labels = digits.table()
    np.testing.assert_array_equal(pixels, expected.data)
    np.testing.assert_array_equal(labels, expected.target)


def test_pixels_labels_and_split() -> None:
    data = Digits(train_examples=300).draw(generator(0, "data"))
    assert (data.inputs.min(), data.inputs.max()) == (0.0, 1.0)
    assert (len(data.train), len(data.test)) == (300, 1497)
    np.testing.assert_array_equal(data.targets, digits.table()[1])
    centred = Digits(centred=True, labels="parity").draw(generator(0, "data"))
    np.testing.assert_allclose(centred.inputs.mean(0), 0, atol=1e-12)
    np.testing.assert_array_equal(centred.targets, digits.table()[1] % 2)


def test_noise_makes_a_share_of_the_training_labels_wrong() -> None:
    data = Digits(label_noise=0.4).draw(generator(0, "data"))
    wrong = data.targets != digits.table()[1]
    assert not wrong[data.test].any()
    assert abs(wrong[data.train].mean() - 0.4) < 0.05
    assert set(np.unique(data.targets)) == set(range(10))


def test_without_scikit_learn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    digits.table.cache_clear()
    monkeypatch.setattr(digits, "find_spec", lambda name: None)
    with pytest.raises(NoDigits, match="scikit-learn, which is not installed"):
        Digits().draw(generator(0, "data"))
