/** Where a bucket is, and by what key: `s3://BUCKET/PREFIX`, and the environment. @module */
import { excerpt, UsageError } from "../core/errors.ts";

/** A bucket of an S3-like server, and the part of it that is used. */
export interface BucketAddress {
  readonly bucket: string;
  /** What all keys begin with: empty, or with `/` at its end. */
  readonly prefix: string;
  /** What may be shown of it. */
  readonly shown: string;
  /** Of the server, without a bucket. */
  readonly endpoint: string;
  /** The server's name, which may be shown. */
  readonly host: string;
  /** Whether the bucket is part of the path, and not of the server's name. */
  readonly pathStyle: boolean;
  readonly region: string;
  /** Never to be printed, logged or stored. */
  readonly key: { readonly id: string; readonly secret: string; readonly token: string | undefined };
}

/** Variables that tell of the server, and of the key to it. */
export const bucketVariables = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_ENDPOINT_URL_S3",
  "AWS_ENDPOINT_URL",
] as const;

/** What a bucket may be called. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Reads the address of a bucket. Key, region and endpoint come from the variables that the tools of S3 use; without an endpoint
 * it is that of Amazon in the region.
 *
 * @throws {UsageError} For another text, or where a variable is missing or malformed.
 */
export function parseBucketAddress(
  text: string,
  environment: (name: typeof bucketVariables[number]) => string | undefined,
): BucketAddress {
  const [, bucket = "", path = ""] = /^s3:\/\/([^/]*)(?:\/(.*))?$/is.exec(text) ?? [];
  const parts = path.split("/").filter((part) => part !== "");
  if (!bucketName.test(bucket) || !parts.every((part) => /^\w[\w.-]*$/.test(part))) {
    throw new UsageError(
      `Cannot use "${
        excerpt(text)
      }": it is no address of a bucket, wanted s3://BUCKET/PREFIX of letters, digits, ".", "_" and "-"`,
    );
  }
  const shown = ["s3:/", bucket, ...parts].join("/");
  const needed = (name: typeof bucketVariables[number]) => {
    const value = environment(name);
    if (value) return value;
    throw new UsageError(
      `Cannot use ${shown}: ${name} holds nothing, wanted a key of the server in the environment`,
    );
  };
  const region = environment("AWS_REGION") || environment("AWS_DEFAULT_REGION") || "us-east-1";
  const given = environment("AWS_ENDPOINT_URL_S3") || environment("AWS_ENDPOINT_URL");
  const url = URL.parse(given || `https://s3.${region}.amazonaws.com`);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `Cannot use ${shown}: its endpoint is no address, wanted https://HOST in AWS_ENDPOINT_URL`,
    );
  }
  return {
    bucket,
    prefix: parts.map((part) => `${part}/`).join(""),
    shown,
    endpoint: url.origin + url.pathname,
    host: url.host,
    pathStyle: Boolean(given) || bucket.includes("."), // A certificate for *.HOST is none for names with another dot.
    region,
    key: {
      id: needed("AWS_ACCESS_KEY_ID"),
      secret: needed("AWS_SECRET_ACCESS_KEY"),
      token: environment("AWS_SESSION_TOKEN") || undefined,
    },
  };
}
