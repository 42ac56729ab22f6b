"""An instructor's own notebook, made from a file of exercises and made again without losing what was edited."""
