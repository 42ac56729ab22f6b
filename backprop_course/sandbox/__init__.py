"""Runs a program that nobody trusts: locked in inside, questioned from outside. Knows no course."""
