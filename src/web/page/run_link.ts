/** A run of the dashboard in a link, `#run=KEY`: its server, which serves this page too, has its config and its best checkpoint. @module */
import { isRecord } from "./schema.ts";
import type { CheckpointFile } from "./session.ts";
import { t } from "./texts.ts";

/** What a link to a run leads to. */
export interface LinkedRun {
  readonly name: string;
  /** Not checked yet. */
  readonly config: unknown;
  readonly checkpoint: CheckpointFile;
}

/** The run in what follows the `#` of an address; undefined where it holds none. @throws {Error} When the server has no such run. */
export async function fetchRun(hash: string): Promise<LinkedRun | undefined> {
  const [, key] = /^#run=(\d{1,9})$/.exec(hash) ?? [];
  if (key === undefined) return undefined;
  const [config, checkpoint] = await Promise.all(
    ["config.json", "best.safetensors"].map((file) => fetch(`/api/runs/${key}/${file}`)),
  );
  if (!config!.ok || !checkpoint!.ok) throw new Error(t("link.run"));
  const written: unknown = await config!.json();
  if (!isRecord(written)) throw new Error(t("link.run"));
  const { formatVersion: _, preset, ...rest } = written;
  const name = typeof preset === "string" ? preset : "run";
  return {
    name,
    config: rest,
    checkpoint: { name: `${name}.safetensors`, bytes: new Uint8Array(await checkpoint!.arrayBuffer()) },
  };
}
