/** A way to a server that can be cut: what is sent then comes to nobody, and no one is told. @module */

/** Passes connections on to a port. */
export class Proxy implements Disposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #connections: Deno.TcpConn[] = [];
  #cut = Promise.withResolvers<void>();
  #isCut = false;

  /** Listens on a port of its own. */
  constructor(to: number) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#cut.resolve();
    this.#accept(to);
  }

  /** From now on nothing passes, until it is healed. */
  cut(): void {
    if (!this.#isCut) this.#cut = Promise.withResolvers();
    this.#isCut = true;
  }

  /** What was held back passes, and all that follows. */
  heal(): void {
    this.#isCut = false;
    this.#cut.resolve();
  }

  [Symbol.dispose](): void {
    this.heal();
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
  }

  async #accept(to: number): Promise<void> {
    try {
      for await (const client of this.#listener) {
        const server = await Deno.connect({ hostname: "127.0.0.1", port: to });
        this.#connections.push(client, server);
        this.#pass(client, server);
        this.#pass(server, client);
      }
    } catch {
      // It is closed.
    }
  }

  async #pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const bytes = new Uint8Array(65_536);
    try {
      for (let count = await from.read(bytes); count !== null; count = await from.read(bytes)) {
        await this.#cut.promise;
        for (let at = 0; at < count;) at += await to.write(bytes.subarray(at, count));
      }
    } catch {
      // One of them is gone.
    }
    await this.#cut.promise;
    close(from);
    close(to);
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is.
  }
}
