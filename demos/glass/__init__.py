"""Every token under glass: the part of the text generation tab that shows each choice.

payload.py  what is sent to the page
stage.py    what draws itself there (assets/web/generation/tokens.js), and what it can ask
"""
