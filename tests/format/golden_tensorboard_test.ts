/** Records byte for byte as TensorBoard 2.21's own protocol buffers and `RecordWriter` make them. @module */
import { assertEquals } from "@std/assert";
import { EventRecords, type SummaryEvent } from "../../src/format/tensorboard.ts";
import { hparamsEnd, hparamsExperiment, hparamsStart } from "../../src/format/tensorboard_hparams.ts";

/** In hexadecimal. */
const golden = {
  version: "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c",
  scalars:
    "3500000000000000d6c55de609000000000000f83f1080e497d0122a240a0b0a046c6f737315cdcccc3d0a150a0e6570" +
    "69736f64652f52657475726e15000040c06989c836",
  histogram:
    "6500000000000000ebd05a6909000000000000f83f10072a580a560a01712a5109000000000000f0bf11000000000000" +
    "004019000000000000084021000000000000f83f2900000000000015403210000000000000e03f00000000000000403a" +
    "10000000000000f03f000000000000004063a70ed8",
  image: "2b00000000000000861bc34b09000000000000f83f10c8012a1d0a1b0a0c66696e616c50696374757265220b080210ac" +
    "02220489504e47c753b099",
  experiment:
    "6e00000000000000c4bf336409000000000000f83f2a630a610a145f68706172616d735f2f6578706572696d656e7442" +
    "060801120212004a410a3f0a0768706172616d731234123219000000000000044022050a0161200122050a0162200222" +
    "050a016320032a120a10120e6576616c756174696f6e4d65616e8e263c25",
  start: "6700000000000000baadcdd409000000000000f83f2a5c0a5a0a1c5f68706172616d735f2f73657373696f6e5f737461" +
    "72745f696e666f42060801120212004a320a300a0768706172616d7312251a230a180a0b6167656e742e67616d6d6112" +
    "0911ae47e17a14aeef3f2900000000000004409a2cb3a4",
  end: "4d000000000000003d63d4a609000000000000f83f2a420a400a1a5f68706172616d735f2f73657373696f6e5f656e64" +
    "5f696e666f42060801120212004a1a0a180a0768706172616d73120d220b0802110000000000000c402d3aeb2b",
};

/** The record of one event at the time 1.5, in hexadecimal. */
function recordOf(values: SummaryEvent["values"], step?: number): string {
  const records = new EventRecords(1.5);
  records.take();
  records.add({ wallTime: 1.5, values, ...step === undefined ? {} : { step } });
  return records.take().toHex();
}

Deno.test("EventRecords begins with the version as TensorBoard does", () => {
  assertEquals(new EventRecords(1.5).take().toHex(), golden.version);
});

Deno.test("EventRecords writes scalars at a step beyond 32 bits as TensorBoard does", () => {
  const scalars = [{ tag: "loss", scalar: 0.1 }, { tag: "episode/Return", scalar: -3 }];
  assertEquals(recordOf(scalars, 5_000_000_000), golden.scalars);
});

Deno.test("EventRecords writes histograms as TensorBoard does", () => {
  const histogram = {
    min: -1,
    max: 2,
    count: 3,
    sum: 1.5,
    sumOfSquares: 5.25,
    limits: [0.5, 2],
    counts: [1, 2],
  };
  assertEquals(recordOf([{ tag: "q", histogram }], 7), golden.histogram);
});

Deno.test("EventRecords writes images as TensorBoard does", () => {
  const image = { png: Uint8Array.of(137, 80, 78, 71), width: 300, height: 2 };
  assertEquals(recordOf([{ tag: "finalPicture", image }], 200), golden.image);
});

Deno.test("hparamsExperiment() is what TensorBoard's HParams plugin writes", () => {
  const hyperParameters = { a: "text", b: false, c: 0 };
  const value = hparamsExperiment({ hyperParameters, metrics: ["evaluationMean"], created: 2.5 });
  assertEquals(recordOf([value]), golden.experiment);
});

Deno.test("hparamsStart() and hparamsEnd() are what TensorBoard's HParams plugin writes", () => {
  assertEquals(recordOf([hparamsStart({ "agent.gamma": 0.99 }, 2.5)]), golden.start);
  assertEquals(recordOf([hparamsEnd("failure", 3.5)]), golden.end);
});
