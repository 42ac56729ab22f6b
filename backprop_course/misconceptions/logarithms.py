"""Mistakes with what a logarithm makes of a product, a power and a quotient."""

from __future__ import annotations

import numpy as np

from backprop_course.core.functions import Array
from backprop_course.misconceptions.registry import wrong_rule

_KEPT = "The logarithm takes every operation one step down: a product becomes a sum, a power becomes a product."
_SUM = "There is no rule for the logarithm of a sum. What does log make of a product?"


@wrong_rule("log-operation-kept", "the operation stays the same after the logarithm", _KEPT)
class _ProductKept:
    def log_product(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) * np.log(b)


@wrong_rule("log-operation-kept")
class _PowerKept:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) ** b


@wrong_rule("log-operation-kept")
class _QuotientKept:
    def log_quotient(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) / np.log(b)


@wrong_rule("log-of-sum", "a logarithm of a sum is taken", _SUM)
class _LogOfSum:
    def log_product(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a + b)


@wrong_rule("log-of-sum")
class _LogOfDifference:
    def log_quotient(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a - b)


@wrong_rule(
    "log-sign",
    "a sign is wrong",
    "Try b = 1: dividing by 1 changes nothing, and log 1 = 0. Then b = a: what must come out?",
)
class _QuotientAdded:
    def log_quotient(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) + np.log(b)


@wrong_rule("log-sign")
class _QuotientReversed:
    def log_quotient(self, at: None, a: Array, b: Array) -> Array:
        return np.log(b) - np.log(a)


@wrong_rule("log-sign")
class _ProductSubtracted:
    def log_product(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) - np.log(b)


@wrong_rule(
    "exponent-under-log",
    "the logarithm is taken of the exponent too",
    "a³ is a · a · a, so log a³ is log a + log a + log a. What has become of the 3?",
)
class _ExponentUnderLog:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) * np.log(b)


@wrong_rule("exponent-under-log")
class _LogOfExponentAlone:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return a * np.log(b)


@wrong_rule(
    "exponent-added",
    "the exponent is added instead of multiplied",
    "a³ is a · a · a, so log a³ is log a + log a + log a: how many times?",
)
class _ExponentAdded:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return b + np.log(a)


@wrong_rule("exponent-added")
class _LogOfExponentAdded:
    def log_power(self, at: None, a: Array, b: Array) -> Array:
        return np.log(a) + np.log(b)
