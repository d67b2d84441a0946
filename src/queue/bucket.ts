/** Files of runs in a bucket of an S3-like server, in place of the database. @module */
import { S3Client, type S3Errors } from "npm:@bradenmacdonald/s3-lite-client@1.0.0";
import { UsageError } from "../core/errors.ts";
import { type BucketAddress, parseBucketAddress } from "./bucket_address.ts";
import { bucketError } from "./bucket_error.ts";
import { QueueUnreachable } from "./database_error.ts";
import { type FileOwner, type FileStore, isPlain, placeOf, plain, StoreRefused } from "./file_store.ts";

/** Milliseconds that a file may take. */
const timeout = 120_000;

/** No file that travels is as large: each is one request, so that none is left half sent. */
const largestPart = 2 ** 30;

/** A part of a bucket that all machines of a queue reach. */
export class Bucket implements FileStore {
  readonly #address: BucketAddress;
  readonly #client: S3Client;

  /**
   * @param text As in `s3://BUCKET/PREFIX`.
   * @param environment What endpoint, region and key are looked up in.
   * @throws {UsageError} When something is malformed or missing.
   */
  constructor(text: string, environment: (name: string) => string | undefined) {
    const address = parseBucketAddress(text, environment);
    const { bucket, endpoint, region, pathStyle, key: { id, secret, token } } = address;
    this.#address = address;
    try {
      this.#client = new S3Client({
        endPoint: endpoint,
        region,
        bucket,
        pathStyle,
        accessKey: id,
        secretKey: secret,
        ...token === undefined ? {} : { sessionToken: token },
      });
    } catch (error) {
      throw new UsageError(`Cannot use ${address.shown}: ${(error as Error).message}`);
    }
  }

  /** Writes a file, reads it, and removes it. @throws {UsageError} With what is wrong, be it that nothing answers. */
  async assertWritable(): Promise<void> {
    const key = `${this.#address.prefix}probe-${crypto.randomUUID()}`;
    await this.#ask((client) => client.putObject(key, "probe"));
    await this.#ask(async (client) => await (await client.getObject(key)).arrayBuffer());
    await this.#ask((client) => client.deleteObject(key));
    await this.assertReadable();
  }

  /** Lists what is there, one file at most. @throws {UsageError} The same. */
  async assertReadable(): Promise<void> {
    const { prefix } = this.#address;
    await this.#ask((client) => client.listObjects({ prefix, maxResults: 1, pageSize: 1 }).next());
  }

  /** Writes a file. @returns Its place under the prefix, for whoever reads it. @throws {StoreRefused | QueueUnreachable} */
  async write(owner: FileOwner, path: string, bytes: Uint8Array): Promise<string> {
    const place = plain(placeOf(owner, path));
    await this.#askAtWork((client) =>
      client.putObject(this.#key(place), bytes as Uint8Array<ArrayBuffer>, { partSize: largestPart })
    );
    return place;
  }

  /** Reads a file. @throws {UsageError} When it is not there. @throws {StoreRefused | QueueUnreachable} */
  async read(place: string): Promise<Uint8Array> {
    const key = this.#key(plain(place));
    const bytes = await this.#askAtWork(async (client) => {
      try {
        return new Uint8Array(await (await client.getObject(key)).arrayBuffer());
      } catch (error) {
        if ((error as S3Errors.ServerError).code !== "NoSuchKey") throw error;
        return undefined;
      }
    });
    if (bytes) return bytes;
    throw new UsageError(
      `Cannot read ${place} in ${this.#address.shown}: it is not there, wanted the bucket and prefix that the workers of ` +
        "the sweep write to",
    );
  }

  /** Removes what a run has there of this hand-out and of former ones, but for some places. @throws {QueueUnreachable} */
  async prune({ sweep, run, token }: FileOwner, kept: ReadonlySet<string>): Promise<void> {
    const prefix = this.#key(`${sweep}/${run}/`);
    const left = (place: string) =>
      Number(place.split("/")[2]) <= token && isPlain(place) && !kept.has(place);
    try {
      const keys = await this.#ask((client) =>
        Array.fromAsync(client.listObjects({ prefix }), ({ key }) => key)
      );
      const gone = keys.filter((key) => left(key.slice(this.#address.prefix.length)));
      await Promise.all(gone.map((key) => this.#ask((client) => client.deleteObject(key))));
    } catch (error) {
      if (error instanceof QueueUnreachable) throw error; // Anything else stays there, and is in nobody's way.
    }
  }

  #key(place: string): string {
    return this.#address.prefix + place;
  }

  /** The same for a job at hand, of which a refusal says nothing. @throws {StoreRefused | QueueUnreachable} */
  async #askAtWork<T>(what: (client: S3Client) => Promise<T>): Promise<T> {
    try {
      return await this.#ask(what);
    } catch (error) {
      if (error instanceof QueueUnreachable) throw error;
      throw new StoreRefused((error as Error).message);
    }
  }

  /** @throws {UsageError} In a sentence. */
  async #ask<T>(what: (client: S3Client) => Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no answer in ${timeout / 1000} s`)), timeout);
    try {
      return await Promise.race([what(this.#client), late.promise]);
    } catch (error) {
      throw bucketError(error, this.#address);
    } finally {
      clearTimeout(timer);
    }
  }
}
