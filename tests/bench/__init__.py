"""The bench: a fixed province in, stage times beside the peer script out (`make bench`)."""
