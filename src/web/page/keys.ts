/** Keys of actions. @module */

/** The keys of an action: names as `KeyboardEvent.key` has them, in lower case, and what a button shows. */
export interface ActionKeys {
  readonly keys: readonly string[];
  readonly sign: string;
}

/** Words of actions with the keys that people expect. */
const known: readonly (readonly [RegExp, ActionKeys])[] = [
  [/\bno\b/, { keys: ["arrowdown"], sign: "↓" }],
  [/left|west|-1/, { keys: ["arrowleft", "a"], sign: "←" }],
  [/right|east|\+1/, { keys: ["arrowright", "d"], sign: "→" }],
  [/up\b(?!.*pick)|north/, { keys: ["arrowup", "w"], sign: "↑" }],
  [/down|south/, { keys: ["arrowdown", "s"], sign: "↓" }],
  [/pick/, { keys: ["p", " "], sign: "P" }],
  [/drop/, { keys: ["o", "enter"], sign: "O" }],
  [/fire/, { keys: [" ", "f"], sign: "F" }],
  [/wait/, { keys: ["."], sign: "." }],
];

/** The keys of each action, by their names; one that says nothing has its number. */
export function keysOf(actions: readonly string[]): readonly ActionKeys[] {
  return actions.map((name, i) => {
    const found = /pick|drop/.test(name) ? known.slice(5) : known;
    const [, keys] = found.find(([word]) => word.test(name)) ?? [];
    const number = i < 10 ? [`${i}`] : [];
    return keys ? { ...keys, keys: [...keys.keys, ...number] } : { keys: number, sign: number[0] ?? "" };
  });
}
