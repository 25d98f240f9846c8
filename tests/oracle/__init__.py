"""A second, independent computation of what the contract means, and seeded provinces to play it against the product."""
