"""A workspace in, what a clerk should know before Friday out: all that was looked at, and how to mend what is amiss."""
