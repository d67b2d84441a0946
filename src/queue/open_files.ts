/** The store of files that an option names. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import type { FileStore } from "./file_store.ts";
import { SharedFolder } from "./shared_folder.ts";

/** Whether what was given is a folder, and no address. */
export function isFolder(given: string): boolean {
  return !/^[a-z][\w+.-]+:\/\//i.test(given);
}

/** Whether it is the address of a bucket. */
export function isBucket(given: string): boolean {
  return /^s3:/i.test(given);
}

/**
 * Opens a store: the path of a folder, or `s3://BUCKET/PREFIX`, whose client is loaded for that alone.
 *
 * @param environment What the endpoint and the key of a bucket are looked up in.
 * @throws {UsageError} For another address, or a bucket for which something is missing.
 */
export async function openFiles(
  given: string,
  environment: (name: string) => string | undefined,
): Promise<FileStore> {
  if (isFolder(given)) return new SharedFolder(given);
  if (isBucket(given)) {
    const { Bucket } = await import("./bucket.ts");
    return new Bucket(given, environment);
  }
  throw new UsageError(
    `Cannot keep files in "${
      excerpt(given.replace(/\/\/.*$/s, "//..."))
    }", wanted a folder, or s3://BUCKET/PREFIX`,
  );
}
