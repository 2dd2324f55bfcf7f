"""What readers' pages and mails say, in the language of their site."""
