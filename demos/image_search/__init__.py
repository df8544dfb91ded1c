"""The image search tab: a file for each section; `tab.py` joins them."""
