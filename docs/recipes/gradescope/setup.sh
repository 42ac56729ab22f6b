#!/usr/bin/env bash
# Gradescope runs this once, when it builds the autograder's image. The wheel of the course is beside it in the zip.
set -euo pipefail
apt-get update && apt-get install -y python3 python3-venv
python3 -m venv /autograder/course
/autograder/course/bin/pip install "$(echo /autograder/source/backprop_course-*.whl)[course]"
