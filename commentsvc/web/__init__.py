"""The shared edge to HTTP: errors, headers, origins, client address, limits, tokens."""
