/** The options by which workers are described for a cluster and not started. @module */
import { type CommandLine, type Option, wholeNumber } from "../command/command.ts";
import { didYouMean, UsageError } from "../core/errors.ts";
import { isBucket } from "../queue/open_files.ts";

/** What starts workers on many machines. */
export const clusters = ["slurm", "kubernetes"] as const;
export type Cluster = typeof clusters[number];

/** Workers as a cluster is asked for them. */
export interface WorkerFleet {
  /** What the cluster calls them. */
  readonly name: string;
  readonly workers: number;
  /** Of each worker: cores. */
  readonly cpus: number;
  /** Of each worker: MiB. */
  readonly memory: number;
  /** Seconds that they may take: on Slurm each of them, until it is over; on Kubernetes all of them, until they are told to end. */
  readonly seconds: number;
  /** Of each worker: 0 or 1. */
  readonly gpus: number;
}

/** The same on Kubernetes. */
export interface PodFleet extends WorkerFleet {
  readonly image: string;
  /** The Secret that holds the queue's address, and what else pods are not to show. */
  readonly secret: string;
  /** The PersistentVolumeClaim that holds the files of `--files`, where those are in a folder. */
  readonly claim: string | undefined;
}

/**
 * Seconds between SIGTERM and the end of a worker by force. It ends a step, keeps states of the replay memory's size and sends
 * them, for which it waits 10 seconds where the queue does not answer.
 */
export const secondsToEnd = 60;

const emitOption: Option = {
  name: "emit",
  value: clusters.join("|"),
  help:
    "Start nothing, and print what starts workers there: a job array for sbatch, an Indexed Job for kubectl.",
};

/** Of every cluster. */
const fleetOptions: readonly Option[] = [
  { name: "workers", value: "N", help: "So many; 1 by default." },
  { name: "cpus", value: "N", help: "Cores of each, 2 by default." },
  { name: "memory", value: "SIZE", help: "Memory of each, as in 512M or 16G; 4G by default." },
  {
    name: "time",
    value: "H:MM:SS",
    help: "How long they may take, 24:00:00 by default; at its end they give their jobs back.",
  },
  { name: "gpus", value: "0|1", help: "GPUs of each, none by default: a worker trains on one device." },
  { name: "name", value: "NAME", help: "What the cluster calls them, qernel-worker by default." },
];

/** Of Kubernetes alone. */
const podOptions: readonly Option[] = [
  {
    name: "image",
    value: "IMAGE",
    help: "Of Kubernetes: what they run in, with Deno and, as its WORKDIR, Qernel.",
  },
  {
    name: "secret",
    value: "NAME",
    help:
      "Of Kubernetes: the Secret whose key address is the queue's, with a bucket's AWS_...; qernel-queue by default.",
  },
  {
    name: "claim",
    value: "NAME",
    help: "Of Kubernetes: the PersistentVolumeClaim that is mounted at --files DIR.",
  },
];

/** All of them. */
export const emitOptions: readonly Option[] = [emitOption, ...fleetOptions, ...podOptions];

/**
 * The cluster that was asked for; undefined for a worker that is to run here.
 *
 * @throws {UsageError} When there is no such cluster, or an option is not of it.
 */
export function givenCluster(given: CommandLine): Cluster | undefined {
  const text = given.value(emitOption.name);
  if (text !== undefined && !isCluster(text)) {
    throw new UsageError(
      `Option --emit is "${text}", wanted ${clusters.join(" or ")}${didYouMean(text, clusters)}`,
    );
  }
  const strangers = [
    ...text === undefined ? fleetOptions.map((option) => [option, "--emit"] as const) : [],
    ...text === "kubernetes" ? [] : podOptions.map((option) => [option, "--emit kubernetes"] as const),
  ];
  for (const [{ name }, wanted] of strangers) {
    if (given.value(name) === undefined) continue;
    throw new UsageError(`Option --${name} is of workers on a cluster, wanted ${wanted} beside it`);
  }
  return text;
}

function isCluster(text: string): text is Cluster {
  return (clusters as readonly string[]).includes(text);
}

