"""Exercises in which a student writes a function: how their cases are drawn."""
