"""Image search by caption: queries, scores, reasons, the gallery and visitors' own pictures.

`service.py` is all that the tab talks to. Scores are plain functions over numpy arrays; models
are only in `backend/encoder`.
"""
