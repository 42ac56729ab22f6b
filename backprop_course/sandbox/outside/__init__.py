"""What the examiner holds of a locked-in process."""
