"""One file for each program that comments can be taken over from: it knows that program's format, and nothing else."""
