"""Hands in a link to everything beside its notebook: refused."""

EARNS = "refused"


def damage(notebook, folder):
    (folder / "pictures").symlink_to("/", target_is_directory=True)
