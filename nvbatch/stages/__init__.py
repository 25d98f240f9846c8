"""What happens, one verb a room; run.py alone knows the order."""
