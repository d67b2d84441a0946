/** Settings of Mesa's software adapter (llvmpipe) that have to stand before the first adapter is asked for. @module */

/** Multiply-adds of a matrix product from which more threads pay: a product of 128 x 128 x 128. */
const worthThreads = 2 ** 21;

/**
 * Makes the software adapter run every dispatch on the thread that submits it when the largest matrix product is small:
 * handing a dispatch to other threads costs about 20 microseconds, more than most of the kernels of a small network
 * take. Results are the same bit for bit. Does nothing where `LP_NUM_THREADS` is set, without permission to read and
 * write it, or outside Deno; other adapters do not read it.
 *
 * @param multiplyAdds Multiply-adds of the largest product: inputs x outputs x batch of the widest layer.
 */
export function tuneSoftwareAdapter(multiplyAdds: number): void {
  const name = "env";
  const deno = (globalThis as { Deno?: typeof Deno }).Deno;
  if (deno?.permissions.querySync({ name, variable: "LP_NUM_THREADS" }).state !== "granted") return;
  if (deno.env.get("LP_NUM_THREADS") !== undefined || multiplyAdds >= worthThreads) return;
  deno.env.set("LP_NUM_THREADS", "0");
}
