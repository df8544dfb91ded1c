"""A Llama (Touvron et al. 2023) as an OpenVINO model that keeps its own keys and values.

Inputs: `input_ids` [batch, n], `columns` [n] and `start` [batch], all int64, `beam_idx` [batch],
int32: which row of the cache each row of the batch goes on from (a batch of one may fan out to
many), and `keep` [1], int64: of how many last tokens the logits are wanted. Output: `logits`
[batch, keep, vocabulary], float32.

Rows may have read different numbers of tokens: they end at the same column. Column c of row b holds
the token at position c - start[b]; columns before start[b] are padding that no token looks at.

Written so that OpenVINO's CPU plugin recognises packed weights, rotary embedding and attention over
a cache, and takes its own fast kernels for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as op
from openvino.op.util import Variable, VariableInfo

from backend.models.llama.blocks import Packed, above, packed

Node = Any  # openvino.Node; its operators are made at run time


@dataclass(frozen=True)
class Shape:
    """A Llama's measures, from its GGUF header."""

    layers: int
    width: int
    heads: int
    key_heads: int  # fewer than heads: each is shared (grouped-query attention)
    epsilon: float  # of the root-mean-square norm
    rope_base: float
    context: int

    @property
    def head_width(self) -> int:
        return self.width // self.heads


def shape_of(gguf: Any) -> Shape:
    """The measures in a gguf.GGUFReader's header; ValueError unless it holds a Llama."""

    def field(name: str) -> Any:
        return gguf.fields[name].contents()

    kind = field("general.architecture")
    if kind != "llama":
        raise ValueError(f"the file holds a {kind}; only a llama is known here")
    return Shape(
        layers=field("llama.block_count"),
        width=field("llama.embedding_length"),
        heads=field("llama.attention.head_count"),
        key_heads=field("llama.attention.head_count_kv"),
        epsilon=field("llama.attention.layer_norm_rms_epsilon"),
        rope_base=field("llama.rope.freq_base"),
        context=field("llama.context_length"),
    )


