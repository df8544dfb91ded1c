"""Two pipelines with random weights, saved as diffusers saves them: shaped like Stable Diffusion
(U-Net, cross-attention, noise prediction) and like FLUX.2 (transformer, joint attention, flow
matching). The app's own loaders load them, through rows like the real ones."""

from __future__ import annotations

from dataclasses import replace

from tests.backend.fakes import FakeSource, spec

TEXT = "a red heart on a blue house, and the small dog of the old man"
STABLE_DEFAULTS = {"steps": 4, "guidance": 5.0, "size": 64, "min_size": 64, "max_size": 256}
FLOW_DEFAULTS = {
    "steps": 3,
    "guidance": 1.0,
    "size": 64,
    "min_size": 64,
    "max_size": 256,
    "supports_guidance": False,
}
TEMPLATE = (
    "{% for message in messages %}<|start|>{{ message.role }}\n{{ message.content }}<|end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)


ADAPTERS = "backend.text_to_image.adapters:"
TAESD = "backend.text_to_image.preview_decoders:load_taesd"


def row(model_id, folder, defaults, tier="cpu", **changes):
    """A row whose weights are in `folder`."""
    made = spec(model_id, tier, task="text_to_image", source=FakeSource(path=folder))
    loader = "backend.text_to_image.loading:load_pipeline"
    return replace(made, loader=loader, defaults=defaults, **changes)


def stable_row(folder):
    """A row like SD-Turbo's."""
    adapter = f"{ADAPTERS}StableDiffusionAdapter"
    return row("stable", folder, STABLE_DEFAULTS, adapter=adapter, preview_decoder=TAESD)


def flow_row(folder):
    """A row like FLUX.2 klein's, with other latents than TAEF2 reads."""
    return row("flow", folder, FLOW_DEFAULTS, tier="gpu", adapter=f"{ADAPTERS}FluxAdapter")


def tokenizer(max_tokens):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = ["<|pad|>", "<|start|>", "<|end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator([TEXT] * 3, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<|pad|>",
        bos_token="<|start|>",
        eos_token="<|end|>",
        model_max_length=max_tokens,
        chat_template=TEMPLATE,
    )


def save_stable(folder):
    """A Stable Diffusion of some thousand weights, which draws 64 pixels."""
    import torch
    from diffusers import (
        AutoencoderKL,
        EulerDiscreteScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    words = tokenizer(16)
    text = CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=16,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    unet = UNet2DConditionModel(
        sample_size=8,
        in_channels=4,
        out_channels=4,
        block_out_channels=(8, 16),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=16,
        attention_head_dim=2,
        norm_num_groups=4,
    )
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=64,
    )
    pipeline = StableDiffusionPipeline(
        vae=vae,
        text_encoder=CLIPTextModel(text),
        tokenizer=words,
        unet=unet,
        scheduler=EulerDiscreteScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder)


def save_flow(folder):
    """A FLUX.2 klein of some ten thousand weights."""
    import torch
    from diffusers import (
        AutoencoderKLFlux2,
        FlowMatchEulerDiscreteScheduler,
        Flux2KleinPipeline,
        Flux2Transformer2DModel,
    )
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(0)
    words = tokenizer(64)
    text = Qwen3Config(
        vocab_size=len(words),
        hidden_size=8,
        intermediate_size=16,
        num_hidden_layers=28,  # the pipeline reads the 9th, 18th and 27th
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=4,
        max_position_embeddings=512,
    )
    transformer = Flux2Transformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=2,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=24,
        timestep_guidance_channels=16,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=False,
    )
    vae = AutoencoderKLFlux2(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=64,
    )
    scheduler = FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True)
    pipeline = Flux2KleinPipeline(
        scheduler=scheduler,
        vae=vae,
        text_encoder=Qwen3ForCausalLM(text),
        tokenizer=words,
        transformer=transformer,
        is_distilled=True,
    )
    pipeline.save_pretrained(folder)
