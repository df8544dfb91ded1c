"""Reads a folder of safetensors shards: the form in which the bundled models keep their weights."""

from pathlib import Path

from torch import Tensor


def read_shards(folder: Path) -> dict[str, Tensor]:
    """All tensors of all shards in `folder`, floating ones in float32.

    Raises FileNotFoundError naming the folder when there is no shard in it.
    """
    from safetensors.torch import load_file

    shards = sorted(folder.glob("*.safetensors"))
    if not shards:
        raise FileNotFoundError(f"no weights in {folder}: expected *.safetensors files")
    state = {name: tensor for shard in shards for name, tensor in load_file(shard).items()}
    return {name: t.float() if t.is_floating_point() else t for name, t in state.items()}
