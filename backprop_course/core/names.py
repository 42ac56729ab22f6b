"""What the quantities of a network are called. Names are made here and never taken apart: a step says what it is."""

from __future__ import annotations

INPUT, TARGET, PREDICTION, LOSS = "x", "y", "y_hat", "L"


def pre_activation(unit: str) -> str:
    """What comes into a unit: z_j."""
    return f"z_{unit}"


def activation(unit: str) -> str:
    """What a unit hands on: h_j."""
    return f"h_{unit}"


def gradient(of: str) -> str:
    """The loss's gradient for a quantity: dL_dz_j."""
    return f"dL_d{of}"


def error_signal(unit: str) -> str:
    """The gradient for what comes into a unit, under its other name: delta_j."""
    return f"delta_{unit}"


def along(of: str, target: str) -> str:
    """The share of a quantity's gradient that comes back along one of several paths: dL_dh_0_via_2."""
    return f"{gradient(of)}_via_{target}"
