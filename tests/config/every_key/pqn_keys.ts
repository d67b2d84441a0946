/** Keys that the learner of a PQN agent is made with. @module */
import type { Tree } from "../schema_keys.ts";
import { type Case, type Cases, starts } from "./case.ts";
import { handed } from "./learner_keys.ts";

const agent = { kind: "pqn", ...starts["pqn"] };

/** Keys that mean what they do for DQN. */
const common = /^agent\(dqn\)\.(?=hidden|head\(value\)|initialization|gamma|optimizer|clip|exploration)/;

/** A key of PQN, whose head is of one kind. */
const ofPqn = (key: string) => key.replace(common, "agent(pqn).").replace("head(value)", "head");

/** What a case has of an agent, beside its replay. */
function agentOf({ config }: Case): Tree {
  const { replay: _, ...given } = config?.["agent"] as Tree ?? {};
  return { ...given, ...agent, ..."hidden" in given ? { hidden: given["hidden"] } : {} };
}

/** As {@linkcode handed}. */
export const handedToPqn: Cases = {
  ...Object.fromEntries(
    Object.entries(handed).filter(([key]) => common.test(key)).map(([key, cases]) => [
      ofPqn(key),
      cases.map((one) => ({ ...one, config: { agent: agentOf(one) } })),
    ]),
  ),
  "agent(pqn).lambda": [{ values: [0.5, 1], config: { agent }, facts: { "members.lambda": [0.5, 1] } }],
  "agent(pqn).rollout": [{
    values: [8, 16],
    config: { agent },
    facts: { capacity: [8, 16], "members.capacity": [8, 16], batch: [2, 4] },
  }],
  "agent(pqn).minibatches": [{ values: [4, 8], config: { agent }, facts: { batch: [8, 4] } }],
};
