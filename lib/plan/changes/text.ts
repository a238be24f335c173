/**
 * Changes as text for the terminal and as JSON for programs.
 *
 * @module
 */
import { count } from "../../base/sizes.ts";
import type { Instance } from "../../instance/instance.ts";
import { refOf } from "../world.ts";
import type { Change, ChangePart, Changes, Why } from "./change.ts";

/** The version of the JSON. */
export const CHANGES_FORM = 1;

const WHAT: Readonly<Record<ChangePart, string>> = {
  "instance": "instance",
  "state": "state",
  "type": "type",
  "image": "image",
  "profiles": "profile",
  "profile devices": "device",
  "profile keys": "key",
  "devices": "own device",
  "keys": "own key",
  "filesystems": "filesystem",
  "cloud-config": "cloud-config",
  "hooks": "hook",
  "secrets": "secret",
  "checks": "checks",
  "guest": "guest",
};

const WHY: Readonly<Record<Why, string>> = {
  missing: "it does not exist",
  file: "changed in the file",
  hand: "changed by hand",
  both: "changed in the file and by hand",
  differs: "differs; no record tells who changed it",
  after: "it comes after an instance that starts",
  unchecked: "they have not passed since the last change",
  awaited: "an instance waits until they pass",
};

const TAKES: Readonly<Record<Change["takes"], string>> = {
  nothing: "",
  restart: ", takes a restart",
  rebuild: ", takes a rebuild",
  launch: ", takes a delete and a launch",
  bootstrap: ", takes --bootstrap",
};

const MOVES = ", takes --move-devices, as the data stays where it is";

const DELETES = ", and deleted, as nothing else has it";

/** Returns a change as one line. */
export function changeLine(
  { sign, part, name, from, to, why, takes, auto, moves, deletes }: Change,
): string {
  const what = `${part === "profiles" && name === "" ? "order of profiles" : WHAT[part]}${
    name ? ` ${name}` : ""
  }`;
  const values = sign === "~" && from !== undefined && to !== undefined
    ? `: ${from} -> ${to}`
    : sign === "-" && from !== undefined
    ? `: ${from}`
    : to !== undefined
    ? `: ${to}`
    : "";
  return `${sign} ${what}${values} (${part === "guest" ? "changed in the instance" : WHY[why]}${
    TAKES[takes]
  }${auto ? ", which up does" : ""}${moves ? MOVES : ""}${deletes ? DELETES : ""})`.replaceAll(
    /[\r\n]+/g,
    " ",
  );
}

/** The changes of one instance. */
export interface InstanceChanges extends Changes {
  readonly instance: Instance;
  /** The number of things in the instance that were compared, and of those that could not be. */
  readonly guest?: { readonly compared: number; readonly unknown: number };
  /** Differences of files in it. */
  readonly diffs?: readonly { readonly path: string; readonly diff: string }[];
}

/** Returns changes as lines, with the flags before them that count for this run only, and the count at the end. */
export function changesText(all: readonly InstanceChanges[], given: readonly string[] = []): string {
  const parts = all.flatMap(({ instance, changes, guest, diffs = [] }) => [
    ...changes.length === 0
      ? [`${instance.name}: up to date${guest ? `, with ${count(guest.compared, "thing")} in it` : ""}`]
      : [`${instance.name}:`, ...changes.map((one) => `  ${changeLine(one)}`)],
    ...diffs.map(({ diff }) => diff.trimEnd()),
  ]);
  const flags = given.length > 0 ? [`For this run only: ${given.join(", ")}`] : [];
  return [...flags, ...parts, countText(all.flatMap(({ changes }) => changes)), ""].join("\n");
}

/** Returns the count of changes. */
export function countText(changes: readonly Change[]): string {
  const count = (sign: Change["sign"]) => changes.filter((one) => one.sign === sign).length;
  const takes = (["restart", "rebuild", "launch", "bootstrap"] as const).flatMap((one) => {
    const number = changes.filter(({ takes }) => takes === one).length;
    return number === 0
      ? []
      : `${number} take${number === 1 ? "s" : ""}${TAKES[one].slice(", takes".length)}`;
  });
  if (changes.length === 0) return "No changes";
  const counts = `${count("+")} to add, ${count("~")} to change, ${count("-")} to remove`;
  return [counts, ...takes].join("; ");
}

/** Returns changes as an object for programs; `given` are flags that count for this run only. */
export function changesJson(all: readonly InstanceChanges[], given: readonly string[] = []): unknown {
  return {
    version: CHANGES_FORM,
    ...(given.length > 0 ? { given } : {}),
    changes: all.reduce((sum, { changes }) => sum + changes.length, 0),
    instances: all.map(({ instance, changes, foreign, guest, diffs }) => ({
      instance: instance.name,
      project: refOf(instance).project || "default",
      file: instance.file,
      changes,
      foreign,
      ...(guest ? { guest: { compared: guest.compared, unknown: guest.unknown } } : {}),
      ...(diffs ? { diffs } : {}),
    })),
  };
}

/** Lists the changes of all instances. */
export function changeRows(all: readonly InstanceChanges[]) {
  return all.flatMap(({ instance, changes }) => {
    const { project } = refOf(instance);
    return changes.map((change) => ({ instance: instance.name, project: project || "default", ...change }));
  });
}
