/** Greedy episodes of saved agents, to look at. @module */
import { dirname, extname } from "@std/path";
import { UsageError } from "../core/errors.ts";
import { decimal } from "../core/numbers.ts";
import {
  animate,
  type AnimationFormat,
  drawState,
  frameDelay,
  type PlayedEpisode,
  playEpisode,
} from "../train/play.ts";
import { writeAtomically } from "../train/atomic_write.ts";
import { askToDraw, askToWrite } from "./permissions.ts";
import { print } from "../command/printing.ts";
import { isFolder } from "../runs/run_folder.ts";
import { openRun, type OpenRunOptions } from "./saved_run.ts";
import { openViewer } from "./viewer.ts";

/** How {@linkcode playRun} plays. */
export interface PlayRunOptions extends OpenRunOptions {
  readonly episodes: number;
  /** The run's own by default. */
  readonly seed: number | undefined;
  /** Whether noisy layers draw noise, if the config does not say so anyway. */
  readonly noise: boolean;
  /** Milliseconds that a frame is shown. */
  readonly delay: number | undefined;
  /** File of an animation of the first episode. */
  readonly gif: string | undefined;
  /** File of an animation of the first episode. */
  readonly apng: string | undefined;
  /** Whether the episodes are shown in the terminal. */
  readonly terminal: boolean;
}

/**
 * Loads an agent from a run's folder, plays, and prints a line an episode.
 *
 * @throws {UsageError} When the folder is no run, the checkpoint is not whole or another agent's, an animation cannot be
 * written there, or the environment cannot be drawn.
 */
export async function playRun(folder: string, options: PlayRunOptions): Promise<void> {
  const { gif, apng } = options;
  if (gif !== undefined) checkFile(gif, [".gif"]);
  if (apng !== undefined) checkFile(apng, [".png", ".apng"]);
  const files = [gif, apng].filter((file) => file !== undefined);
  await askToDraw({ charts: false, pixels: files.length > 0 || options.terminal });
  for (const file of files) askToWrite(dirname(file)); // With the temporary file beside it.
  const { run } = await openRun(folder, options);
  try {
    const policy = run.policy({ noise: options.noise || undefined });
    const environment = run.makeEnvironment();
    const { id } = run.config.environment;
    const delay = options.delay ?? frameDelay(environment);
    using viewer = options.terminal ? await openViewer(environment, { id, delay: options.delay }) : undefined;
    const pictures: string[] = [];
    for (let i = 0; i < options.episodes; i++) {
      const episode = await playEpisode(policy, environment, {
        seed: run.episodeSeed(i, options.seed),
        async onFrame(_, { step, return: earned }) {
          if (files.length > 0 && i === 0) pictures.push(drawState(environment, { name: id }));
          await viewer?.show(`episode ${i + 1}: step ${step}, return ${decimal(earned)}`);
        },
      });
      viewer?.keep();
      print(`episode ${i + 1}: ${describeEpisode(episode)}`);
      if (i > 0) continue;
      if (gif !== undefined) await writeAnimation(gif, { pictures, format: "gif", delay });
      if (apng !== undefined) await writeAnimation(apng, { pictures, format: "apng", delay });
    }
  } finally {
    run.dispose();
  }
}

/** How an episode went, in words. */
export function describeEpisode({ return: earned, length, terminated, success }: PlayedEpisode): string {
  const won = success === undefined ? "" : success ? ", won" : ", lost";
  return `return ${decimal(earned)}, ${length} steps, ${terminated ? "terminated" : "truncated"}${won}`;
}

/** Throws UsageError unless an animation can be written to `path`: better before the play than after it. */
function checkFile(path: string, extensions: readonly string[]): void {
  const extension = extname(path).toLowerCase();
  if (!extensions.includes(extension)) {
    throw new UsageError(
      `Cannot write the animation ${path}: its extension is "${extension}", wanted ${
        extensions.join(" or ")
      }`,
    );
  }
  const folder = dirname(path);
  if (!isFolder(folder)) {
    throw new UsageError(`Cannot write the animation ${path}: there is no folder ${folder}, wanted one`);
  }
  if (isFolder(path)) {
    throw new UsageError(`Cannot write the animation ${path}: it is a folder, wanted the name of a file`);
  }
}

async function writeAnimation(
  path: string,
  { pictures, format, delay }: {
    readonly pictures: readonly string[];
    readonly format: AnimationFormat;
    readonly delay: number;
  },
): Promise<void> {
  await writeAtomically(path, await animate(pictures, format, { delay }));
  print(`wrote ${path}: ${pictures.length} frames, ${decimal(pictures.length * delay / 1000)} s`);
}
