"""Which device a training runs on, and in which precision its matrix products run."""

import torch


def device() -> str:
    """ "cuda" where there is a GPU, else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def mixed(name: str) -> torch.autocast:
    """bfloat16 where the hardware has it (twice as fast on recent CPUs), else plain float32."""
    fast = (
        name == "cuda"
        or torch.cpu._is_avx512_bf16_supported()
        or torch.cpu._is_amx_tile_supported()
    )
    return torch.autocast(name, torch.bfloat16, enabled=fast)
