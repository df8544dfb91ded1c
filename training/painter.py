"""Train the painter by flow matching: `python -m training.painter --taef2 FOLDER --minutes 120`.

With the cached data of `training/painter_data.py` it sees 50 to 200 pictures a second on two CPU
cores.
"""

import argparse
import copy
from dataclasses import replace
from pathlib import Path

import torch
from diffusers.models.attention_processor import AttnProcessor
from safetensors.torch import load_file
from torch import Tensor

from backend.models.painter.autoencoder import TinyDecoder
from backend.models.painter.pipeline import PainterPipeline
from backend.models.painter.transformer import STYLES, WordTransformer
from backend.models.painter.weights import network_of, save_network
from backend.models.search_encoder import BRIDGE_FILE
from backend.models.search_encoder.bridge import BRIDGE
from backend.models.sources import ASSETS
from training.hardware import device, mixed
from training.linear_prior import fit
from training.name_prior import learn_names
from training.painter_data import RECIPES, Options, TrainingSet, training_set
from training.run import Run

GOING_ON = 0.5  # of the learning rate: at the whole one, trained weights first unlearn
ENDS = ("inward", "prior_inward", "places", "norm", "outward")  # with most of the last block
ENCODER = ASSETS / "models" / "search-encoder"


def loss_of(model: WordTransformer, batch: tuple[Tensor, ...], time_shift: float) -> Tensor:
    """Mean squared error of the velocity; times are logit-normal (Esser 2024)."""
    latents, words, mask, styles = batch
    x0 = (latents - model.latent_mean) / model.latent_std
    time = torch.sigmoid(time_shift + torch.randn(len(x0), device=x0.device))
    noise = torch.randn_like(x0)
    t = time.view(-1, 1, 1, 1)
    velocity = model((1 - t) * x0 + t * noise, time, words, mask, styles)
    return (velocity.float() - (noise - x0)).square().mean()


def build(examples: TrainingSet, options: Options) -> WordTransformer:
    """An untrained network with the latents' mean and deviation, and fitted linear priors."""
    model = WordTransformer(
        size=examples.latents.shape[-1], width=options.width, depth=options.depth,
        components=options.components, features=options.features,
    )  # fmt: skip
    model.bridge.load_state_dict(bridge_of(ENCODER))
    model.latent_mean.copy_(examples.latents.mean((0, 2, 3), keepdim=True))
    model.latent_std.copy_(examples.latents.std((0, 2, 3), keepdim=True))
    fit(model, examples)
    learn_names(model, examples)
    return model


def bridge_of(encoder: Path) -> dict[str, Tensor]:
    """The weights of a search encoder's bridge."""
    weights = load_file(encoder / BRIDGE_FILE)
    return {name.removeprefix(BRIDGE): value.float() for name, value in weights.items()}


def plain_attention(model: WordTransformer) -> None:
    """Self-attention as plain matrix products: on a CPU the fused kernel's backward pass is slow
    for 16 tokens."""
    for block in model.blocks:
        block.self_attention.set_processor(AttnProcessor())


def go_on_from(painter: Path, examples: TrainingSet) -> WordTransformer:
    """The network of a painter that `save` wrote; it learns the names again. ValueError if
    its latents or styles differ."""
    model = network_of(painter / "transformer")
    its, wanted = (model.size, model.styles), (examples.latents.shape[-1], STYLES)
    if its != wanted:
        raise ValueError(f"{painter} has latents a side and styles {its}, the pictures {wanted}")
    learn_names(model, examples)
    return model.train()


def hold_the_middle(model: WordTransformer) -> None:
    """Train only what reads the latents and the prior, the last block without its modulation (a
    quarter of a block, for the time and the style), and what writes the velocity: a tenth of the
    weights, so that a new prior can be followed with little that is new in the files."""
    learnt = (*ENDS, f"blocks.{len(model.blocks) - 1}.")
    for name, parameter in model.named_parameters():
        ends = name.startswith(learnt) and "modulation" not in name
        parameter.requires_grad_(ends and parameter.requires_grad)


def train(
    examples: TrainingSet, folder: Path, minutes: float, options: Options, start: Path | None = None
) -> WordTransformer:
    """Train within the budget; return the moving average of the weights."""
    where = device()
    model = (go_on_from(start, examples) if start else build(examples, options)).to(where)
    if where == "cpu":
        plain_attention(model)
    if options.ends:
        hold_the_middle(model)
    average = copy.deepcopy(model).requires_grad_(False)
    learnt = [parameter for parameter in model.parameters() if parameter.requires_grad]
    peak = options.peak * (GOING_ON if start else 1)
    optimizer = torch.optim.AdamW(learnt, lr=peak, weight_decay=0.01, fused=True)
    run = Run(folder, minutes, {"model": model, "average": average, "optimizer": optimizer})
    for step in run:
        for group in optimizer.param_groups:
            group["lr"] = run.rate(peak)
        with mixed(where):
            loss = loss_of(
                model, examples.draw(options.batch, options.dropped, where), options.time_shift
            )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        _follow(average, model, min(options.decay, (step + 1) / (step + 10)))
        run.log(loss.item())
    return average.cpu()


@torch.no_grad()
def _follow(average: WordTransformer, model: WordTransformer, decay: float) -> None:
    pairs = zip(average.parameters(), model.parameters(), strict=True)
    mine, its = zip(*((a, m) for a, m in pairs if m.requires_grad), strict=True)
    torch._foreach_lerp_(mine, its, 1 - decay)


def save(model: WordTransformer, taef2: Path, folder: Path) -> None:
    """Write the pipeline in files under 10 MB, as the app loads it."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    tiny = TinyDecoder()
    tiny.layers.load_state_dict(load_file(taef2 / "decoder.safetensors"))
    pipeline = PainterPipeline(model, tiny.half(), FlowMatchEulerDiscreteScheduler())
    pipeline.save_config(folder)
    save_network(model, folder / "transformer")
    pipeline.decoder.save_pretrained(folder / "decoder")
    pipeline.scheduler.save_pretrained(folder / "scheduler")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--taef2", type=Path, required=True, help="encoder and decoder.safetensors")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--start", type=Path, help="folder of a trained painter to go on from")
    parser.add_argument("--ends", action="store_true", help="train a tenth of the weights alone")
    parser.add_argument("--out", type=Path, default=Path("assets/models/painter"))
    given = parser.parse_args(arguments)
    if given.ends and not given.start:
        parser.error("--ends needs --start: the rest of the network must have been trained")
    options = replace(RECIPES[device()], ends=given.ends)
    examples = training_set(given.work, given.taef2, options)
    print(f"{len(examples.latents)} pictures, {len(examples.words)} captions", flush=True)
    # Each resumes its own; another painter to start from needs another --work, or an empty folder.
    kind = "painter-ends" if given.ends else "painter-on" if given.start else "painter"
    folder = given.work / kind
    model = train(examples, folder, given.minutes, options, given.start)
    save(model, given.taef2, given.out)
    print(f"saved to {given.out}")


if __name__ == "__main__":
    main()
