"""Hands in JSON that is no notebook: refused."""

EARNS = "refused"


def damage(notebook, folder):
    (folder / "chain_network.ipynb").write_text('{"nbformat": 4, "cells": {"0": null}, "metadata": []}')
