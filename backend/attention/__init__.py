"""Attention: which tokens a model looks at, with its own numbers, and how much that explains.

request.py     what a visitor may ask for, and the checks
model.py       loading encoders, decoders and encoder-decoders for it; watch.py: seeing inside them
pieces.py      text -> token ids with the characters they cover
record.py      one pass of the model -> a Recording
recording.py   what was recorded: each layer's q, k and v, from which any head is computed at once
view.py        one head, or an average of heads, with tokens hidden or one half of a pair chosen
thumbnails.py wire.py   all heads as small pictures; arrays as text for the browser
steps.py       one token's attention, step by step; by_hand.py: the same for numbers of one's own
positions.py   the sinusoidal positional encoding
rollout.py lens.py      through the layers: rollout, and the next-token guess after each of them
effect.py      attention beside what really changes when a token or a head is taken away
tables.py      a view as CSV and JSON
"""
