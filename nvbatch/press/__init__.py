"""Workbooks of which hundreds are made in one run: values and looks in, finished sheet XML in one zip out."""
