/**
 * Makes the ids of Gymnasium's environments known to `makeEnv`, and the wrappers of the pictures that they show to
 * `wrapEnvironment`. Pages do without this file, as they have no Python.
 *
 * @module
 */
import { excerpt } from "../../core/errors.ts";
import { checkTimeLimit, registerEnvironmentFamily } from "../environment_registry.ts";
import "../picture_wrappers.ts";
import { Gymnasium, gymnasiumPrefix } from "./gymnasium.ts";

registerEnvironmentFamily({
  prefix: gymnasiumPrefix,
  rest: "the id of one of the Python package's",
  make(id, { maxEpisodeSteps, ...options }) {
    if (maxEpisodeSteps === undefined) return new Gymnasium(id, { options });
    if (maxEpisodeSteps !== null) {
      checkTimeLimit(`Cannot make environment "${excerpt(id)}"`, maxEpisodeSteps);
    }
    return new Gymnasium(id, { options, maxEpisodeSteps });
  },
});
