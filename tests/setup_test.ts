import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const SETUP = fromFileUrl(new URL("../setup.sh", import.meta.url));

/** The tools of the system that setup.sh may use; everything else on PATH is a stub. */
const TOOLS = ["sh", "mktemp", "rm", "sed", "tail", "env", "ln", "sleep", "cat", "mkdir", "cp"];

/** Stubs write their calls to $LOG. */
const LOGGED = '#!/bin/sh\necho "${0##*/} $*" >> "$LOG"\n';

/** A deno of the given version, which finds an adapter once the file `adapter` exists; on Linux over Vulkan. */
function denoStub(version: string): string {
  return `#!/bin/sh
case $1 in
  --version) echo "deno ${version} (stable, release)" ;;
  eval) [ -e "$ROOT/adapter" ] && [ "\${DENO_WEBGPU_BACKEND-any}" = "$BACKEND" ] ;;
esac
`;
}

interface Machine {
  /** What setup.sh is given: `--tests` by default. */
  args?: string[];
  /** Version of the deno on PATH; absent for none. */
  deno?: string;
  adapter?: boolean;
  /** Other commands on PATH: what each does after its call is logged. */
  stubs?: Record<string, string>;
  user?: "root" | "someone";
  system?: "Linux" | "Darwin";
}

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  calls: string[];
}

/** Runs setup.sh on a machine of stubs, `runs` times; the outcome of the last. */
async function setUp(
  { args = ["--tests"], deno, adapter, stubs = {}, user = "root", system = "Linux" }: Machine,
  runs = 1,
): Promise<Outcome> {
  const root = await Deno.makeTempDir();
  try {
    const [bin, home, log] = [join(root, "bin"), join(root, "home"), join(root, "log")];
    await Deno.mkdir(bin);
    await Deno.mkdir(home);
    await Deno.writeTextFile(log, "");
    for (const tool of TOOLS) await Deno.symlink(await systemTool(tool), join(bin, tool));
    const scripts: Record<string, string> = {
      id: `echo ${user === "root" ? 0 : 1000}`,
      uname: `echo ${system}`,
    };
    for (const [name, body] of Object.entries(scripts)) {
      await writeScript(join(bin, name), `#!/bin/sh\n${body}\n`);
    }
    for (const [name, body] of Object.entries(stubs)) {
      await writeScript(join(bin, name), `${LOGGED}${body}\n`);
    }
    await writeScript(join(root, "deno"), denoStub("2.9.6"));
    if (deno) await writeScript(join(bin, "deno"), denoStub(deno));
    if (adapter) await Deno.writeTextFile(join(root, "adapter"), "");
    const command = new Deno.Command(join(bin, "sh"), {
      args: [SETUP, ...args],
      clearEnv: true,
      env: { PATH: bin, HOME: home, LOG: log, ROOT: root, BACKEND: system === "Linux" ? "vulkan" : "any" },
    });
    for (let run = 1; run < runs; run++) await command.output();
    const { code, stdout, stderr } = await command.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll(root, "ROOT");
    const calls = (await Deno.readTextFile(log)).replaceAll(root, "ROOT").split("\n").filter((line) =>
      line !== ""
    );
    return { code, stdout: text(stdout), stderr: text(stderr), calls };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function writeScript(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, 0o755);
}

async function systemTool(name: string): Promise<string> {
  for (const folder of ["/bin", "/usr/bin"]) {
    const found = await Deno.stat(`${folder}/${name}`).then(() => true, () => false);
    if (found) return `${folder}/${name}`;
  }
  throw new Error(`no ${name} in /bin or /usr/bin`);
}

/** What a working npm, installer or apt-get leaves behind. */
const NPM = `case $1 in
  prefix) echo "$ROOT" ;;
  *) cp "$ROOT/deno" "$ROOT/bin/deno" ;;
esac`;
const NPM_OFF_PATH = `case $1 in
  prefix) echo "$ROOT/npm" ;;
  *) mkdir -p "$ROOT/npm/bin"; cp "$ROOT/deno" "$ROOT/npm/bin/deno" ;;
esac`;
const CURL = `while [ "$1" != -o ]; do shift; done
cat > "$2" <<'END'
mkdir -p "$HOME/.deno/bin"; cp "$ROOT/deno" "$HOME/.deno/bin/deno"
END`;
const APT = 'case $1 in install) : > "$ROOT/adapter" ;; esac';
const SUDO = 'exec "$@"';
const FAILS = 'echo "it broke here"; exit 1';

function unixTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });
}

unixTest("setup.sh prints nothing and calls nothing when all is there", async () => {
  const stubs = { npm: NPM, curl: CURL, "apt-get": APT, sudo: SUDO };
  for (const deno of ["2.9.0", "2.10.1", "3.0.0-rc.1"]) {
    const system = deno === "2.9.0" ? "Darwin" : "Linux";
    assertEquals(await setUp({ deno, adapter: true, stubs, system }), {
      code: 0,
      stdout: "",
      stderr: "",
      calls: [],
    });
  }
});

unixTest("setup.sh installs Deno with npm when it is missing or old", async () => {
  for (const deno of [undefined, "2.8.9", "1.46.3"]) {
    const machine = { ...(deno ? { deno } : {}), adapter: true, stubs: { npm: NPM } };
    const { code, stdout, stderr, calls } = await setUp(machine);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(calls[0], "npm install -g --no-fund --no-audit deno");
    assertStringIncludes(stdout, `found ${deno ?? "no"} Deno, wanted 2.9 or newer`);
    assertStringIncludes(stdout, "Deno 2.9.6 is ready");
  }
});