/** What was given of the workers. @throws {UsageError} */
export function givenFleet(given: CommandLine): WorkerFleet {
  const number = (option: string, usual: string, limits: { least: number; most: number }) =>
    wholeNumber(given.value(option) ?? usual, { option, ...limits });
  return {
    name: clusterName(given, "name", "qernel-worker"),
    workers: number("workers", "1", { least: 1, most: 100_000 }),
    cpus: number("cpus", "2", { least: 1, most: 1024 }),
    memory: mebibytes(given.value("memory") ?? "4G"),
    seconds: duration(given.value("time") ?? "24:00:00"),
    gpus: number("gpus", "0", { least: 0, most: 1 }),
  };
}

/** The same with what Kubernetes wants to know. @throws {UsageError} */
export function givenPods(given: CommandLine, files: string | undefined): PodFleet {
  const image = given.value("image");
  if (image === undefined) {
    throw new UsageError(
      "Cannot emit a Job: no image is named, wanted --image IMAGE, one with Deno and, as its WORKDIR, Qernel",
    );
  }
  if (!/^[\w][\w.\/:@-]*$/.test(image)) {
    throw new UsageError(`Option --image is "${image}", wanted the name of an image, as in team/qernel:1`);
  }
  const claim = given.value("claim");
  const folder = files !== undefined && isBucket(files) ? undefined : files;
  if (folder !== undefined && claim === undefined) {
    throw new UsageError(
      `Cannot emit a Job: no volume holds ${folder}, wanted --claim NAME, a PersistentVolumeClaim, beside --files`,
    );
  }
  if (folder === undefined && claim !== undefined) {
    throw new UsageError("Option --claim is where files are kept, wanted --files DIR beside it");
  }
  if (folder !== undefined && !/^\/[^:]*$/.test(folder)) {
    throw new UsageError(
      `Option --files is "${folder}", wanted a path from / on and without a colon, as volumes have`,
    );
  }
  return {
    ...givenFleet(given),
    image,
    secret: clusterName(given, "secret", "qernel-queue"),
    claim: claim === undefined ? undefined : clusterName(given, "claim", ""),
  };
}

/** A name as Kubernetes takes it for all things, with room for the number of a pod. */
function clusterName(given: CommandLine, option: string, usual: string): string {
  const text = given.value(option) ?? usual;
  if (/^[a-z0-9]([a-z0-9-]{0,55}[a-z0-9])?$/.test(text)) return text;
  throw new UsageError(
    `Option --${option} is "${text}", wanted at most 57 of a to z, 0 to 9 and -, neither first nor last a -`,
  );
}

/** Slurm's units, which are powers of two. */
const units = { M: 1, G: 1024, T: 1024 ** 2 } as const;

function mebibytes(text: string): number {
  const [, digits, unit] = /^([1-9]\d{0,6})([MGT])$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits) * units[unit as keyof typeof units];
  throw new UsageError(`Option --memory is "${text}", wanted a size as in 512M or 4G`);
}

/** The least that leaves a worker time to train: Slurm may tell it a minute early. */
const leastSeconds = 3 * secondsToEnd;

function duration(text: string): number {
  const [, days = "0", hours, minutes, seconds] =
    /^(?:(\d{1,3})-)?(\d{1,4}):([0-5]\d):([0-5]\d)$/.exec(text) ??
      [];
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  if (total >= leastSeconds) return total;
  throw new UsageError(
    `Option --time is "${text}", wanted hours, minutes and seconds as in 4:00:00, of at least ${
      shownTime(leastSeconds)
    }`,
  );
}

/** Seconds as in `4:00:00`. */
export function shownTime(seconds: number): string {
  const digits = (number: number) => String(number % 60).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${digits(Math.floor(seconds / 60))}:${digits(seconds)}`;
}

/** MiB as in `4G`, in the largest unit of which they are whole. */
export function shownMemory(mebibytes: number): string {
  return mebibytes % units.G === 0 ? `${mebibytes / units.G}G` : `${mebibytes}M`;
}
