/** A config in a link, with the environment of one's own that it names: its JSON, compressed, behind the address's `#`, which no server sees. @module */
import type { RunConfigInput } from "../../config/run_config.ts";
import { readOwn } from "./own_environment.ts";
import { isRecord } from "./schema.ts";
import type { Choice } from "./session.ts";
import { t } from "./texts.ts";

/** Letters of a link that are read at most. */
const mostLetters = 20_000;

/** Bytes of its JSON at most: a few letters may stand for many of them. */
const mostBytes = 100_000;

/** Letters of a name that are shown. */
const longestName = 60;

const key = "config=";

/** What follows the `#` of a link to a config. */
export async function encodeLink({ name, config, environment }: Choice): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify({ name, config, environment }));
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const base64 = btoa(String.fromCharCode(...bytes));
  return key + base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/**
 * The choice in what follows the `#` of an address; undefined where it holds none. Its config is not checked yet.
 *
 * @throws {Error} When it is damaged, too long, or something else.
 */
export async function decodeLink(hash: string): Promise<Choice | undefined> {
  const text = hash.replace(/^#/, "");
  if (!text.startsWith(key)) return undefined;
  if (text.length > mostLetters) {
    throw new Error(t("link.long", { count: text.length, most: mostLetters }));
  }
  const given = parse(await inflate(bytesOf(text.slice(key.length))));
  if (!isRecord(given) || typeof given["name"] !== "string" || !isRecord(given["config"])) {
    throw new Error(t("link.other"));
  }
  const environment = readOwn(given["environment"]);
  return {
    name: given["name"].slice(0, longestName),
    config: given["config"] as RunConfigInput,
    ...environment ? { environment } : {},
  };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  try {
    const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  } catch {
    throw damaged();
  }
}

/** Ends before there is too much. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read().catch(() => {
      throw damaged();
    });
    if (done) return text;
    length += value.length;
    if (length > mostBytes) {
      await reader.cancel();
      throw new Error(t("link.large", { most: mostBytes }));
    }
    try {
      text += decoder.decode(value, { stream: true });
    } catch {
      throw damaged();
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged();
  }
}

function damaged(): Error {
  return new Error(t("link.damaged"));
}
