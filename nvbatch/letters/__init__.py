"""What the Office writes to agencies: figures and files in, messages with their texts out."""
