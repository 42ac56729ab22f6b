"""What runs in the locked-in process."""
