import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { DivergenceError } from "../../src/core/errors.ts";
import type { Progress, TrainEvent } from "../../src/core/events.ts";
import type { State } from "../../src/core/state.ts";
import type { StateKeeper } from "../../src/train/member_run.ts";
import { withoutRows } from "./kept_in_memory.ts";

/** Keeps states in memory, at each multiple of 60 steps. */
class Memory implements StateKeeper {
  kept: { readonly state: State; readonly step: number }[] = [];

  due({ step }: Progress) {
    return { step: 60 * (Math.floor(step / 60) + 1) };
  }

  wants({ step }: Progress): boolean {
    return step > 0 && step % 60 === 0;
  }

  async keep(state: State, { step }: Progress): Promise<void> {
    this.kept.push({ state: await withoutRows(state), step });
  }

  latest(): Promise<State | undefined> {
    return Promise.resolve(this.kept.at(-1)?.state);
  }
}

/** A step size far too large, from the 70th step on. */
function diverging(loop: "host" | "device", onDivergence: RunConfigInput["onDivergence"]): RunConfigInput {
  return {
    environment: { id: "CartPole-v1" },
    loop,
    agent: {
      kind: "dqn",
      hidden: [8],
      loss: { kind: "mse" },
      optimizer: { kind: "sgd", learningRate: 2 ** 40 },
      replay: { capacity: 256, batch: 8, warmup: 70 },
      train: { every: 2, updates: 1 },
    },
    budget: { steps: 240 },
    evaluation: { every: 120, episodes: 2 },
    onDivergence: onDivergence!,
  };
}

for (const loop of ["host", "device"] as const) {
  Deno.test(`TrainingRun goes back to its latest state with half the learning rate until all is well, ${loop} loop`, async () => {
    const keeper = new Memory();
    const events: TrainEvent[] = [];
    const lines: string[] = [];
    const run = await createRun(diverging(loop, { kind: "rollback", times: 60 }), {
      keeper,
      callbacks: [{ notify: (event) => void events.push(event), save: () => null }],
      print: (line) => lines.push(line),
    });
    const end = await run.train();
    run.dispose();
    assertEquals([end.step, end.reason], [240, "budget of 240 steps"]);
    const starts = events.flatMap((event) => event.kind === "start" ? [event.step] : []);
    const times = starts.length - 1;
    assert(times > 20 && times < 60, `${times} times`);
    assertEquals(starts.slice(0, 2), [0, 60]);
    assertEquals(lines.length, times);
    assertStringIncludes(lines[0]!, "wanted a finite number");
    assertStringIncludes(lines.at(-1)!, `with half the learning rate, ${times} of 60 times`);
    const rates = events.flatMap((event) =>
      event.kind === "metrics" ? event.values["learningRate"] ?? [] : []
    );
    assertEquals(rates.at(-1), 2 ** (40 - times));
  });

  Deno.test(`TrainingRun fails once it has gone back as often as it may, ${loop} loop`, async () => {
    const starts: number[] = [];
    const callbacks = [{
      notify: (event: TrainEvent) => void (event.kind === "start" && starts.push(event.step)),
    }];
    for (
      const [onDivergence, times] of [[{ kind: "stop" }, 0], [{ kind: "rollback", times: 2 }, 2]] as const
    ) {
      starts.length = 0;
      const run = await createRun(diverging(loop, onDivergence), {
        keeper: new Memory(),
        callbacks,
        print: () => {},
      });
      await assertRejects(() => run.train(), DivergenceError, "Training diverged: the loss of update");
      run.dispose();
      assertEquals(starts.length, 1 + times);
    }
  });
}

Deno.test("TrainingRun that may go back, but has kept no state, fails and says so", async () => {
  const keeper = new Memory();
  keeper.wants = () => false;
  const lines: string[] = [];
  const run = await createRun(diverging("host", { kind: "rollback", times: 2 }), {
    keeper,
    print: (line) => lines.push(line),
  });
  await assertRejects(() => run.train(), DivergenceError, "Training diverged: the loss of update");
  run.dispose();
  assertEquals(lines, ["there is no state to go back to: none had been kept, see checkpoints.state"]);
});

Deno.test("TrainingRun that has gone back and is resumed goes on with the learning rate that it had come to", async () => {
  const keeper = new Memory();
  const config = diverging("device", { kind: "rollback", times: 60 });
  const first = await createRun(config, { keeper, print: () => {} });
  await first.train();
  const expected = await first.agent.save({ full: true });
  first.dispose();
  const { state } = keeper.kept.find(({ step }, i) => step === 180 && keeper.kept[i + 1]?.step === 240)!;
  const second = await createRun(config, { resume: state, print: () => {} });
  await second.train();
  assertEquals(await second.agent.save({ full: true }), expected);
  second.dispose();
});
