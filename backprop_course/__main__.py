"""`python -m backprop_course` is the command `backprop-course`."""

import sys

from backprop_course.cli import main

if __name__ == "__main__":
    sys.exit(main())
