"""How suspicious is a submission? An ordered list of small pure judges."""
