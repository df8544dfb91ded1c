"""The image search tab's sections, one file each; `demos/image_search/tab.py` joins them."""
