/** Reads event files back, with nothing of their writer but the checksum. @module */
import { assertEquals } from "@std/assert";
import { PbfReader } from "npm:pbf@5.1.2";
import { crc32c } from "../../src/format/crc32c.ts";
import { maskCrc } from "../../src/format/tensorboard.ts";

/** A value under its tag, whichever it is. */
export interface ReadValue {
  tag: string;
  scalar?: number;
  image?: { width: number; height: number; png: Uint8Array };
  histogram?: { min: number; max: number; count: number; sum: number; limits: number[]; counts: number[] };
  hparams?: ReadHParams;
}

/** What the HParams plugin is told. */
export interface ReadHParams {
  experiment?: { parameters: Record<string, number>; metrics: string[] };
  start?: Record<string, number | string | boolean>;
  status?: number;
  time?: number;
}

/** An event that is not the first. */
export interface ReadEvent {
  wallTime: number;
  step: number;
  values: ReadValue[];
}

/** The version and events of a whole file; a checksum that is wrong or a record that is cut off fails. */
export function readEvents(bytes: Uint8Array): { version: string; events: ReadEvent[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const events: ReadEvent[] = [];
  let version = "";
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    const data = bytes.subarray(at + 12, at + 12 + length);
    assertEquals(
      view.getUint32(at + 8, true),
      maskCrc(crc32c(bytes.subarray(at, at + 8))),
      `length at byte ${at}`,
    );
    assertEquals(view.getUint32(at + 12 + length, true), maskCrc(crc32c(data)), `data at byte ${at + 12}`);
    const event: ReadEvent = { wallTime: 0, step: 0, values: [] };
    new PbfReader(data).readFields((field, _, pbf) => {
      if (field === 1) event.wallTime = pbf.readDouble();
      else if (field === 2) event.step = pbf.readVarint();
      else if (field === 3) version = pbf.readString();
      else if (field === 5) message(pbf, () => event.values.push(readValue(pbf)));
    }, undefined);
    if (at > 0) events.push(event);
    at += length + 16;
  }
  return { version, events };
}

/** All scalars of a tag as `[step, value]`. */
export function scalarsOf(events: readonly ReadEvent[], tag: string): [number, number][] {
  return events.flatMap(({ step, values }) =>
    values.filter((value) => value.tag === tag).map(({ scalar }): [number, number] => [step, scalar!])
  );
}

function readValue(parent: PbfReader): ReadValue {
  const value: ReadValue = { tag: "" };
  message(parent, (field, pbf) => {
    if (field === 1) value.tag = pbf.readString();
    else if (field === 2) value.scalar = pbf.readFloat();
    else if (field === 4) value.image = readImage(pbf);
    else if (field === 5) value.histogram = readHistogram(pbf);
    else if (field === 9) {
      message(pbf, () =>
        message(pbf, (inner) => {
          if (inner === 2) value.hparams = readHParams(new PbfReader(pbf.readBytes()));
        }));
    }
  });
  return value;
}

function readImage(parent: PbfReader): NonNullable<ReadValue["image"]> {
  const image = { width: 0, height: 0, png: new Uint8Array() };
  message(parent, (field, pbf) => {
    if (field === 1) image.height = pbf.readVarint();
    else if (field === 2) image.width = pbf.readVarint();
    else if (field === 4) image.png = pbf.readBytes().slice();
  });
  return image;
}

function readHistogram(parent: PbfReader): NonNullable<ReadValue["histogram"]> {
  const result = { min: 0, max: 0, count: 0, sum: 0, limits: [] as number[], counts: [] as number[] };
  message(parent, (field, pbf) => {
    if (field === 1) result.min = pbf.readDouble();
    else if (field === 2) result.max = pbf.readDouble();
    else if (field === 3) result.count = pbf.readDouble();
    else if (field === 4) result.sum = pbf.readDouble();
    else if (field === 6) result.limits = pbf.readPackedDouble();
    else if (field === 7) result.counts = pbf.readPackedDouble();
  });
  return result;
}

function readHParams(content: PbfReader): ReadHParams {
  const result: ReadHParams = {};
  content.readFields((kind) => {
    if (kind === 2) result.experiment = { parameters: {}, metrics: [] };
    if (kind === 3) result.start = {};
    message(content, (field, pbf) => {
      if (kind === 2 && field === 4) {
        const { name, type } = readParameter(pbf);
        result.experiment!.parameters[name] = type;
      } else if (kind === 2 && field === 5) {
        message(pbf, () => message(pbf, () => result.experiment!.metrics.push(pbf.readString())));
      } else if (kind === 3 && field === 1) {
        const [name, value] = readEntry(pbf);
        result.start![name] = value;
      } else if (kind === 4 && field === 1) result.status = pbf.readVarint();
      else if (kind !== 2) result.time = pbf.readDouble();
    });
  }, undefined);
  return result;
}

function readParameter(parent: PbfReader): { name: string; type: number } {
  const result = { name: "", type: 0 };
  message(parent, (field, pbf) => {
    if (field === 1) result.name = pbf.readString();
    else if (field === 4) result.type = pbf.readVarint();
  });
  return result;
}

function readEntry(parent: PbfReader): [string, number | string | boolean] {
  let [name, value]: [string, number | string | boolean] = ["", NaN];
  message(parent, (field, pbf) => {
    if (field === 1) name = pbf.readString();
    else {
      message(pbf, (kind) => {
        value = kind === 2 ? pbf.readDouble() : kind === 3 ? pbf.readString() : pbf.readBoolean();
      });
    }
  });
  return [name, value];
}

function message(pbf: PbfReader, read: (field: number, pbf: PbfReader) => void): void {
  pbf.readMessage((field, _, inner) => read(field, inner), undefined);
}
