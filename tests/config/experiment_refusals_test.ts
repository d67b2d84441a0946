import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { experimentNames, loadExperiment } from "../../src/config/experiment.ts";
import { UsageError } from "../../src/core/errors.ts";
import { gamma, load, problems, usual, withExperiment } from "./experiments.ts";

Deno.test("loadExperiment refuses more than 1,000,000 runs by their number, before it lays them out", async () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i + 1) / 2000);
  const vary = { "agent.gamma": values, "agent.target.tau": values };
  const seeds = Array.from({ length: 2000 }, (_, i) => i);
  const started = performance.now();
  assertEquals(await problems({ vary, seeds }), [
    "2,000,000,000 runs: 1,000,000 configurations, each with 2,000 seeds; wanted at most 1,000,000",
  ]);
  assertLess(performance.now() - started, 5000); // To lay out 1,000,000 configurations takes many minutes.
  const named = Array.from({ length: 11 }, (_, i) => ({ name: `${i}` }));
  assertEquals(
    await problems({ configurations: named, seeds: Array.from({ length: 100_000 }, (_, i) => i) }),
    [
      "1,100,000 runs: 11 configurations, each with 100,000 seeds; wanted at most 1,000,000",
    ],
  );
});

Deno.test("loadExperiment refuses to set what configurations vary, and what leads nowhere", async () => {
  const message = async (keys: Record<string, unknown>, ...set: string[]) =>
    (await withExperiment(
      { ...usual, ...keys },
      (path) => assertRejects(() => loadExperiment(path, { set }), UsageError),
    ))
      .message;
  const target = { "agent.target": [{ tau: 1, every: 8, unit: "update" }, { kind: "none" }] };
  assertEquals(
    await message({ vary: { ...gamma, ...target } }, "agent.gamma=1", "agent.target.tau=0.1", "budget.steps"),
    "Cannot set values of the experiment\n" +
      "  agent.gamma=1: the experiment varies agent.gamma, wanted another key\n" +
      "  agent.target.tau=0.1: the experiment varies agent.target, wanted another key\n" +
      "  budget.steps: wanted KEY=VALUE, as in agent.gamma=0.9",
  );
  const named = { configurations: [{ name: "a" }, { name: "b", set: { "budget.steps": 9 } }] };
  assertEquals(
    await message(named, "budget.steps=7"),
    "Cannot set values of the experiment\n  budget.steps=7: the experiment varies budget.steps, wanted another key",
  );
  assertEquals(
    (await message({ vary: gamma }, "seed=3")).split("\n")[1],
    '  seed: set by the experiment, wanted the key "seeds"',
  );
  assertEquals(
    (await message({ vary: gamma }, "agent.gama=1")).split("\n")[1],
    '  agent.gama: unknown key; did you mean "gamma"?',
  );
});

Deno.test("loadExperiment names every key that is unknown, and the nearest", async () => {
  assertEquals(await problems({ vary: { "agent.gama": [0.9, 0.99] }, set: { "agent.hidden.x": 1 } }), [
    "agent.hidden is [8], wanted an object",
    'agent.gama: unknown key; did you mean "gamma"?',
  ]);
  // That a network cannot learn Taxi as it is would only mislead.
  const onehot = { "environment.id": "Taxi-v4", "environment.wraper": [{ kind: "one-hot" }] };
  assertEquals(await problems({ vary: gamma, set: onehot }), [
    'environment.wraper: unknown key; did you mean "wrappers"?',
  ]);
  assertEquals(await problems({ varry: gamma, vary: gamma }), ['varry: unknown key; did you mean "vary"?']);
});

Deno.test("loadExperiment names every value that the config refuses, in all configurations", async () => {
  assertEquals(
    await problems({ vary: { "agent.gamma": [0.9, 1.5, 2], "agent.target.tau": [0, 1] } }),
    [
      "agent.target.tau: 0, wanted a number above 0 and at most 1",
      "agent.gamma: 1.5, wanted a number from 0 to 1",
      "agent.gamma: 2, wanted a number from 0 to 1",
    ],
  );
  const [message, ...more] = await problems({ set: { "environment.id": "CartPole-v7" }, vary: gamma });
  assert(message!.startsWith('Cannot make environment: id is "CartPole-v7", wanted one of'), message);
  assertEquals(more, []);
});