class Llama:
    """Builds the graph out of a gguf.GGUFReader, a layer at a time."""

    def __init__(self, gguf: Any) -> None:
        self.shape = shape_of(gguf)
        self._tensors = {tensor.name: tensor for tensor in gguf.tensors}
        self._assigns: list[Node] = []
        self._variables: list[Variable] = []
        self._ids = _input("input_ids", [-1, -1], ov.Type.i64)
        self._columns = _input("columns", [-1], ov.Type.i64)
        self._start = _input("start", [-1], ov.Type.i64)
        self._beams = _input("beam_idx", [-1], ov.Type.i32)
        self._keep = _input("keep", [1], ov.Type.i64)

    def build(self) -> ov.Model:
        embedding = packed(self._tensors["token_embd.weight"])
        table = op.constant(embedding.q), _constant(embedding.scale)
        hidden = self._embed(*table)
        self._cos, self._sin = self._angles()
        self._mask = self._causal_mask()
        for layer in range(self.shape.layers):
            hidden = self._layer(hidden, f"blk.{layer}")
        logits = self._logits(hidden, table)
        inputs = [self._ids, self._columns, self._start, self._beams, self._keep]
        result = op.result(logits)
        result.get_output_tensor(0).set_names({"logits"})
        return ov.Model([result], self._assigns, inputs, self._variables, "llama")

    def _layer(self, hidden: Node, name: str) -> Node:
        seen = self._norm(hidden, f"{name}.attn_norm.weight")
        hidden = op.add(hidden, self._attend(seen, name))
        seen = self._norm(hidden, f"{name}.ffn_norm.weight")
        gate, up = self._gate_and_up(seen, name)
        gated = op.multiply(op.swish(gate), up)
        return op.add(hidden, self._times(gated, f"{name}.ffn_down.weight"))

    def _gate_and_up(self, seen: Node, name: str) -> list[Node]:
        """Two products of the same input: in one, if they are packed alike, for that is faster."""
        gate, up = (packed(self._tensors[f"{name}.ffn_{half}.weight"]) for half in ("gate", "up"))
        if (gate.zero is None) != (up.zero is None):  # packed differently
            return [_times(seen, gate), _times(seen, up)]
        return list(op.split(_times(seen, above(gate, up)), np.int64(2), 2).outputs())

    def _attend(self, seen: Node, name: str) -> Node:
        """Causal attention of the new tokens to all that was read, [batch, n, width]."""
        shape = self.shape
        query = self._heads(seen, f"{name}.attn_q.weight", shape.heads, rotated=True)
        key = self._heads(seen, f"{name}.attn_k.weight", shape.key_heads, rotated=True)
        value = self._heads(seen, f"{name}.attn_v.weight", shape.key_heads)
        query, key = self._rotate(query), self._rotate(key)
        keys = self._shared(self._remember(f"{name}.key", key))
        values = self._shared(self._remember(f"{name}.value", value))
        mixed = op.scaled_dot_product_attention(query, keys, values, self._mask, causal=False)
        joined = op.reshape(op.transpose(mixed, [0, 2, 1, 3]), [0, 0, shape.width], True)
        return self._times(joined, f"{name}.attn_output.weight")

    def _heads(self, seen: Node, name: str, heads: int, rotated: bool = False) -> Node:
        """[batch, n, width] -> [batch, heads, n, head width]."""
        weights = packed(self._tensors[name])
        if rotated:
            weights = weights.reordered(_halves_order(heads, self.shape.head_width))
        apart = op.reshape(_times(seen, weights), [0, 0, heads, self.shape.head_width], True)
        return op.transpose(apart, [0, 2, 1, 3])

    def _rotate(self, x: Node) -> Node:
        """Rotary embedding (Su et al. 2021): the two halves of a head as the two sides of pairs."""
        half, end = self.shape.head_width // 2, np.iinfo(np.int64).max
        first, second = (
            op.slice(x, *(np.array([number]) for number in (start, stop, 1, 3)))
            for start, stop in ((0, half), (half, end))
        )
        turned = op.concat([op.multiply(second, np.full((1, 1, 1, 1), -1, np.float32)), first], -1)
        return op.add(op.multiply(x, self._cos), op.multiply(turned, self._sin))

    def _remember(self, name: str, new: Node) -> Node:
        """What was read before, in the rows that `beam_idx` names, and the new behind it."""
        size = [-1, self.shape.key_heads, -1, self.shape.head_width]
        info = VariableInfo()
        info.data_shape, info.data_type = ov.PartialShape(size), ov.Type.f32
        info.variable_id = name
        variable = Variable(info)
        none_yet = op.broadcast(
            np.float32(0),
            op.concat(
                [
                    op.gather(op.shape_of(self._ids), [0], 0),
                    np.array([self.shape.key_heads, 0, self.shape.head_width]),
                ],
                0,
            ),
        )
        before = op.gather(op.read_value(none_yet, variable), self._beams, 0)
        both = op.concat([before, new], 2)
        self._assigns.append(op.assign(both, variable))
        self._variables.append(variable)
        return both

    def _shared(self, keys: Node) -> Node:
        """Each key head once for every query head that shares it."""
        share = self.shape.heads // self.shape.key_heads
        if share == 1:
            return keys
        apart = op.unsqueeze(keys, 2)
        times = op.broadcast(apart, [1, 1, share, 1, 1], broadcast_spec="BIDIRECTIONAL")
        return op.reshape(times, [0, self.shape.heads, -1, self.shape.head_width], True)

    def _causal_mask(self) -> Node:
        """0 where a new token may look, else -inf; float32 [batch, 1, n, all].

        Padding looks at itself: a token that may look nowhere would give NaN, which spreads.
        """
        end = op.add(op.reduce_max(self._columns, [0]), np.int64(1))
        every = op.unsqueeze(op.range(np.int64(0), end, np.int64(1), ov.Type.i64), [0, 1])
        own = op.unsqueeze(self._columns, [0, 2])
        first = op.unsqueeze(self._start, [1, 2])
        is_token = op.logical_or(op.greater_equal(every, first), op.equal(every, own))
        allowed = op.logical_and(op.less_equal(every, own), is_token)
        return op.unsqueeze(op.select(allowed, np.float32(0), np.float32(-np.inf)), 1)

    def _positions(self) -> Node:
        """Of each new token in its own text, [batch, n]; padding stands at 0."""
        behind = op.subtract(op.unsqueeze(self._columns, 0), op.unsqueeze(self._start, 1))
        return op.maximum(behind, np.array([[0]], dtype=np.int64))

    def _embed(self, q: Node, scale: Node) -> Node:
        rows = op.convert(op.gather(q, self._ids, np.int64(0)), ov.Type.f32)
        scales = op.gather(scale, self._ids, np.int64(0))
        return op.reshape(op.multiply(rows, scales), [0, 0, self.shape.width], True)

    def _logits(self, hidden: Node, table: tuple[Node, Node]) -> Node:
        """Of the last `keep` tokens; by the embedding's own table unless there is another."""
        end = np.array([np.iinfo(np.int64).max])
        last = op.slice(hidden, op.negative(self._keep), end, np.array([1]), np.array([1]))
        last = self._norm(last, "output_norm.weight")
        if "output.weight" in self._tensors:
            return self._times(last, "output.weight")
        return _matmul(last, *table, None)

    def _norm(self, hidden: Node, name: str) -> Node:
        """x / sqrt(mean(x^2) + epsilon) * weight (Zhang and Sennrich 2019)."""
        square = op.reduce_mean(op.power(hidden, np.float32(2)), [-1], keep_dims=True)
        root = op.sqrt(op.add(square, np.float32(self.shape.epsilon)))
        weight = np.array(self._tensors[name].data, dtype=np.float32)
        return op.multiply(op.divide(hidden, root), op.constant(weight.reshape(1, 1, -1)))

    def _times(self, hidden: Node, name: str) -> Node:
        return _times(hidden, packed(self._tensors[name]))

    def _angles(self) -> tuple[Node, Node]:
        """cos and sin of position * base^(-2i / head width), [batch, 1, n, head width]."""
        half = np.arange(0, self.shape.head_width, 2, dtype=np.float32) / self.shape.head_width
        speeds = (self.shape.rope_base**-half).astype(np.float32).reshape(1, -1, 1)
        places = op.unsqueeze(op.convert(self._positions(), ov.Type.f32), 1)
        turns = op.transpose(op.matmul(op.constant(speeds), places, False, False), [0, 2, 1])
        angles = op.concat([turns, turns], -1)
        return op.unsqueeze(op.cos(angles), 1), op.unsqueeze(op.sin(angles), 1)


