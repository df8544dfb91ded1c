"""Attention: which tokens a model attends to, with its own numbers, and how much that explains.

service.py     the only door: runs, recordings kept for a page, and views of a recording
request.py     what a visitor may ask for, and the checks; results.py: what comes out
work.py        the runs themselves: a loaded model -> results
model.py       loading encoders, decoders and encoder-decoders; hooks.py: seeing inside them
tokens.py      text -> token ids with the characters they cover
record.py      one forward pass -> a Recording
recording.py   what was recorded: each layer's q, k and v, from which any head is computed at once
look.py        which layer, head and token to look at, where the visitor leaves that open
view.py        one head, or an average of heads, with tokens hidden or one half of a pair chosen
thumbnails.py  all heads as small pictures
formula.py     softmax(Q Kᵀ · scaling + mask), for a model's tensors and a visitor's own numbers
steps.py       one token's attention, step by step; by_hand.py: the same for the visitor's tables
toy.py         a transformer of one layer on the visitor's numbers (toy_numbers.py, toy_presets.py)
tables.py      tables of numbers from outside, checked
positions.py   the sinusoidal positional encoding
rollout.py     attention followed down through the layers
lens.py        the logit lens: next-token predictions after each layer
ablation.py    attention compared with what changes when a token is masked or a head is zeroed
"""
