"""The classification tab's sections, one file each; `demos/classification/tab.py` joins them."""
