"""Makes folders that nobody may enter, with files in them that nobody may delete: they are gone."""

import os

for number in range(5):
    os.mkdir(f"closed{number}")
    open(f"closed{number}/file", "w").close()
    os.chmod(f"closed{number}/file", 0)
    os.chmod(f"closed{number}", 0)
os.chmod(".", 0)
