/** Faults of teaching systems by the names that configs of lessons give them. @module */
import { makeEnv, registerEnvironment } from "../../../envs/environment_registry.ts";
import { registerHead } from "../../../learner/kinds.ts";
import { AnyDoor, LimitEnds } from "./faulty_environments.ts";
import { faultyHead, type TargetFault, targetFaults } from "./faulty_head.ts";

let registered = false;

/**
 * Makes faults known to configs: the heads of {@linkcode targetFaults}, `CartPole-v0-limit-ends`, `CartPole-v1-limit-ends` and
 * `Rooms-v0-any-door`.
 */
export function registerFaults(): void {
  if (registered) return;
  registered = true;
  for (const kind of Object.keys(targetFaults) as TargetFault[]) {
    registerHead({ kind, create: () => faultyHead(kind) });
  }
  for (const id of ["CartPole-v0", "CartPole-v1"]) {
    registerEnvironment({ id: `${id}-limit-ends`, create: () => new LimitEnds(makeEnv(id)) });
  }
  registerEnvironment({ id: "Rooms-v0-any-door", create: () => new AnyDoor(), maxEpisodeSteps: 100 });
}
