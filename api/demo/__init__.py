"""What `make demo` shows: the real cases of a guideline, and samples that say that they are samples."""
