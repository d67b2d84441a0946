/** What an S3-like server and the way to it refuse, in sentences. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import type { BucketAddress } from "./bucket_address.ts";
import { QueueUnreachable } from "./database_error.ts";

/** Sentences by codes of S3: what is wrong, and what was wanted. */
const refusals: Readonly<Record<string, string>> = {
  NoSuchBucket: "there is no such bucket, wanted one that has been made",
  InvalidAccessKeyId: "the server does not know the key, wanted one of its own in AWS_ACCESS_KEY_ID",
  SignatureDoesNotMatch: "the secret is not that of the key, wanted it in AWS_SECRET_ACCESS_KEY",
  AccessDenied:
    "the key may not do that, wanted one that may list the bucket, and get, put and delete what is in it",
  ExpiredToken:
    "the session of the key is over, wanted one that goes on, with its token in AWS_SESSION_TOKEN",
  InvalidToken: "the token is not that of the key, wanted it in AWS_SESSION_TOKEN",
  AuthorizationHeaderMalformed: "the bucket is in another region, wanted that in AWS_REGION",
  PermanentRedirect: "the bucket is in another region, wanted that in AWS_REGION",
  UnexpectedRedirect: "the bucket is in another region, wanted that in AWS_REGION",
  RequestTimeTooSkewed: "the clock of this machine is wrong, wanted that of the server",
};

/** Codes of a server that is busy. */
const outages = ["SlowDown", "RequestTimeout", "OperationAborted"];

/** What an answer of the server, or the lack of one, tells of itself. */
interface Failure {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message?: string;
  readonly cause?: { readonly message?: string };
}

/**
 * What an error of the server, or of the way to it, says to a person; {@linkcode QueueUnreachable} where asking again may help.
 */
export function bucketError(error: unknown, { shown, host }: BucketAddress): UsageError {
  if (error instanceof UsageError) return error;
  const { code, statusCode = 0, message = String(error), cause } = error as Failure;
  const cannot = (reason: string) => `Cannot use ${shown}: ${reason}`;
  const told = excerpt(message, 200);
  if (code === undefined) {
    const reason = cause?.message?.replace(/^.*?\): /s, "") ?? message;
    return new QueueUnreachable(cannot(`${host} does not answer (${excerpt(reason, 200)})`));
  }
  if (code in refusals) return new UsageError(cannot(`${refusals[code]} (${told})`));
  if (statusCode >= 500 || statusCode === 429 || outages.includes(code)) {
    return new QueueUnreachable(cannot(`${host} is busy or not well (${told})`));
  }
  if (statusCode === 403) return new UsageError(cannot(`${refusals["AccessDenied"]} (${told})`));
  return new UsageError(cannot(`${told} (${excerpt(code)})`));
}
