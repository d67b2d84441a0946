/** What the dashboard's threads may do on a machine. */
import { assertEquals } from "@std/assert";
import { leaveFor } from "../../../src/web/dashboard/serve.ts";
import configuration from "../../../deno.json" with { type: "json" };

/** What a thread of this leave may do, of some permissions. */
async function granted(
  permissions: Deno.PermissionOptionsObject,
  asked: readonly Deno.PermissionDescriptor[],
): Promise<boolean[]> {
  const worker = new Worker(new URL("./leave_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions },
  });
  const { promise, resolve, reject } = Promise.withResolvers<boolean[]>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(asked);
  return await promise.finally(() => worker.terminate());
}

Deno.test("The thread that serves runs may read their folder and listen on this machine, and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const allowed: Deno.PermissionDescriptor[] = [
      { name: "read", path: folder },
      { name: "read", path: `${folder}/one/config.json` },
      { name: "net", host: "127.0.0.1:8081" },
    ];
    const refused: Deno.PermissionDescriptor[] = [
      { name: "read" },
      { name: "read", path: `${folder}/..` },
      { name: "read", path: `${folder}-other` },
      { name: "write", path: folder },
      { name: "net" },
      { name: "net", host: "0.0.0.0:8081" },
      { name: "net", host: "localhost:8081" },
      { name: "env" },
      { name: "env", variable: "HOME" },
      { name: "run" },
      { name: "ffi" },
      { name: "sys" },
    ];
    const leave = leaveFor(folder);
    assertEquals(await granted(leave, allowed), allowed.map(() => true));
    assertEquals(await granted(leave, refused), refused.map(() => false));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("The servers of pages may reach no other machine, run nothing and read no environment; the dashboard writes nothing", () => {
  const leaveOf = ({ command }: { readonly command: string }) => command.match(/(?<=\s)-\S+/g);
  const { web, dashboard } = configuration.tasks;
  assertEquals(leaveOf(web), ["--allow-read", "--allow-write", "--allow-net=127.0.0.1"]);
  assertEquals(leaveOf(dashboard), ["--allow-read", "--allow-net=127.0.0.1"]);
});
