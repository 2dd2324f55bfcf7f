"""From a reader to us: submissions, previews, receipts."""
