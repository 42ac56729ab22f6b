"""Mistakes with what a logarithm makes of a product, a power and a quotient."""

from __future__ import annotations

from backprop_course.misconceptions.wrong_equations import wrong_equation

_KEPT = "The logarithm takes every operation one step down: a product becomes a sum, a power becomes a product."
_SUM = "There is no rule for the logarithm of a sum. What does log make of a product?"


wrong_equation(
    "log-operation-kept",
    "the operation stays the same after the logarithm",
    _KEPT,
    log_product="log(a) * log(b)",
    log_power="log(a) ** b",
    log_quotient="log(a) / log(b)",
)

wrong_equation("log-of-sum", "a logarithm of a sum is taken", _SUM, log_product="log(a + b)", log_quotient="log(a - b)")

wrong_equation(
    "log-sign",
    "a sign is wrong",
    "Try b = 1: dividing by 1 changes nothing, and log 1 = 0. Then b = a: what must come out?",
    log_quotient=("log(a) + log(b)", "log(b) - log(a)"),
    log_product="log(a) - log(b)",
)

wrong_equation(
    "exponent-under-log",
    "the logarithm is taken of the exponent too",
    "a³ is a · a · a, so log a³ is log a + log a + log a. What has become of the 3?",
    log_power=("log(a) * log(b)", "a * log(b)"),
)

wrong_equation(
    "exponent-added",
    "the exponent is added instead of multiplied",
    "a³ is a · a · a, so log a³ is log a + log a + log a: how many times?",
    log_power=("b + log(a)", "log(a) + log(b)"),
)
