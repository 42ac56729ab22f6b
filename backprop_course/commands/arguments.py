"""What an argument of a command may be, said where it is not."""

from __future__ import annotations

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `add_subparsers` gives: here commands are added."""


def positive(text: str) -> int:
    """How many of something: 1 or more."""
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is given; a whole number from 1 is expected")


def port(text: str) -> int:
    """A port of this computer; 0 is any free one."""
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; a number from 0 to 65535 is expected")


def add_gradebook(command: argparse.ArgumentParser) -> None:
    """The option that says where the gradebook is."""
    command.add_argument("--db", metavar="URL", help="the gradebook's address (default: the configuration's)")


def add_assignment(command: argparse.ArgumentParser) -> None:
    """The argument that names an assignment."""
    command.add_argument("assignment", metavar="ASSIGNMENT", help="such as 03_split_network")
