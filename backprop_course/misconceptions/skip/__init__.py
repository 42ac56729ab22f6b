"""Mistakes in the networks with skip connections, by subject."""

# In the order of the notebook: of mistakes that explain an answer equally well, earlier ones are looked at first.
# isort: off
from backprop_course.misconceptions.skip import logistic_loss, absolute_error, relu, connection, descent

__all__ = ["absolute_error", "connection", "descent", "logistic_loss", "relu"]
