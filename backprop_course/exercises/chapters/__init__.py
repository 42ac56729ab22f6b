"""The course's own exercises, a module for each notebook."""
