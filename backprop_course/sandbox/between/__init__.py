"""What passes between the examiner and a locked-in process: messages, values, tasks."""
