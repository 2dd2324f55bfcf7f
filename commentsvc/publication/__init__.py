"""What readers see: threads, counts, feeds, and the page that needs no JavaScript."""
