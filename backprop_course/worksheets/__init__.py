"""An assignment on paper: a printable page for each student, with numbers of their own, and a key for the grader."""
