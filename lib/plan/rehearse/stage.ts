/**
 * The stage of a rehearsal: a configuration as that of an instance, for a copy of it with copies of its data.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import { isWithin } from "../../base/within.ts";
import { sha256 } from "../../cloudconfig/model/sha256.ts";
import type { Instance, InstanceDevice, InstanceFilesystem } from "../../instance/instance.ts";
import type { InstanceRef } from "../../ports/mod.ts";
import { baseOf } from "../instance/reserved_names.ts";
import type { Described, Target } from "../world.ts";
import { isHarmless, reachesOut } from "./reach.ts";

/** The key of the note that tells a rehearsal from others: its random text. */
export const REHEARSAL_MARK = "user.lxops.rehearsal";

/** The key of the note that lists the filesystems of the copy, for a configuration that changes meanwhile. */
export const REHEARSAL_DATA = "user.lxops.rehearsal.data";

/** A copy of a target for a rehearsal, and what it is copied from. */
export interface Stage {
  /** Random text in its names. */
  readonly random: string;
  /** The target, with filesystems for directories of the host that it can write to. */
  readonly source: Described;
  /** The copy, for commands. */
  readonly copy: Target;
  readonly network: string;
  /** Name of the profile that notes the rehearsal. */
  readonly note: string;
}

/** Keys of the daemon that a copy does not have: only the rehearsal starts it, and it has no snapshots. */
const NOT_KEPT = /^(?:boot\.autostart|snapshots\.)/;

/** The length of an instance's name in that of its copy: the name of the copy's profile has room, too. */
const NAME_LENGTH = 40;

/** The longest name of a profile that every version of the daemons accepts. */
const LONGEST_PROFILE = 64;

/** Returns the stage of a target; a copy without a network waits for none. */
export function stageOf(target: Target, random: string, net = "isolated"): Stage {
  const source = withFilesystems(target.instance);
  const name = `${baseOf(source.name, NAME_LENGTH)}-rehearsal-${random}`;
  const moved = (path: string) => newPath(path, source.filesystems, random);
  const { settings, origin: _origin, deviceSource: _source, ...rest } = source;
  const instance: Instance = {
    ...rest,
    name,
    ownProfile: `${name}.lxops`,
    config: {
      ...source.config,
      hooks: {},
      after: {},
      origin: "",
      keepOld: false,
      ...(net === "none" ? { wait: ["exec"] } : {}),
      lxcOptions: keptOptions(source.config.lxcOptions),
    },
    // What others write to stays away, also read-only: FIFOs and sockets in it lead to them.
    devices: source.devices.filter(({ filesystem }) => filesystem !== undefined),
    filesystems: source.filesystems.map((one) => ({
      ...one,
      path: moved(one.path),
      destroy: true,
      ...(one.volume ? { volume: { ...one.volume, name: `${one.volume.name}-rehearsal-${random}` } } : {}),
    })),
    settings: {
      ...settings,
      ports: [],
      addresses: {},
      after: {},
      devices: settings.devices.filter(({ device }) => isHarmless(device)),
      config: Object.fromEntries(
        Object.entries(settings.config).filter(([key]) => !NOT_KEPT.test(key) && !reachesOut(key)),
      ),
    },
  };
  const { copyOf: _copyOf, devicesFrom: _devicesFrom, ...others } = target;
  return {
    random,
    source: { instance: source, loaded: target.loaded },
    copy: { ...others, instance },
    network: `lxr${random}`,
    note: noteOf(source),
  };
}

/** Returns the filesystems of a copy as a note has them: their kinds and paths. */
export function dataOf({ copy }: Stage): readonly string[] {
  return copy.instance.filesystems.filter(({ transient }) => !transient).map(({ kind, path }) =>
    `${kind} ${path}`
  );
}

/** Returns the filesystems that a note lists and that the copy of a stage does not have, as its configuration changed. */
export function forgottenData(stage: Stage, note: Readonly<Record<string, string>>): readonly string[] {
  const known = new Set(dataOf(stage));
  return (note[REHEARSAL_DATA] ?? "").split("\n").filter((one) =>
    one.includes(`-rehearsal-${stage.random}`) && !known.has(one)
  );
}

/** Returns the name of the profile that notes the rehearsal of an instance; a hash stands for a long one. */
export function noteOf({ project, name }: InstanceRef): string {
  const home = project || "default";
  // Projects may share the profiles of the default one, so the name has the project.
  const note = ["lxops.rehearsal", ...home === "default" ? [] : [home], name].join(".");
  const fits = note.length <= LONGEST_PROFILE && /^[-.A-Za-z0-9]+$/.test(note);
  return fits ? note : `lxops.rehearsal-long.${sha256(note).slice(0, 32)}`;
}

/** Returns an instance with a filesystem for each directory of the host that it can write to. */
function withFilesystems(instance: Instance): Instance {
  const added: InstanceFilesystem[] = [];
  const devices = instance.devices.map((device): InstanceDevice => {
    if (device.filesystem !== undefined || device.readonly) return device;
    const id = `rehearsal-${device.name}`;
    const path = device.dir.replace(/(?<=.)\/+$/, "");
    added.push({ id, kind: "directory", path, zfsproperties: {}, destroy: true, transient: false });
    return { ...device, filesystem: id, dir: "" };
  });
  const filesystems = [...instance.filesystems, ...added].sort((a, b) => a.path < b.path ? -1 : 1);
  return { ...instance, filesystems, devices };
}

/**
 * Returns the place of the copy of a filesystem: beside it, or in the copy of the one that it is in.
 *
 * @throws {StateError} where there is no place beside it
 */
function newPath(path: string, all: readonly InstanceFilesystem[], random: string): string {
  const [outer = path] = all.map((one) => one.path).filter((one) => isWithin(path, one))
    .sort((a, b) => a.length - b.length);
  if (outer === "/" || !outer.includes("/")) {
    throw refuse("Cannot rehearse", `"${outer}" is a whole pool or machine, and no copy can be beside it`);
  }
  return `${outer}-rehearsal-${random}${path.slice(outer.length)}`;
}

/**
 * Returns the options of the daemon's client without those that name networks, devices, keys that reach the host, and
 * deletion at the end.
 */
function keptOptions(options: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < options.length; at++) {
    const [word = "", ...more] = options[at]!.trim().split(/[\s=]/);
    if (/^-c|^--config$/.test(word)) {
      const text = options[at]!.trim().replace(/^(?:--config|-c)[\s=]*/, "");
      const isNext = text === "";
      const setting = isNext ? options[at + 1] ?? "" : text;
      if (!reachesOut(setting.split("=")[0]!.trim())) kept.push(...options.slice(at, at + (isNext ? 2 : 1)));
      if (isNext) at++;
      continue;
    }
    if (/^(?:-e|--ephemeral)$/.test(word)) continue;
    if (!/^(?:-n|-d)|^--(?:network|device)$/.test(word)) kept.push(options[at]!);
    else if (more.length === 0 && word.length === (word.startsWith("--") ? word.length : 2)) at++;
  }
  return kept;
}
