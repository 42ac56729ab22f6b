"""The written questions of each notebook, which no check judges, and what they are worth."""

from __future__ import annotations

from typing import NamedTuple


class WrittenQuestion(NamedTuple):
    """A question that is answered in words. id: the name of its cell."""

    id: str
    points: float


WRITTEN: dict[str, tuple[WrittenQuestion, ...]] = {
    "02_chain_network/chain_network": (WrittenQuestion("chain-why-cache", 3),),
    "03_split_network/split_network": (WrittenQuestion("split-why-addition", 3),),
    "04_skip_connections/skip_classifier": (WrittenQuestion("skip-effect", 3),),
    "04_skip_connections/skip_regressor": (WrittenQuestion("dead-relu", 3),),
    "06_softmax_cross_entropy/softmax_cross_entropy": (WrittenQuestion("two-forces", 2),),
    "07_regularisation/regularisation": (
        WrittenQuestion("regularised-optimum-proof", 2),
        WrittenQuestion("shrinkage-argument", 3),
    ),
}
"""By notebook, in its order."""
