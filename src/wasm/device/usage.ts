/**
 * WebGPU's numeric constants. Their globals are missing where a page has WebGPU switched off, and the device in
 * WebAssembly runs there too. Values: the WebGPU specification, "Buffer Usages" and "Buffer Mapping".
 *
 * @module
 */

/** What a buffer may be used for: bits of `GPUBufferDescriptor.usage`. */
export const bufferUsage = {
  mapRead: 0x0001,
  mapWrite: 0x0002,
  copySource: 0x0004,
  copyTarget: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
  queryResolve: 0x0200,
} as const;

/** How a buffer is mapped: bits of `mapAsync`'s mode. */
export const mapMode = { read: 0x0001, write: 0x0002 } as const;

/** Stages that see a binding: bits of `GPUBindGroupLayoutEntry.visibility`. */
export const shaderStage = { compute: 0x4 } as const;
