"""A small encoder-decoder that rewrites dates: "14 February 2024", "2024年2月14日" -> "2024-02-14".

Made for the attention tab: its cross-attention shows which characters each digit is read from. It
is a Marian (transformers) of 2 + 2 layers that reads and writes characters. All examples are made
here from the calendar; training takes some minutes on one CPU core.

    python -m training.dates        writes assets/models/dates
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "assets" / "models" / "dates"
FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
HAN_DIGITS = "〇一二三四五六七八九"
HAN_WEEKDAYS = "一二三四五六日"
PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"
MAX_LEARNING_RATE = 2e-3
HELD_OUT = 7  # every seventh day of the calendar is never trained on


def ways(day: date) -> list[str]:
    """A date in all the ways that the model learns."""
    month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
    short, suffix = month[:3], _suffix(day.day)
    han = f"{_han_year(day.year)}年{_han(day.month)}月{_han(day.day)}日"
    digits = f"{day.year}年{day.month}月{day.day}日"
    return [
        f"{day.day} {month} {day.year}",
        f"{day.day} {short} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{short} {day.day}, {day.year}",
        f"{day.day}{suffix} of {month} {day.year}",
        f"{month} {day.day}{suffix}, {day.year}",
        f"{weekday} {day.day} {month} {day.year}",
        f"{weekday}, {month} {day.day}, {day.year}",
        f"{weekday[:3]} {day.day} {short} {day.year}",
        digits,
        f"{digits}星期{HAN_WEEKDAYS[day.weekday()]}",
        han,
        day.isoformat(),
    ]


def _suffix(number: int) -> str:
    if 11 <= number <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _han(number: int) -> str:
    """1 to 31 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else ("" if tens == 1 else HAN_DIGITS[tens]) + "十"
    return ten + (HAN_DIGITS[ones] if ones else "")


def _han_year(year: int) -> str:
    return "".join(HAN_DIGITS[int(digit)] for digit in str(year))


def is_held_out(day: date) -> bool:
    return day.toordinal() % HELD_OUT == 0


def example(rng: random.Random, held_out: bool = False) -> tuple[str, str]:
    """One (text, ISO date); English in any case."""
    while True:
        day = FIRST + timedelta(days=rng.randrange((LAST - FIRST).days + 1))
        if is_held_out(day) == held_out:
            break
    text = rng.choice(ways(day))
    text = rng.choice((str, str, str.lower, str.upper))(text)
    return text, day.isoformat()


def make_tokenizer() -> Any:
    """A token for each character that a date can have."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    seen = {c for m in range(1, 13) for d in (1, 2, 3, 11, 20, 31) for c in _letters(m, d)}
    vocabulary = {token: index for index, token in enumerate([PAD, END, UNKNOWN, *sorted(seen)])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", pair=f"$A $B {END}", special_tokens=[(END, 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=PAD, eos_token=END, unk_token=UNKNOWN
    )


def _letters(month: int, day: int) -> str:
    year = 1900 + (month * 31 + day) % 200
    last = min(day, 28 if month == 2 else 30)
    text = "".join(ways(date(year, month, last))) + "0123456789-" + HAN_DIGITS + HAN_WEEKDAYS
    return text + text.lower() + text.upper()


def make_model(tokenizer: Any) -> Any:
    from transformers import MarianConfig, MarianMTModel

    config = MarianConfig(
        vocab_size=len(tokenizer),
        d_model=64,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=256,
        decoder_ffn_dim=256,
        max_position_embeddings=64,
        activation_function="gelu",
        dropout=0.0,
        init_std=0.12,  # 1/√64: with the usual 0.02 so small a model never finds where to look
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        forced_eos_token_id=None,
        decoder_start_token_id=tokenizer.pad_token_id,
        scale_embedding=True,
        tie_word_embeddings=True,
    )
    return MarianMTModel(config)


def train(minutes: float, batch: int, seed: int) -> Any:
    """Train from scratch for that long, the rate falling to nothing; (model, tokenizer)."""
    import torch

    torch.set_num_threads(1)  # the model is so small that a second thread waits more than it works

    torch.manual_seed(seed)
    rng = random.Random(seed)
    tokenizer = make_tokenizer()
    model = make_model(tokenizer).train()
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
    step, begun = 0, time.process_time()  # its own time: a pause costs no steps
    while (done := (time.process_time() - begun) / (minutes * 60)) < 1:
        step += 1
        for group in optimizer.param_groups:
            group["lr"] = MAX_LEARNING_RATE * min(step / 100, 1 - done)
        texts, dates = zip(*(example(rng) for _ in range(batch)), strict=True)
        inputs = tokenizer(list(texts), padding=True, return_tensors="pt")
        labels = tokenizer(list(dates), padding=True, return_tensors="pt")["input_ids"]
        labels[labels == tokenizer.pad_token_id] = -100
        inputs.pop("token_type_ids", None)
        loss = model(**inputs, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 200 == 0:
            print(f"step {step}: loss {loss.item():.4f}", flush=True)
    return model.eval(), tokenizer


def accuracy(model: Any, tokenizer: Any, count: int, seed: int) -> float:
    """The share of held-out days that are rewritten without a mistake."""
    import torch

    rng = random.Random(seed)
    texts, dates = zip(*(example(rng, held_out=True) for _ in range(count)), strict=True)
    inputs = tokenizer(list(texts), padding=True, return_tensors="pt")
    inputs.pop("token_type_ids", None)
    with torch.inference_mode():
        written = model.generate(**inputs, num_beams=1, max_new_tokens=16)
    said = tokenizer.batch_decode(written, skip_special_tokens=True)
    return sum(map(str.__eq__, said, dates)) / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    model, tokenizer = train(options.minutes, options.batch, options.seed)
    print(f"right on {accuracy(model, tokenizer, 300, 1):.1%} of 300 held-out days")
    model.save_pretrained(TARGET)
    tokenizer.save_pretrained(TARGET)


if __name__ == "__main__":
    main()
