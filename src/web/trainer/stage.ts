/** What is shown of a run. @module */
import { isDeviceOnly } from "../../config/environments.ts";
import type { TrainingRun } from "../../config/training_run.ts";
import type { Observation, StateGrid } from "../../envs/environment.ts";
import { Player } from "./drawing.ts";
import { Inside } from "./inside/inside.ts";
import type { InsideCommand } from "./inside/news.ts";
import type { Member } from "./member.ts";
import type { WatchCommand } from "./commands.ts";
import type { Frame, Post } from "./protocol.ts";

/** Milliseconds of play that are sent ahead, so that frames do not wait for a chunk of training. */
const ahead = 250;

/** Shows an agent as it is: an episode that it plays, and its inside. */
export class Stage {
  readonly #post: Post;
  #run!: TrainingRun;
  #player: Player | undefined;
  #inside!: Inside;
  #watch: Omit<WatchCommand, "kind"> = { shown: true, manner: "greedy" };
  #shown: InsideCommand = { kind: "inside", views: [] };

  /** Tells `post`. */
  constructor(post: Post) {
    this.#post = post;
  }

  /** Whether its environment can be drawn. */
  get isDrawn(): boolean {
    return this.#player !== undefined;
  }

  /** The sides from which the agent can be seen. */
  get views(): Inside["views"] {
    return this.#inside.views;
  }

  /** Shows this run from here on. */
  show(run: TrainingRun): void {
    const environment = isDeviceOnly(run.config) ? undefined : run.makeEnvironment();
    this.#run = run;
    this.#player = environment?.render ? new Player(run.agent, environment) : undefined;
    this.lookInto(run);
  }

  /** Looks into the agent of this run from here on. @param played The board that is played on, that of the player by default. */
  lookInto(
    run: TrainingRun,
    played: () => StateGrid<Observation> | undefined = () => this.#player?.grid(),
  ): void {
    this.#inside = new Inside(run, played);
    this.#inside.show(this.#shown);
  }

  /** Does what the page asks for. */
  receive(command: WatchCommand | InsideCommand): void {
    if (command.kind === "watch") {
      this.#watch = command;
      return;
    }
    this.#shown = command;
    this.#inside.show(command);
  }

  /** Plays on and looks into the agent, where anybody looks. */
  async go(member: Pick<Member, "epsilon" | "version">): Promise<void> {
    const { shown, manner } = this.#watch;
    if (!shown) return;
    if (this.#player && !(manner === "still" && this.#player.hasPlayed)) {
      const explores = manner === "explore" ? member.epsilon : 0;
      const epsilon = this.#run.config.agent.kind === "random" ? 1 : explores;
      const frames = await this.#player.play(manner === "still" ? 1 : ahead, epsilon);
      if (frames.length > 0) this.tell(frames);
    }
    await this.look(member);
  }

  /** Looks into the agent. */
  async look({ version }: Pick<Member, "version">): Promise<void> {
    const seen = await this.#inside.look(version);
    if (seen) this.#post(seen);
  }

  /** Tells of frames, with where they lie among the values that are shown. */
  tell(frames: readonly Frame[]): void {
    const placed = frames.map((frame) => {
      const place = frame.observation && this.#inside.locate(frame.observation);
      return place ? { ...frame, place } : frame;
    });
    this.#post({ kind: "frames", frames: placed });
  }
}
