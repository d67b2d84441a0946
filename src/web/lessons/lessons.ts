/** The lessons, in the order of their sources. @module */
import { episodes } from "./episodes.ts";
import { gridworld } from "./gridworld.ts";
import { handsOn } from "./hands_on.ts";
import type { Lesson } from "./lesson.ts";
import { phases } from "./phases.ts";
import { tables } from "./tables.ts";
import { tutorial } from "./tutorial.ts";

/** From A to F. */
export const lessons: readonly Lesson[] = [gridworld, episodes, tutorial, phases, tables, handsOn];
