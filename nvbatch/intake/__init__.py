"""Mail and containers: what came in the post, taken apart without believing it."""
