/** Limits of the device, under WebGPU's names. @module */
import { alignment, type DeviceMemory } from "./memory.ts";

/** Bytes that are left to what is no buffer: binding tables, scratch memory. */
const reservedBytes = 2 ** 20;

/** Bytes of the largest buffer. */
export function mostBufferBytes(memory: DeviceMemory): number {
  return memory.capacity - reservedBytes;
}

/**
 * Limits of a workgroup and of a dispatch. Kernels count workgroups, which are best of one invocation, in signed 32-bit
 * integers.
 */
export const workgroupLimits = {
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupSizeY: 1024,
  maxComputeWorkgroupSizeZ: 64,
  maxComputeWorkgroupsPerDimension: 2 ** 31 - 1,
  maxComputeWorkgroupStorageSize: 65536,
} as const;

/** All limits. There are no textures, and group 0 alone. */
export function deviceLimits(memory: DeviceMemory): Partial<GPUSupportedLimits> {
  const bytes = mostBufferBytes(memory);
  return {
    ...workgroupLimits,
    maxBindGroups: 1,
    maxBindingsPerBindGroup: 1000,
    maxDynamicUniformBuffersPerPipelineLayout: 0,
    maxDynamicStorageBuffersPerPipelineLayout: 0,
    maxStorageBuffersPerShaderStage: 64,
    maxUniformBuffersPerShaderStage: 64,
    maxUniformBufferBindingSize: bytes,
    maxStorageBufferBindingSize: bytes,
    minUniformBufferOffsetAlignment: alignment,
    minStorageBufferOffsetAlignment: alignment,
    maxBufferSize: bytes,
  };
}
