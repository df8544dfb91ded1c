"""Text generation.

service.py             the only door: what other parts of the app may ask for
request.py             the options, and one checked request
results.py             what comes out of a run, while it lasts and at its end

prompt.py              a chat or plain text -> token ids that fit the context
decoding.py            token ids -> the next token, again and again: alone, or from a batch
continuation.py        texts being continued, and the choice of the next token of each
batch.py               answers of several visitors written together; lane.py: the rows of one reader
logits_processors.py   logits -> the distribution to sample from; sampling.py: the random draw
answer.py              tokens -> a growing text, with timings and the reason it ended
kept_answers.py        finished answers, to be inspected and continued
generate.py            the run that streams an answer and keeps it

token_choice.py        a token, its probability and its alternatives
sampling_trace.py      one choice of a token, step by step
scoring.py             how probable each token of a given text is
compare.py             two models on one prompt
samples.py             many samples of one prompt: batched_sampling.py draws them, sample_tree.py
                       merges them; beams.py: beam search beside them
"""