def _input(name: str, shape: list[int], kind: ov.Type) -> Node:
    node = op.parameter(ov.PartialShape(shape), kind, name=name)
    node.output(0).set_names({name})
    return node


def _times(hidden: Node, weights: Packed) -> Node:
    """hidden @ weights^T, [batch, n, rows]."""
    q = _constant(weights.q) if weights.zero is None else _u4(weights.q)
    return _matmul(hidden, q, _constant(weights.scale), weights.zero)


def _matmul(hidden: Node, q: Node, scale: Node, zero: Any) -> Node:
    values = op.convert(q, ov.Type.f32)
    if zero is not None:
        values = op.subtract(values, op.constant(zero))
    rows, blocks, block = q.shape
    weights = op.reshape(op.multiply(values, scale), [rows, blocks * block], False)
    return op.matmul(hidden, weights, False, True)


def _u4(q: Any) -> Node:
    """Two numbers a byte, the first in the low half."""
    tensor = ov.Tensor(ov.Type.u4, ov.Shape(q.shape))  # owns its memory; one over an array does not
    halves = q.reshape(-1, 2)
    tensor.data[:] = (halves[:, 0] | halves[:, 1] << 4).reshape(tensor.data.shape)
    return op.constant(tensor)


def _constant(values: Any) -> Node:
    return op.constant(np.ascontiguousarray(values))


def _halves_order(heads: int, width: int) -> Any:
    """GGUF keeps a head's rows as pairs (0, half, 1, half + 1, ...); back to its two halves."""
    rows = np.arange(heads * width).reshape(heads, width // 2, 2)
    return rows.swapaxes(1, 2).reshape(-1)
