"""From text to safe HTML and tree."""
