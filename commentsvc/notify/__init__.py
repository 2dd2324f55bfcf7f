"""The outbox worker: mails to moderators, calls of webhooks."""
