/** A Python that is there already. @module */

const pythons = ["python3", "/usr/bin/python3"];

/** An interpreter that can import `framework` and numpy. @throws {Error} When none can. */
export async function pythonWith(framework: string): Promise<string> {
  for (const python of pythons) {
    const command = new Deno.Command("sh", {
      args: ["-c", `${python} -c "import ${framework}, numpy"`],
      stdout: "null",
      stderr: "null",
    });
    if ((await command.output()).success) return python;
  }
  throw new Error(`Cannot find ${framework}: none of ${pythons.join(", ")} imports it and numpy`);
}
