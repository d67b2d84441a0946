/** What watches a run of the page. @module */
import { interrupted, type TrainEvent } from "../../core/events.ts";
import type { Callback } from "../../train/callbacks/callback.ts";
import { Digest } from "./digest.ts";
import { Gate, type GateOptions } from "./gate.ts";
import type { Post } from "./protocol.ts";

/** Holds a run, tells of it, and knows how it is. */
export class Member {
  /** Holds it. */
  readonly gate: Gate;
  /** Tells of it. */
  readonly digest: Digest;
  /** Its probability of a random action. */
  epsilon = 0;
  /** Something else whenever its agent has changed. */
  version = "";
  /** What the run is to tell, in this order. */
  readonly callbacks: readonly Callback[];

  /** Of the run that has this place among those of the page. */
  constructor(member: number, post: Post, gate: Omit<GateOptions, "leftOut">) {
    this.digest = new Digest(post, member);
    this.gate = new Gate({ ...gate, leftOut: (milliseconds) => this.digest.leaveOut(milliseconds) });
    this.callbacks = [
      {
        notify: (event) => {
          this.follow(event);
          if (event.kind !== "end" || event.reason === interrupted) return;
          post({ kind: "memberEnd", member, reason: event.reason, failed: false });
        },
      },
      this.digest,
      this.gate,
    ];
  }

  /** Takes in how far a run of its agent is. */
  follow(event: TrainEvent): void {
    if (event.kind === "progress") this.epsilon = event.epsilon;
    if (event.kind === "progress" || event.kind === "fill") this.version = `${event.step} ${event.update}`;
  }
}
