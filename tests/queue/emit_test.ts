import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { type IJob, Job } from "npm:kubernetes-models@5.1.0/batch/v1";
import { parse } from "npm:yaml@2.9.1";
import { parseCommand } from "../../src/command/command.ts";
import { UsageError } from "../../src/core/errors.ts";
import { parseQueueAddress, shownAddress } from "../../src/queue/address.ts";
import { root } from "../pages.ts";
import { task } from "../cli/task.ts";

/** What `deno task worker` prints that is given these. */
async function emitted(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await task("worker", args, { permissions });
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
const permissions: string[] = tasks.worker.command.match(/--allow-\S+/g);

Deno.test("--emit slurm prints a script for sbatch, with what was asked for and the worker's own options", async () => {
  const script = await emitted(
    ...["--emit", "slurm", "--workers", "40", "--cpus", "8", "--memory", "1536M", "--time", "1-12:30:00"],
    ...["--gpus", "1", "--name", "night", "--until-empty", "--jobs", "7"],
    ...["--files", "/shared/it's here", "--work=-scratch"],
  );
  const folder = fromFileUrl(root).replace(/\/$/, "");
  assertEquals(
    script,
    `#!/bin/sh
#SBATCH --job-name=night
#SBATCH --array=0-39
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=8
#SBATCH --mem=1536M
#SBATCH --time=36:30:00
#SBATCH --gres=gpu:1
#SBATCH --signal=B:TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A_%a.log

# QERNEL_QUEUE, the queue's address, comes from where sbatch is called.
cd ${/[^\w@%+=:,.\/-]/.test(folder) ? `'${folder}'` : folder} || exit
# In the shell's place, so that SIGTERM, which has the worker give its job back, comes to it, and once.
exec ${tasks.worker.command} --queue=env '--files=/shared/it'\\''s here' --jobs=7 --until-empty --work=-scratch
`,
  );
});

Deno.test("--emit slurm has a usual value for everything, and no GPU", async () => {
  const script = await emitted("--emit", "slurm");
  const given = [...script.matchAll(/^#SBATCH --([\w-]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
  assertEquals(given, [
    ["job-name", "qernel-worker"],
    ["array", "0-0"],
    ["nodes", "1"],
    ["ntasks", "1"],
    ["cpus-per-task", "2"],
    ["mem", "4G"],
    ["time", "24:00:00"],
    ["signal", "B:TERM@60"],
    ["open-mode", "append"],
    ["output", "%x-%A_%a.log"],
  ]);
});

Deno.test("--emit kubernetes prints an Indexed Job that Kubernetes' schema takes, with a Secret for the address", async () => {
  const manifest = parse(
    await emitted(
      ...["--emit", "kubernetes", "--image", "team/qernel:1", "--workers", "12", "--cpus", "4"],
      ...["--memory", "16G", "--time", "4:00:00", "--gpus", "1", "--secret", "sweeps", "--until-empty"],
      ...["--files", "/files", "--claim", "shared", "--queue", "postgres://me:wr0ng@host/sweeps"],
    ),
  );
  const each = { "cpu": "4", "memory": "16Gi", "nvidia.com/gpu": "1" };
  const wanted = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "qernel-worker" },
    spec: {
      completionMode: "Indexed",
      completions: 12,
      parallelism: 12,
      backoffLimitPerIndex: 3,
      podFailurePolicy: {
        rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
      },
      activeDeadlineSeconds: 14_400,
      template: {
        spec: {
          restartPolicy: "Never",
          terminationGracePeriodSeconds: 60,
          containers: [{
            name: "worker",
            image: "team/qernel:1",
            command: [...tasks.worker.command.split(" "), "--queue=env", "--files=/files", "--until-empty"],
            env: [
              {
                name: "QERNEL_QUEUE",
                valueFrom: { secretKeyRef: { name: "sweeps", key: "address" } },
              },
              { name: "NVIDIA_DRIVER_CAPABILITIES", value: "all" },
            ],
            resources: { requests: each, limits: each },
            volumeMounts: [{ name: "files", mountPath: "/files" }],
          }],
          volumes: [{ name: "files", persistentVolumeClaim: { claimName: "shared" } }],
        },
      },
    },
  } as const satisfies IJob; // Which refuses names that Kubernetes has not; the schema passes over them.
  assertEquals(manifest, wanted);
  new Job(manifest).validate();
});

Deno.test("--emit kubernetes takes the key of a bucket from the Secret, as far as that has it, and mounts nothing", async () => {
  const manifest = parse(
    await emitted(
      "--emit",
      "kubernetes",
      "--image",
      "q",
      "--secret",
      "sweeps",
      "--files",
      "s3://sweeps/ours",
    ),
  );
  new Job(manifest).validate();
  const { volumes, containers: [{ command, env, volumeMounts }] } = manifest.spec.template.spec;
  assertEquals([volumes, volumeMounts, command.at(-1)], [undefined, undefined, "--files=s3://sweeps/ours"]);
  const [, ...variables] = env;
  assertEquals(
    variables,
    [
      ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"],
      ...["AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"],
    ].map((name) => ({ name, valueFrom: { secretKeyRef: { name: "sweeps", key: name, optional: true } } })),
  );
});

Deno.test("--emit kubernetes has a usual value for everything but the image", async () => {
  const manifest = parse(await emitted("--emit", "kubernetes", "--image", "q"));
  new Job(manifest).validate();
  const { completions, activeDeadlineSeconds, template: { spec } } = manifest.spec;
  assertEquals([completions, activeDeadlineSeconds, spec.volumes], [1, 86_400, undefined]);
  const [{ env, resources, volumeMounts }] = spec.containers;
  assertEquals([env.length, volumeMounts], [1, undefined]);
  assertEquals(env[0].valueFrom.secretKeyRef, { name: "qernel-queue", key: "address" });
  assertEquals(resources, {
    requests: { cpu: "2", memory: "4Gi" },
    limits: { cpu: "2", memory: "4Gi" },
  });
});

Deno.test("a schema of Kubernetes refuses what --emit does not print", () => {
  const template = { spec: { containers: [{ name: "worker", image: "q" }], restartPolicy: "Never" } };
  new Job({ spec: { template } } as IJob).validate();
  for (const spec of [{ template, parallelism: "2" }, { template, completionMode: "indexed" }, {}]) {
    assertThrows(() => new Job({ spec } as unknown as IJob).validate());
  }
});

Deno.test("leave to start programs is handed on to the workers", async () => {
  const { stdout } = await task("worker", ["--emit", "slurm"], {
    permissions: [...permissions, "--allow-run"],
  });
  assertStringIncludes(stdout, `exec ${tasks["worker:gymnasium"].command} `);
});

Deno.test("an address stands in the script where it holds no password, and nowhere else", async () => {
  const open = "postgres://me@host:5433/sweeps?sslmode=verify-full";
  const script = await emitted("--emit", "slurm", "--queue", open);
  assertStringIncludes(script, `'--queue=${open}'`);
  assertStringIncludes(script, "# The queue's password comes from ~/.pgpass, ");
  const closed = await emitted("--emit", "slurm", "--queue", "postgres://me:wr0ng@host/sweeps");
  assertStringIncludes(closed, "--queue=env");
  const pods = await emitted("--emit", "kubernetes", "--image", "q", "--queue", open);
  for (const text of [closed, pods]) assert(!/wr0ng|@host/.test(text), text);
});

Deno.test("shownAddress() shows no password, nor what may be a part of one", () => {
  const shown = (text: string) => shownAddress(parseQueueAddress(text));
  for (
    const open of [
      "postgres://me@host:5433/sweeps",
      "postgresql://host/sweeps",
      "postgres:///sweeps?host=/run/postgresql&user=me",
      "postgres://[::1]:5432/sweeps",
    ]
  ) assertEquals(shown(open), open);
  for (
    const closed of [
      "postgres://me:secret@host/sweeps",
      "postgres://me:@host/sweeps",
      "postgres://me:a@b@host/sweeps",
      "postgres://me:12/secret@host/sweeps",
      "postgres://me:12?secret@host/sweeps",
      "postgres://me@host/sweeps?password=secret",
      "postgres://me@host/sweeps?a=b&PASSWORD=secret",
      "postgres://me@host/sweeps?pass%77ord=secret",
    ]
  ) assertEquals(shown(closed), undefined, closed);
});

Deno.test("what makes no workers is refused in a sentence", async () => {
  const { emitWorkers } = await import("../../src/cli/emit_workers.ts");
  const { emitOptions, givenCluster } = await import("../../src/cli/emit_options.ts");
  const { filesOption, queueOption } = await import("../../src/cli/queue_option.ts");
  const options = [queueOption, filesOption, ...emitOptions];
  const refused = (...args: readonly string[]) =>
    assertThrows(() => {
      const given = parseCommand({ usage: "", summary: "", options, positionals: [0, 0] }, args);
      const cluster = givenCluster(given);
      if (cluster) emitWorkers(given, cluster, [filesOption]);
    }, UsageError).message;
  const size = /wanted a size as in 512M or 4G$/;
  const time = /wanted hours, minutes and seconds as in 4:00:00, of at least 0:03:00$/;
  const name = /wanted at most 57 of a to z, 0 to 9 and -, neither first nor last a -$/;
  const cases: readonly (readonly [args: string, says: RegExp])[] = [
    ["--emit slrum", /^Option --emit is "slrum", wanted slurm or kubernetes; did you mean "slurm"\?$/],
    ...emitOptions.slice(1, 7).map(({ name }) =>
      [
        `--${name} 1`,
        new RegExp(`^Option --${name} is of workers on a cluster, wanted --emit beside it$`),
      ] as const
    ),
    [
      "--emit slurm --image a",
      /^Option --image is of workers on a cluster, wanted --emit kubernetes beside it$/,
    ],
    ["--secret a", /^Option --secret is of workers on a cluster, wanted --emit kubernetes beside it$/],
    [
      "--emit slurm --claim a",
      /^Option --claim is of workers on a cluster, wanted --emit kubernetes beside it$/,
    ],
    ["--emit slurm --workers 0", /^Option --workers is "0", wanted an integer from 1 to 100000$/],
    ["--emit slurm --cpus x", /^Option --cpus is "x", wanted an integer from 1 to 1024$/],
    ["--emit slurm --gpus 2", /^Option --gpus is "2", wanted an integer from 0 to 1$/],
    ...["4", "4g", "0G", "1.5G", "4GiB", "-4G"].map((text) =>
      [`--emit slurm --memory=${text}`, size] as const
    ),
    ...["60", "0:02:59", "1:60:00", "4:00", "1-0", "-1:00:00"].map((text) =>
      [`--emit slurm --time=${text}`, time] as const
    ),
    ...["Worker", "a_b", "-a", "a-", "a".repeat(58)].map((text) =>
      [`--emit slurm --name=${text}`, name] as const
    ),
    ["--emit slurm --queue mysql://a:wr0ng@b/c", /^Cannot use the queue: its address is not one of Postgres/],
    ["--emit kubernetes", /^Cannot emit a Job: no image is named, wanted --image IMAGE, /],
    [
      "--emit kubernetes --image a;b",
      /^Option --image is "a;b", wanted the name of an image, as in team\/qernel:1$/,
    ],
    ["--emit kubernetes --image a --secret A", name],
    [
      "--emit kubernetes --image a --files /a",
      /^Cannot emit a Job: no volume holds \/a, wanted --claim NAME, /,
    ],
    [
      "--emit kubernetes --image a --claim a",
      /^Option --claim is where files are kept, wanted --files DIR beside it$/,
    ],
    [
      "--emit kubernetes --image a --claim a --files s3://b",
      /^Option --claim is where files are kept, wanted --files DIR beside it$/,
    ],
    ["--emit kubernetes --image a --claim A --files /a", name],
    ["--emit kubernetes --image a --claim a --files b", /^Option --files is "b", wanted a path from \/ on /],
  ];
  for (const [args, says] of cases) assertMatch(refused(...args.split(" ")), says, args);

  const { code, stdout, stderr } = await task("worker", ["--gpus", "1"], { permissions });
  assertEquals([code, stdout, stderr], [
    2,
    "",
    "error: Option --gpus is of workers on a cluster, wanted --emit beside it\n",
  ]);
});
