/** States of the package MinAtar as those of our games. @module */
import { asterix } from "../../../src/envs/minatar/asterix.ts";
import { breakout } from "../../../src/envs/minatar/breakout.ts";
import { freeway } from "../../../src/envs/minatar/freeway.ts";
import { seaquest } from "../../../src/envs/minatar/seaquest.ts";
import { encode } from "../../../src/envs/minatar/swimmers.ts";
import { spaceInvaders } from "../../../src/envs/minatar/space_invaders.ts";
import type { Game, GameState } from "../../../src/envs/minatar/game.ts";
import type { GoldenGameState } from "../../golden.ts";

/** A game, and its state from a recorded one. */
export interface RecordedGame {
  readonly game: Game;
  readonly stateOf: (recorded: GoldenGameState) => GameState;
}

/** By the package's names. */
export const recordedGames: Readonly<Record<string, RecordedGame>> = {
  breakout: {
    game: breakout,
    stateOf: (recorded) => ({
      paddle: recorded.pos,
      ballX: recorded.ball_x,
      ballY: recorded.ball_y,
      lastX: recorded.last_x,
      lastY: recorded.last_y,
      right: recorded.ball_dir === 1 || recorded.ball_dir === 2 ? 1 : 0,
      down: recorded.ball_dir >= 2 ? 1 : 0,
      struck: Number(recorded.strike),
      bricks: integers(recorded.brick_map.slice(1, 4), bits),
    }),
  },
  freeway: {
    game: freeway,
    stateOf: ({ cars, ...recorded }) => ({
      row: recorded.pos,
      wait: recorded.move_timer,
      left: recorded.terminate_timer,
      carX: integers(cars, ([x]) => x),
      carWait: integers(cars, ([_x, _y, wait]) => wait),
      carPace: integers(cars, ([_x, _y, _wait, speed]) => Math.abs(speed)),
      carRight: integers(cars, ([_x, _y, _wait, speed]) => speed > 0 ? 1 : 0),
    }),
  },
  asterix: {
    game: asterix,
    stateOf: ({ entities, ...recorded }) => ({
      playerX: recorded.player_x,
      playerY: recorded.player_y,
      movePace: recorded.move_speed,
      moveWait: recorded.move_timer,
      spawnPace: recorded.spawn_speed,
      spawnWait: recorded.spawn_timer,
      ramps: recorded.ramp_index,
      rampWait: recorded.ramp_timer,
      kind: integers(entities, (one) => one === null ? 0 : one[3] ? 2 : 1),
      x: integers(entities, (one) => one?.[0] ?? 0),
      right: integers(entities, (one) => Number(one?.[2] ?? 0)),
    }),
  },
  seaquest: {
    game: seaquest,
    stateOf: (recorded) => ({
      subX: recorded.sub_x,
      subY: recorded.sub_y,
      right: Number(recorded.sub_or),
      shotWait: recorded.shot_timer,
      surfaced: Number(recorded.surface),
      oxygen: recorded.oxygen,
      aboard: recorded.diver_count,
      movePace: recorded.move_speed,
      spawnPace: recorded.e_spawn_speed,
      ramps: recorded.ramp_index,
      spawnWait: recorded.e_spawn_timer,
      diverWait: recorded.d_spawn_timer,
      shots: swimmers(recorded.f_bullets, "shots"),
      bombs: swimmers(recorded.e_bullets, "bombs"),
      fish: swimmers(recorded.e_fish, "fish"),
      subs: swimmers(recorded.e_subs, "subs"),
      divers: swimmers(recorded.divers, "divers"),
    }),
  },
  space_invaders: {
    game: spaceInvaders,
    stateOf: (recorded) => ({
      cannon: recorded.pos,
      cannonWait: recorded.shot_timer,
      right: recorded.alien_dir > 0 ? 1 : 0,
      movePace: recorded.enemy_move_interval,
      moveWait: recorded.alien_move_timer,
      alienWait: recorded.alien_shot_timer,
      ramps: recorded.ramp_index,
      aliens: integers(recorded.alien_map, bits),
      shots: integers(recorded.f_bullet_map, bits),
      bombs: integers(recorded.e_bullet_map, bits),
    }),
  },
};

// deno-lint-ignore no-explicit-any -- what a recorded list holds is the game's own
function integers(list: readonly any[], of: (one: any) => number): Int32Array {
  return Int32Array.from(list, of);
}

/** A row of zeros and ones as bits, column 0 lowest. */
function bits(row: readonly number[]): number {
  return row.reduce((sum, one, x) => sum + (one ? 1 << x : 0), 0);
}

/** Recorded lists of column, row, direction and, where they have them, steps until they move and until they shoot. */
// deno-lint-ignore no-explicit-any -- a list of numbers and a boolean
function swimmers(list: readonly any[], name: keyof typeof seaquest.ranges): Int32Array {
  const words = new Int32Array(seaquest.ranges[name].count!);
  words.set(list.map(([x, y, right, wait = 0, shot = 0]) => encode({ x, y, right, wait, shot })));
  return words;
}
