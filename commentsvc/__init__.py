"""A moderated comment system for articles, with e-mail addresses that stay hidden."""

__version__ = "0.1.0"