unixTest("setup.sh takes the official installer without npm and links Deno into PATH", async () => {
  const { code, stdout, stderr, calls } = await setUp({ adapter: true, stubs: { curl: CURL } });
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(calls[0]!, "curl -fsSL https://deno.land/install.sh -o ");
  assertStringIncludes(stdout, "linked ROOT/bin/deno to ROOT/home/.deno/bin/deno");
});

unixTest("setup.sh links a Deno that npm put off PATH, and says so when it cannot", async () => {
  const stubs = { npm: NPM_OFF_PATH };
  const { code, stdout } = await setUp({ adapter: true, stubs });
  assertEquals(code, 0);
  assertStringIncludes(stdout, "linked ROOT/bin/deno to ROOT/npm/bin/deno");
  const hidden = await setUp({ deno: "2.8.0", adapter: true, stubs: { npm: NPM_OFF_PATH } });
  assertEquals(hidden.code, 1);
  assertStringIncludes(hidden.stderr, 'Remedy: PATH="ROOT/npm/bin:$PATH"');
});

unixTest("setup.sh takes the official installer when npm fails", async () => {
  const { code, stderr, calls } = await setUp({ adapter: true, stubs: { npm: FAILS, curl: CURL } });
  assertEquals(code, 0);
  assertEquals(calls.map((call) => call.split(" ")[0]), ["npm", "curl"]);
  assertStringIncludes(stderr, "| it broke here");
});

unixTest("setup.sh says what to do when Deno cannot be installed", async () => {
  const broken = await setUp({ stubs: { npm: FAILS, curl: FAILS } });
  assertEquals(broken.code, 1);
  assertStringIncludes(broken.stderr, "Deno could not be installed");
  assertStringIncludes(broken.stderr, "Remedy: install Deno 2.9 or newer");
  const bare = await setUp({});
  assertEquals(bare.code, 1);
  assertStringIncludes(bare.stderr, "Remedy: install curl");
});

unixTest(
  "setup.sh makes Deno ready and nothing else, unless it is told that it is for the tests",
  async () => {
    const stubs = { npm: NPM, "apt-get": APT };
    assertEquals((await setUp({ args: [], stubs })).calls.map((call) => call.split(" ")[0]), ["npm"]);
    assertEquals(await setUp({ args: [], deno: "2.9.6", stubs }), {
      code: 0,
      stdout: "",
      stderr: "",
      calls: [],
    });
  },
);

unixTest("setup.sh installs Mesa's Vulkan driver with apt-get when no adapter answers", async () => {
  const { code, stdout, stderr, calls } = await setUp({ deno: "2.9.6", stubs: { "apt-get": APT } });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(calls, ["apt-get update", "apt-get install -y mesa-vulkan-drivers libvulkan1"]);
  assertStringIncludes(stdout, "a WebGPU adapter is ready");
});

unixTest("setup.sh uses sudo for apt-get when not root, and asks for root without it", async () => {
  const stubs = { "apt-get": APT, sudo: SUDO };
  const { code, calls } = await setUp({ deno: "2.9.6", user: "someone", stubs });
  assertEquals(code, 0);
  assertEquals(calls, [
    "sudo apt-get update",
    "apt-get update",
    "sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y mesa-vulkan-drivers libvulkan1",
    "apt-get install -y mesa-vulkan-drivers libvulkan1",
  ]);
  const alone = await setUp({ deno: "2.9.6", user: "someone", stubs: { "apt-get": APT } });
  assertEquals([alone.code, alone.calls], [1, []]);
  assertStringIncludes(
    alone.stderr,
    "as root: apt-get update && apt-get install -y mesa-vulkan-drivers libvulkan1",
  );
});

unixTest("setup.sh shows why apt-get failed, and when its driver does not help", async () => {
  const failing = await setUp({ deno: "2.9.6", stubs: { "apt-get": FAILS } });
  assertEquals(failing.code, 1);
  assertStringIncludes(failing.stderr, "| it broke here");
  assertStringIncludes(failing.stderr, "apt-get could not install mesa-vulkan-drivers libvulkan1");
  const useless = await setUp({ deno: "2.9.6", stubs: { "apt-get": ":" } });
  assertEquals(useless.code, 1);
  assertStringIncludes(useless.stderr, "still no WebGPU adapter");
});

unixTest("setup.sh names the driver's package on other systems", async () => {
  const packages = { dnf: "mesa-vulkan-drivers", pacman: "vulkan-swrast", apk: "mesa-vulkan-swrast" };
  for (const [manager, name] of Object.entries(packages)) {
    const { code, stderr, calls } = await setUp({ deno: "2.9.6", stubs: { [manager]: ":" } });
    assertEquals([code, calls], [1, []]);
    assert(stderr.includes(manager) && stderr.includes(name), stderr);
  }
  const mac = await setUp({ deno: "2.9.6", system: "Darwin" });
  assertEquals(mac.code, 1);
  assertStringIncludes(mac.stderr, "macOS needs no driver");
});

unixTest("setup.sh refuses what it does not know, before it does anything", async () => {
  for (const args of [["--test"], ["--tests", "now"], [""]]) {
    const { code, stderr, calls } = await setUp({ args, stubs: { npm: NPM, "apt-get": APT } });
    assertEquals([code, calls], [1, []]);
    assertStringIncludes(stderr, `error: arguments are ${args.join(" ")}, wanted none or --tests`);
  }
});

unixTest("setup.sh has nothing left to do the second time", async () => {
  const stubs = { npm: NPM, "apt-get": APT };
  const { code, stdout, stderr, calls } = await setUp({ stubs }, 2);
  assertEquals([code, stdout, stderr], [0, "", ""]);
  assertEquals(calls.length, 3);
});
