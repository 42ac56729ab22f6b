"""Hands in files whose names clear the screen and run scripts: an instructor sees neither."""

EARNS = "all"
FLAG = "suspicious-file"


def damage(notebook, folder):
    for name in ("\x1b[2J\x1b]0;owned\x07.py", "<script>alert(1)<\u2215script>.html", "new\nline.py", "\u202egnp.exe"):
        (folder / name).touch()
