"""E-mail addresses at rest: sealed boxes, blind index, keys."""
