"""Says that it was handed in at a time that is none: refused or graded, and the batch goes on."""

EARNS = "refused"


def damage(notebook, folder):
    (folder / "timestamp.txt").write_text("<script>alert(1)</script>\x00" + "9" * 10_000)
