/** Serving on this machine. @module */
import { UsageError } from "../core/errors.ts";

/** A port out of a text. @throws {UsageError} When it is none. */
export function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new UsageError(`Option --port is "${text}", wanted an integer from 0 to 65535`);
}

/** Serves on this machine alone. @throws {UsageError} When the port is taken or not to be had. */
export function listen(port: number, handler: Deno.ServeHandler): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, handler);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse || cause instanceof Deno.errors.PermissionDenied)) {
      throw cause;
    }
    const state = cause instanceof Deno.errors.AddrInUse ? "taken" : "not to be had";
    throw new UsageError(`Cannot serve: port ${port} is ${state}, wanted a free one by --port`, { cause });
  }
}
