"""Hands in JSON that is nested a million deep: refused."""

EARNS = "refused"


def damage(notebook, folder):
    deep = "[" * 1_000_000 + "]" * 1_000_000
    (folder / "chain_network.ipynb").write_text(f'{{"nbformat": 4, "nbformat_minor": 5, "cells": {deep}}}')
