"""Text generation: options and checks, the prompt as tokens, decoding, the answer as it grows.

request.py   what a visitor may ask for, and the checks
prompt.py    chat or plain text -> token ids that fit the context
decoding.py  token ids -> the next token, again and again
answer.py    tokens -> text as it grows, with times and the reason it ended
warpers.py   logits -> the distribution that is drawn from; draw.py: the random draw
glass.py     a token and what stood beside it; stages.py: one choice step by step
scoring.py   how likely a given text is
task.py      all of it for the backend; updates.py: what it tells meanwhile
"""
