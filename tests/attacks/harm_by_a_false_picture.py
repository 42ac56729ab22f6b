"""Shows a picture that would end its tag in a page and start a script: the notebook ends there."""

EARNS = 0

from IPython.display import publish_display_data

publish_display_data({"image/png": '"><script>alert(1)</script>', "text/plain": "x"})
