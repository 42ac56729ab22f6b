"""From a learning platform and back: what students handed in there comes in, grades and feedback go out.

Its own words for files and columns are in `moodle.py` and `canvas.py`; nothing else here knows them.
"""

from backprop_course.extras import expect

expect("course", "nbgrader")
