"""The one error that this course raises."""


class CourseError(ValueError):
    """Something does not fit: says what, where, got, expected, and what to do."""
