"""What is demanded, by how far a rule looks."""
