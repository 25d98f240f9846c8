"""What the documents say: a snapshot in, the named values of each Word template out."""
