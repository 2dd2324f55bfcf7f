"""What things are: comment, thread, site, author, addresses, errors. No input or output, no clock."""
