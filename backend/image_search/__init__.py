"""Image search: queries, scores, reasons, and visitors' own collections of pictures.

`service.py` is all that the tab talks to. Scores are plain functions over numpy arrays; the models
are in `backend/models/search_encoder`.
"""
