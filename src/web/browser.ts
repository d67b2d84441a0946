/** Opening an address as the system does. @module */

/** What opens addresses, by system; `xdg-open` on every other. */
const openers: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  windows: ["cmd", "/c", "start", ""],
};

/** Opens an address in the browser of the system. Whether that could be done; Deno asks for leave to run a program first. */
export async function openInBrowser(address: string): Promise<boolean> {
  const [command, ...args] = openers[Deno.build.os] ?? ["xdg-open"];
  try {
    return (await new Deno.Command(command, { args: [...args, address], stdout: "null", stderr: "null" })
      .output())
      .success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}
