"""The classification tab's sections, one file each; `demos/classification.py` joins them."""
