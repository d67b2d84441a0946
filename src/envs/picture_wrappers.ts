/** Makes the wrappers of pictures known to `wrapEnvironment`. Pages, whose environments show none, do without. @module */
import { FrameStackObservation } from "./frame_stack.ts";
import { GrayscaleObservation } from "./grayscale.ts";
import { ResizeObservation } from "./resize.ts";
import { registerWrapper } from "./wrapper_config.ts";

registerWrapper("grayscale-observation", (env) => new GrayscaleObservation(env));
registerWrapper("resize-observation", (env, options) => new ResizeObservation(env, options));
registerWrapper("frame-stack-observation", (env, options) => new FrameStackObservation(env, options));
