/** Reading and writing places. @module */
import { strideOf } from "../wgsl/layout.ts";
import type { Type } from "../wgsl/tree.ts";
import { i32, isNumber, v128 } from "./builder.ts";
import type { Operand, Register, Store } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import {
  type Cells,
  type CellsPlace,
  isParts,
  leafCount,
  lengthOf,
  type MemoryPlace,
  partCount,
  partOffset,
  partType,
  type Place,
  type Value,
  wasmTypeOf,
} from "./value.ts";
import { extractLane, splat } from "./vector.ts";

/** A structure's member, a matrix's column or an array's element whose number is known and inside. */
export function partPlace(place: Place, index: number): Place {
  if (place.kind === "component") throw new RangeError("Cannot take a part of a component: it has none");
  const type = partType(place.type, index);
  if (place.kind === "cells") return { ...place, type, cells: (place.cells as Cells[])[index]! };
  return { ...place, type, offset: place.offset + partOffset(place.type, index) };
}

/** An element, a column or a component by a number that may be known when the kernel runs only; it is kept inside. */
export function elementPlace(lowering: Lowering, place: Place, index: Operand): Place {
  if (place.kind === "component") throw new RangeError("Cannot index a component: it has no elements");
  if (place.type.kind === "vector") return componentPlace(lowering, place, index);
  if (place.kind === "memory") return memoryElement(lowering, place, index);
  if (index.kind === "constant") {
    return partPlace(place, inside(index.value as number, partCount(place.type)));
  }
  return lowering.moveToMemory(place, partType(place.type, 0));
}

/** What an unsigned number becomes that has to be less than `count`. */
function inside(index: number, count: number): number {
  return Math.min(index >>> 0, count - 1);
}

function componentPlace(lowering: Lowering, place: CellsPlace | MemoryPlace, index: Operand): Place {
  if (place.type.kind !== "vector") throw new RangeError("Cannot take a component: this is no vector");
  const lane = lowering.builder.op("bound", index, i32(place.type.width - 1));
  const type: Type = { kind: "scalar", scalar: place.type.scalar };
  if (place.kind === "cells") return { kind: "component", type, register: place.cells as Register, lane };
  return displaced(lowering, { ...place, type, isLane: true }, { index: lane, stride: 4 });
}

function memoryElement(lowering: Lowering, place: MemoryPlace, index: Operand): Place {
  const type = partType(place.type, 0);
  const stride = place.type.kind === "array" ? strideOf(place.type.element) : partOffset(place.type, 1);
  const last = lastIndex(lowering, place);
  const kept = isNumber(index, 0) ? index : lowering.builder.op("bound", index, last);
  return displaced(lowering, { ...place, type }, { index: kept, stride });
}

/** The number of the last element; every binding has one at least. */
function lastIndex(lowering: Lowering, place: MemoryPlace): Operand {
  if (place.type.kind !== "array" || place.type.length !== undefined) return i32(partCount(place.type) - 1);
  return lowering.lastOf(place.binding!, place.offset, strideOf(place.type.element));
}

/** Elements of an array, which may be as many as its binding holds. */
export function lengthOfPlace(lowering: Lowering, place: Place): Operand {
  if (place.kind === "memory" && place.type.kind === "array" && place.type.length === undefined) {
    return lowering.builder.op("i32.add", lastIndex(lowering, place), i32(1));
  }
  if (place.type.kind !== "array") throw new RangeError("Cannot take a length: this is no array");
  return i32(lengthOf(place.type));
}

function displaced(
  { builder }: Lowering,
  place: MemoryPlace,
  { index, stride }: { readonly index: Operand; readonly stride: number },
): MemoryPlace {
  if (index.kind === "constant") {
    return { ...place, offset: place.offset + (index.value as number) * stride };
  }
  const bytes = Number.isInteger(Math.log2(stride))
    ? builder.op("i32.shl", index, i32(Math.log2(stride)))
    : builder.op("i32.mul", index, i32(stride));
  return { ...place, address: builder.op("i32.add", place.address, bytes) };
}

