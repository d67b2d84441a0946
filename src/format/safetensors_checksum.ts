/** A checksum of what a safetensors file holds. @module */
import { crc32c } from "./crc32c.ts";
import type { Safetensors } from "./safetensors.ts";

/**
 * The checksum of tensors and texts, `crc32c:` and eight hexadecimal digits. It is that of what they say and not of how a file
 * lays it out: a library that reads a file and writes the same again leaves it sound.
 */
export function safetensorsChecksum({ tensors, metadata }: Safetensors): string {
  const names = Object.keys(tensors).sort();
  const shapes = names.map((name) => [name, tensors[name]!.dtype, tensors[name]!.shape]);
  const texts = Object.keys(metadata).sort().map((key) => [key, metadata[key]]);
  let crc = crc32c(new TextEncoder().encode(JSON.stringify([texts, shapes])));
  for (const name of names) {
    const { buffer, byteOffset, byteLength } = tensors[name]!.data;
    crc = crc32c(new Uint8Array(buffer, byteOffset, byteLength), crc);
  }
  return `crc32c:${crc.toString(16).padStart(8, "0")}`;
}
