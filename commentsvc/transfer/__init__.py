"""Whole installations on their way: backups written, checked, kept and restored."""
