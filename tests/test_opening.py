"""What 01 opens with: a network that learns to read digits, and one weight of it to move."""

import numpy as np
import pytest

from backprop_course.digits import DIGITS, noisy_digits
from backprop_course.widgets import opening


@pytest.fixture(scope="module")
def reader():
    return opening.reader()


def test_a_noisy_digit_is_the_digit_that_its_label_says():
    pictures, labels = noisy_digits(400, np.random.default_rng(0))
    assert pictures.shape == (400, 15)
    nearest = ((pictures[:, None] - DIGITS) ** 2).sum(axis=-1).argmin(axis=1)
    assert (nearest == labels.argmax(axis=1)).mean() > 0.9


def test_training_makes_a_reader_of_a_network_that_guesses(reader):
    assert reader.right(reader.untrained) < 20
    assert reader.right(reader.trained) > 90
    assert reader.losses[0] == pytest.approx(np.log(10), rel=0.15)
    assert np.mean(reader.losses[-20:]) < 0.3


def test_what_the_text_says_is_what_is_there(reader):
    """322 numbers, five hundred steps, a picture of each digit; a 3 that a weight far too large makes another digit."""
    assert (opening.WEIGHTS, len(reader.losses)) == (322, 500)
    assert reader.labels.any(axis=0).all()
    three = reader.labels.argmax(axis=0)[3]
    assert reader.read(reader.trained)[three] == 3
    assert reader.read(reader.moved(20.0))[three] != 3


def test_the_weight_can_be_moved_to_where_the_loss_is_lowest_and_that_is_not_where_it_starts(reader):
    ground = np.linspace(-10, 20, 61)
    losses = [reader.loss(reader.moved(weight)) for weight in ground]
    best, start = int(np.argmin(losses)), len(ground) // 2
    assert 0 < best < start - 5
    assert losses[start] > 2 * losses[best]


def test_the_picture_of_a_weight_says_in_words_what_it_shows(reader):
    import matplotlib.pyplot as plt

    figure = opening.one_weight(5.0)
    weights = reader.moved(5.0)
    titles = [axes.get_title() for axes in figure.subfigs[0].axes]
    assert titles == [f"loss {reader.loss(weights):.3f}: {reader.right(weights)} of 100 read right"]
    plt.close(figure)


def test_while_nobody_looks_nothing_is_trained_or_drawn(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setattr(opening, "reader", lambda: pytest.fail("it is trained"))
    opening.show_readings()
    opening.show_training()
