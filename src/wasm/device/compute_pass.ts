/** Compute passes: dispatches as they are recorded. @module */
import { BindGroup } from "./bind_group.ts";
import type { ComputePipeline } from "./pipeline.ts";
import type { Recording } from "./recording.ts";

/** What a pass has of WebGPU's. */
type PassFace = Pick<
  GPUComputePassEncoder,
  "label" | "setPipeline" | "setBindGroup" | "dispatchWorkgroups" | "end"
>;

/** A pass of dispatches, which run one after another. */
export class ComputePass implements PassFace {
  /** Its name. */
  label: string;
  readonly #recording: Recording;
  readonly #onEnd: () => void;
  #pipeline: ComputePipeline | undefined;
  #group: BindGroup | undefined;
  #ended = false;

  /** `onEnd` is called when the pass ends. */
  constructor(label: string, recording: Recording, onEnd: () => void) {
    this.label = label;
    this.#recording = recording;
    this.#onEnd = onEnd;
  }

  /** Sets what the next dispatches run. */
  setPipeline(pipeline: ComputePipeline): undefined {
    this.#pipeline = pipeline;
  }

  /** Sets what the next dispatches run on. There is group 0 alone. */
  setBindGroup(index: number, group: BindGroup | null): undefined {
    if (index !== 0) this.#recording.refuse(`group ${index} is set, wanted group 0`);
    else this.#group = group ?? undefined;
  }

  /** Records a dispatch. */
  dispatchWorkgroups(x: number, y = 1, z = 1): undefined {
    const pipeline = this.#pipeline;
    // The same dispatch again, as in a program that is run many times, is told by nothing but comparisons.
    const latest = this.#group?.latest;
    if (
      latest?.pipeline === pipeline && latest?.x === x && latest.y === y && latest.z === z && !this.#ended
    ) {
      this.#recording.commands.push(latest);
      return;
    }
    if (this.#ended) return this.#refuse("a dispatch comes after the end of its pass");
    if (!pipeline) return this.#refuse("a dispatch comes before a pipeline is set");
    const group = this.#group ?? (pipeline.layout.bindings?.size === 0 ? emptyGroup(pipeline) : undefined);
    if (!group) return this.#refuse(`no bind group is set for ${pipeline}`);
    this.#recording.add(() => group.dispatch(pipeline, [x, y, z]));
  }

  /** Ends the pass. */
  end(): undefined {
    if (this.#ended) return this.#refuse("a pass is ended twice");
    this.#ended = true;
    this.#onEnd();
  }

  #refuse(problem: string): undefined {
    this.#recording.refuse(problem);
  }
}

function emptyGroup({ context, layout }: ComputePipeline): BindGroup {
  return new BindGroup(context, { layout, entries: [] });
}
