"""The agency workbook BM01, sheet by sheet: what stands where, and how each sheet is drawn."""
