"""Moderators' pages: the queue, lists and decisions."""