Deno.test("loadExperiment names what is wrong in the file", async () => {
  const cases: [Record<string, unknown>, string[]][] = [
    [{}, ["vary: missing, wanted one of vary and configurations"]],
    [{ vary: {} }, ["vary: {}, wanted at least one key"]],
    [{ vary: gamma, configurations: [{ name: "a" }] }, [
      'configurations: [{"name":"a"}], wanted one of vary and configurations',
    ]],
    [{ vary: { "agent.gamma": [] } }, ["vary.agent.gamma: [], wanted at least one value"]],
    [{ vary: { "agent.gamma": 0.9 } }, [
      "vary.agent.gamma: 0.9, wanted a list of values, or an object with low and high",
    ]],
    [{ vary: { "agent.gamma": [0.9, 0.9] } }, ["vary.agent.gamma: [0.9,0.9], wanted values that differ"]],
    [{ vary: { "agent.gamma": { low: 0, high: 1 } } }, [
      'vary.agent.gamma: {"low":0,"high":1}, wanted a list of values: a range needs search "random"',
    ]],
    [{ vary: { "agent.gamma": { low: 1, high: 1 } }, search: "random", samples: 2 }, [
      "vary.agent.gamma.high: 1, wanted a number above low, which is 1",
    ]],
    [{ vary: { "agent.gamma": { low: 0, high: 1, scale: "log" } }, search: "random", samples: 2 }, [
      'vary.agent.gamma.low: 0, wanted a number above 0 for scale "log"',
    ]],
    [{ vary: { "agent.gamma": { low: 0, high: 1.5, integer: true } }, search: "random", samples: 2 }, [
      "vary.agent.gamma.high: 1.5, wanted an integer, as integer is true",
    ]],
    [{ vary: gamma, search: "random" }, [
      'samples: missing, wanted a number of configurations for search "random"',
    ]],
    [{ vary: gamma, samples: 3 }, ['samples: 3, wanted none without search "random"']],
    [{ configurations: [{ name: "a\x1b[2J" }] }, [
      'configurations[0].name: "a\\u001b[2J", wanted a name without control characters',
    ]],
    [{ configurations: [{ name: "a" }], search: "random", samples: 1 }, [
      'search: "random", wanted "grid" beside configurations',
    ]],
    [{ configurations: [{ name: "a" }, { name: "a" }] }, [
      'configurations: [{"name":"a"},{"name":"a"}], wanted names that differ',
    ]],
    [{ vary: gamma, seeds: [] }, ["seeds: [], wanted at least one seed"]],
    [{ vary: gamma, seeds: [1, 1] }, ["seeds: [1,1], wanted seeds that differ"]],
    [{ vary: gamma, seeds: [-1] }, ["seeds[0]: -1, wanted an integer from 0 to 4294967295"]],
    [{ vary: gamma, set: { seed: 3 } }, ['seed: set by the experiment, wanted the key "seeds"']],
    [{ vary: gamma, counts: 10 }, ['counts: 10, wanted none for an experiment of kind "training"']],
    [{ vary: gamma, kind: "schedule", seeds: [1], threshold: 2 }, [
      'seeds: [1], wanted none for an experiment of kind "schedule"',
      'threshold: 2, wanted none for an experiment of kind "schedule"',
    ]],
    [{ configurations: [{ name: "a", set: { "agent.kind": "random" } }], kind: "schedule" }, [
      'agent.kind: "random", wanted an agent that has a schedule of exploration',
    ]],
  ];
  for (const [keys, wanted] of cases) assertEquals(await problems(keys), wanted);
});

Deno.test("loadExperiment names the experiments, and the base that is not there", async () => {
  const known = experimentNames().join(", ");
  const failure = async (name: string) =>
    (await assertRejects(() => loadExperiment(name), UsageError)).message;
  assertEquals(
    await failure("td-cartpole-gri"),
    `Cannot find experiment "td-cartpole-gri", wanted one of ${known}, or the path of a .json file; ` +
      'did you mean "td-cartpole-grid"?',
  );
  assertEquals(await failure("/nowhere/a.json"), "Cannot read /nowhere/a.json: there is no such file");
  const error = await assertRejects(() => load({ base: "cartpol", vary: gamma }), UsageError);
  assert(error.message.startsWith('Cannot find preset "cartpol", wanted one of '), error.message);
});

Deno.test("loadExperiment refuses an agent that does not fit its environment, before anything runs", async () => {
  const [line] = await problems({ set: { "environment.id": "Taxi-v4" }, vary: gamma });
  assertEquals(line!.startsWith("Cannot give Taxi-v4 to a DQN agent"), true, line);
});

Deno.test("loadExperiment refuses to halve what has no rungs, or is compared by what nobody logs", async () => {
  const halving = { grace: 100 };
  const steps = { "budget.steps": 1000 };
  assertEquals((await load({ set: steps, vary: gamma, halving })).halving, {
    reduction: 3,
    grace: 100,
    metric: "evaluationMean",
  });
  const told = (keys: Record<string, unknown>) => problems({ set: steps, vary: gamma, halving, ...keys });
  assertEquals(await told({ halving: { grace: 1000 } }), [
    "halving.grace: 1000, wanted less than budget.steps, which is 1000",
  ]);
  assertEquals(await told({ halving: { grace: 100, reduction: 1 } }), [
    "halving.reduction: 1, wanted an integer from 2 to 1000",
  ]);
  assertEquals(await told({ vary: { "budget.steps": [500, 1000] }, set: {} }), [
    "halving, but budget.steps varies: wanted one for all",
  ]);
  assertEquals(
    await told({ set: { budget: { episodes: 10 } } }),
    [
      "halving, but budget.episodes is set: wanted budget.steps alone",
      "halving, but budget.steps varies: wanted one for all",
    ].slice(0, 1),
  );
  assertEquals(await told({ singlePopulation: true }), [
    "singlePopulation: true, wanted false beside halving, which trains some at a time",
  ]);
  assertEquals(
    await told({ halving: { grace: 100, metric: "evaluationMeen" } }).then(([line]) => line!.slice(0, 40)),
    'halving.metric: "evaluationMeen", wanted',
  );
  assertEquals(await told({ halving: { grace: 100, metric: "validation/loss" } }), [
    'halving.metric: "validation/loss", wanted another metric, or the key "validation": without it there are ' +
    "no held-out transitions",
  ]);
});
