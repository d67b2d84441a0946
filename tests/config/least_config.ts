/** The least that a run config may hold. @module */

/** Everything else takes its default. */
export const least = { environment: { id: "CartPole-v1" }, budget: { steps: 1000 } };
