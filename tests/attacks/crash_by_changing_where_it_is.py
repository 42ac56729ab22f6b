"""Deletes its own directory, changes to another and empties the environment: right answers stay right."""

EARNS = "all"

import os
import shutil
import sys

here = os.getcwd()
shutil.rmtree(here, ignore_errors=True)
os.mkdir("deep")
os.chdir("deep")
os.rmdir("../deep")
os.environ.clear()
sys.path.clear()
sys.path.append("/nowhere")
