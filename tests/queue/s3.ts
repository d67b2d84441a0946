/** An S3-like server of the tests' own, moto's, in a virtual environment made for it. @module */
import { fromFileUrl } from "@std/path";
import { S3Client } from "npm:@bradenmacdonald/s3-lite-client@1.0.0";
import { makeEnvironment } from "../interop/python.ts";

const here = (name: string) => fromFileUrl(new URL(name, import.meta.url));

/** Of whoever uses the server. */
export type S3Environment = Record<
  "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_ENDPOINT_URL",
  string
>;

/** A server that runs. */
export class S3Server {
  /** What a key is had by that may use the bucket `sweeps`, and not the bucket `closed`. */
  readonly env: S3Environment;
  readonly #said: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor(
    env: S3Environment,
    { said, input }: {
      readonly said: ReadableStreamDefaultReader<string>;
      readonly input: WritableStreamDefaultWriter<Uint8Array>;
    },
  ) {
    this.env = env;
    this.#said = said;
    this.#input = input;
  }

  /** Tells the server to be away, to be back, or to take the key's leave. */
  async tell(what: "stop" | "start" | "close"): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${what}\n`));
    await this.#said.read();
  }

  /** Keys of what is in the bucket. */
  async keys(): Promise<string[]> {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL } = this.env;
    const client = new S3Client({
      endPoint: AWS_ENDPOINT_URL,
      region: "us-east-1",
      bucket: "sweeps",
      accessKey: AWS_ACCESS_KEY_ID,
      secretKey: AWS_SECRET_ACCESS_KEY,
    });
    return (await Array.fromAsync(client.listObjects(), ({ key }) => key)).sort();
  }
}

/** Starts a server for a test, which is stopped when that is over. */
export async function withS3(use: (server: S3Server) => Promise<void>): Promise<void> {
  const python = await makeEnvironment({
    requirements: here("requirements.txt"),
    modules: "boto3, flask, flask_cors, moto",
  });
  const process = new Deno.Command(python, {
    args: [here("s3_server.py")],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const said = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const input = process.stdin.getWriter();
  try {
    const { value = "" } = await said.read();
    const { port, id, secret } = JSON.parse(value);
    const env = {
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    };
    await use(new S3Server(env, { said, input }));
  } finally {
    await input.close();
    await said.cancel();
    await process.status;
  }
}
