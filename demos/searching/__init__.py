"""The image search tab's sections, one file each; `demos/image_search.py` joins them."""
