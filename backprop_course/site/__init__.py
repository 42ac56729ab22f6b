"""The course in a browser: a site that runs it there, and pages for reading."""