/** What is in a place. Registers of variables are given as they are: a later assignment changes them. */
export function loadPlace(lowering: Lowering, place: Place): Value {
  if (place.kind === "cells") return place.cells;
  if (place.kind === "component") return extractLane(lowering.builder, place.register, place);
  return loadMemory(lowering, place);
}

function loadMemory(lowering: Lowering, place: MemoryPlace): Value {
  const { type, address, offset, isConstant } = place;
  const { builder } = lowering;
  const wasm = wasmTypeOf(type);
  if (!wasm) {
    lowering.assertSmall(leafCount(type));
    return Array.from({ length: partCount(type) }, (_, i) => loadMemory(lowering, memoryPart(place, i)));
  }
  if (wasm !== "v128") {
    const value = builder.load(`${wasm}.load`, address, { offset, isConstant });
    return place.isLane && isBool(place) ? builder.op("i32.and", value, i32(1)) : value;
  }
  // Of three components the fourth is whatever lies behind: buffers and scratch memory go on that far.
  const op = type.kind === "vector" && type.width === 2 ? "v128.load64_zero" : "v128.load";
  return builder.load(op, address, { offset, isConstant });
}

function memoryPart(place: MemoryPlace, index: number): MemoryPlace {
  return {
    ...place,
    type: partType(place.type, index),
    offset: place.offset + partOffset(place.type, index),
  };
}

/** Writes a value of the place's type. */
export function storePlace(lowering: Lowering, place: Place, value: Value): void {
  if (place.kind === "cells") copyCells(lowering, place.cells, value);
  else if (place.kind === "memory") {
    storeMemory(lowering, place, place.isLane ? laneValue(lowering, place, value) : value);
  } else {
    const { builder } = lowering;
    const { register, lane } = place;
    const mask = lane.kind === "constant"
      ? v128([0, 1, 2, 3].map((i) => -(i === lane.value)))
      : builder.op("i32x4.eq", builder.op("i32x4.splat", lane), v128([0, 1, 2, 3]));
    if (lane.kind === "constant") {
      const op = (value as Operand).type === "f32" ? "f32x4.replace_lane" : "i32x4.replace_lane";
      builder.copy(
        register,
        builder.lanes(op, [lane.value as number], [register, laneValue(lowering, place, value)]),
      );
    } else {
      const wide = splat(builder, laneValue(lowering, place, value));
      builder.copy(register, builder.op("v128.bitselect", wide, register, mask));
    }
  }
}

/** A bool in a vector has all bits set or none. */
function laneValue({ builder }: Lowering, place: Place, value: Value): Operand {
  const operand = value as Operand;
  return isBool(place) ? builder.op("i32.sub", i32(0), operand) : operand;
}

function isBool({ type }: Place): boolean {
  return type.kind === "scalar" && type.scalar === "bool";
}

/** Assigns all leaves: each is read before any is written, as in `v = S(v.b, v.a)`. */
export function copyCells(lowering: Lowering, cells: Cells, value: Value): void {
  const pairs: [Register, Operand][] = [];
  const collect = (to: Cells, from: Value) => {
    if (isParts(to as Value)) (to as Cells[]).forEach((part, i) => collect(part, (from as Value[])[i]!));
    else pairs.push([to as Register, from as Operand]);
  };
  collect(cells, value);
  const held = pairs.length > 1
    ? pairs.map(([to, from]): [Register, Operand] => [to, to === from ? from : lowering.hold(from)])
    : pairs;
  for (const [to, from] of held) lowering.builder.copy(to, from);
}

function storeMemory(lowering: Lowering, place: MemoryPlace, value: Value): void {
  const { type, address, offset } = place;
  if (isParts(value)) {
    value.forEach((part, i) => storeMemory(lowering, memoryPart(place, i), part));
    return;
  }
  const operand = value as Operand;
  const store = (op: Store["op"], more: number, lane?: number) =>
    lowering.builder.add({
      kind: "store",
      op,
      address,
      offset: offset + more,
      value: operand,
      ...(lane !== undefined && { lane }),
    });
  if (type.kind !== "vector") store(operand.type === "f32" ? "f32.store" : "i32.store", 0);
  else if (type.width === 4) store("v128.store", 0);
  else {
    store("v128.store64_lane", 0, 0);
    if (type.width === 3) store("v128.store32_lane", 8, 2);
  }
}
