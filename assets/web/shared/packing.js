// @ts-check
// Arrays that came as text: what backend/packing.py packs.

/** @typedef {{bits: 8 | 16 | 32, shape: number[], data: string}} Packed */
/** @typedef {{bits?: number, shape: number[], values: Uint8Array | Uint16Array | Float32Array}} Values */

/**
 * Base64 as bytes.
 * @param {string} text
 */
export function bytesOf(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = raw.charCodeAt(at); // `from` is far slower
  return bytes;
}

/**
 * @param {Packed} packed
 * @returns {Promise<Values>}
 */
export async function unpack({ bits, shape, data }) {
  const stream = new Blob([bytesOf(data)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  const Kind = { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[bits];
  return { shape, values: new Kind(buffer), bits };
}

/**
 * Weights from 0 to 1, which travel as the levels of their roots: w = (level / most)².
 * @param {Packed} packed
 */
export async function unpackWeights(packed) {
  const { shape, values, bits } = await unpack(packed);
  const most = 2 ** packed.bits - 1;
  const weights = new Float32Array(values.length);
  for (let at = 0; at < weights.length; at += 1) weights[at] = (values[at] / most) ** 2;
  return { shape, bits, values: weights };
}
