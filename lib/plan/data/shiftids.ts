/**
 * Plans `shiftids`: files that belong to ids of a container, as in a directory that was copied out of one, get the
 * corresponding ids of the host.
 *
 * A change of its owner takes setuid and setgid bits and capabilities from a file, so they are noted beside the
 * directory before, and given back after. Programs walk the directory, so no container may run that could turn its
 * directories into links meanwhile, not even one that would be frozen: the note is older than that.
 *
 * @module
 */
import { LxopsError, StateError } from "../../base/errors.ts";
import type { Tree } from "../../ports/host.ts";
import { run } from "../../step/build.ts";
import type { Step } from "../../step/step.ts";
import { removeFile } from "../commands/archive.ts";
import { shiftAttributes } from "./shift_attributes.ts";
import { changeMode, changeTreeOwner, restoreAttributes, writePrivateFile } from "../commands/shift.ts";
import { otherDaemonWriters, writers } from "../storage/freeze.ts";
import type { World } from "../world.ts";

/** The number that is added to ids; ids from there on are shifted already. */
export interface Shift {
  readonly uid: number;
  readonly gid: number;
}

/** Modes and attributes that are given back to the files of a directory. */
interface Lost {
  /** Modes by path. */
  readonly modes: Readonly<Record<string, string>>;
  /** Extended attributes, as `setfattr --restore` reads them. */
  readonly attributes: string;
}

/** The parts of a world that tell which instances can write where. */
type Writers = Pick<World, "instances" | "otherDaemon">;

/** The number of files in one command line. */
const BATCH = 200;

/** Returns the path where the shift of a directory notes the bits and capabilities to restore. */
export function shiftNote(directory: string): string {
  return `${directory}.shiftids`;
}

/**
 * Plans the shift of a directory.
 *
 * @param note text of the note that an earlier run left, where it did
 */
export function planShiftIds(
  tree: Tree,
  shift: Shift,
  note: string | undefined,
  verbose: boolean,
): Step[] {
  const { directory } = tree;
  const owners = tree.owners.flatMap(({ uid, gid }) => {
    const to = { uid: shifted(uid, shift.uid), gid: shifted(gid, shift.gid) };
    return to.uid === uid && to.gid === gid ? [] : [{ from: { uid, gid }, to }];
  });
  const earlier = note === undefined ? undefined : readNote(directory, note);
  const attributes = shiftAttributes(
    tree.attributes,
    (kind, id) => shifted(id, shift[kind]),
    owners.length > 0,
  );
  if (owners.length === 0 && attributes === "" && !earlier) return [];
  const modes = owners.length === 0
    ? {}
    : Object.fromEntries(tree.modes.map(({ path, mode }) => [path, mode]));
  const lost: Lost = {
    modes: { ...modes, ...earlier?.modes },
    attributes: [attributes, earlier?.attributes ?? ""].filter((text) => text !== "").join("\n"),
  };
  const path = shiftNote(directory);
  const noted = lost.attributes !== "" || Object.keys(lost.modes).length > 0;
  return [
    ...(noted
      ? [
        run(
          `Note in ${path} what the files of ${directory} lose with their owners`,
          writePrivateFile(path, `${JSON.stringify(lost)}\n`),
        ),
      ]
      : []),
    ...owners.map(({ from, to }) =>
      run(
        `Change the owner of files in ${directory} from ${from.uid}:${from.gid} to ${to.uid}:${to.gid}`,
        changeTreeOwner(directory, from, to, verbose),
      )
    ),
    ...modeSteps(lost.modes, directory),
    ...(lost.attributes === "" ? [] : [
      run(`Restore the capabilities and ACLs of files in ${directory}`, restoreAttributes(lost.attributes)),
    ]),
    ...(noted ? [run(`Remove ${path}`, removeFile(path))] : []),
  ];
}

function shifted(id: number, by: number): number {
  return id < by ? id + by : id;
}

function modeSteps(modes: Lost["modes"], directory: string): Step[] {
  const byMode = Map.groupBy(Object.entries(modes), ([, mode]) => mode);
  return [...byMode].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([mode, entries]) => {
    const paths = entries.map(([path]) => path).sort();
    return Array.from({ length: Math.ceil(paths.length / BATCH) }, (_, index) =>
      run(
        `Restore the mode ${mode} of files in ${directory}`,
        changeMode(paths.slice(index * BATCH, (index + 1) * BATCH), mode),
      ));
  });
}

function readNote(directory: string, text: string): Lost {
  const path = shiftNote(directory);
  const broken = () =>
    new LxopsError(`"${path}" is not what an earlier run of shiftids left`, [
      "Nothing was changed.",
      "Move it away, and see whether setuid bits and capabilities of the directory's files are as they should be",
    ]);
  let lost: Partial<Lost>;
  try {
    lost = JSON.parse(text);
  } catch {
    throw broken();
  }
  const { modes, attributes } = lost ?? {};
  if (typeof modes !== "object" || modes === null || typeof attributes !== "string") throw broken();
  const inside = (file: string) => file.startsWith(`${directory}/`) && !file.split("/").includes("..");
  if (!Object.entries(modes).every(([file, mode]) => inside(file) && /^[0-7]{4}$/.test(String(mode)))) {
    throw broken();
  }
  for (const [, file = ""] of attributes.matchAll(/^# file: (.*)$/gm)) {
    if (file !== directory && !inside(file)) throw broken();
  }
  return { modes, attributes };
}

/** Returns a step that stands for every program that walks a directory. */
export function walkStep(directory: string): Step {
  const nobody = { uid: 0, gid: 0 };
  return run(`Look at ${directory}`, changeTreeOwner(directory, nobody, nobody, false));
}

/**
 * Refuses a directory that an instance can change meanwhile. It is not even listed, as `find` fails there.
 *
 * @throws {StateError} where an instance runs that can write into the directory
 */
export function refuseShift(directory: string, world: Writers): void {
  const found = [
    ...writers(world, [directory]),
    ...otherDaemonWriters(world, [directory]),
  ].map(({ name }) => `"${name}"`).join(", ");
  const advice = (text: string) => ["Nothing was changed.", text];
  if (found !== "") {
    throw new StateError(
      `Cannot shift ids in "${directory}": instance ${found} runs and can write into it meanwhile`,
      { advice: advice(`Stop ${found} first`) },
    );
  }
}
