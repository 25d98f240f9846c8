"""The sheets of the master workbook: a snapshot in, one sheet a module (or a few alike) out."""
