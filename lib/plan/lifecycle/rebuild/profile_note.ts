/**
 * The note on an old instance of its own profile, as it was before a rebuild changed it. A killed rebuild undoes
 * nothing, and one that continues it needs the note to restore the profile after a failure.
 *
 * @module
 */
import { quote } from "../../../base/shell.ts";
import type { Devices, InstanceInfo, InstanceRef, ProfileInfo } from "../../../ports/mod.ts";
import { send } from "../../../step/build.ts";
import type { Step, UndoEffect } from "../../../step/step.ts";
import { valueHash } from "../../record/hashes.ts";
import { deleteProfile, patchInstance, updateProfile } from "../../requests/instances.ts";
import { objectKey, type Target, type World } from "../../world.ts";
import { isRunning } from "../../instance/ownership.ts";
import { LAST_STATE, PROFILE_NOTE } from "../../instance/spare.ts";

/** The most characters of a note: a profile that needs more is not noted. */
const MOST = 64 * 1024;

/** Content of a profile. */
type Content = Pick<ProfileInfo, "description" | "config" | "devices">;

/** The content of a note. */
export interface NotedProfile {
  /** The content before the rebuild; absent: there was no such profile. */
  readonly before?: Content;
  /** The instance ran before. */
  readonly runs: boolean;
  /** Hashes of the contents that the rebuild gave the profile. */
  readonly wrote: readonly string[];
}

/** Configuration of an instance without a note. */
export const NO_NOTE: Readonly<Record<string, string>> = { [PROFILE_NOTE]: "" };

/** Returns the hash of a content, by which a note is known to be that of the present one. */
export function contentHash({ config, devices }: Pick<Content, "config" | "devices">): string {
  return valueHash({ config, devices });
}

/** Returns the configuration that notes a profile on an instance; only that there was one, where it is too large. */
function profileNote(
  name: string,
  { before, runs, wrote }: NotedProfile,
): Readonly<Record<string, string>> {
  const content = before &&
    { description: before.description, config: before.config, devices: before.devices };
  const text = JSON.stringify({ name, before: content ?? null, runs, wrote });
  return { [PROFILE_NOTE]: text.length > MOST ? "too large" : text };
}

/**
 * Returns the configuration that notes a profile on an instance before it changes.
 *
 * @param present absent: it is created
 * @param contents those that it gets
 */
export function noteChanges(
  present: ProfileInfo | undefined,
  contents: readonly ProfileInfo[],
  { noted, runs }: { readonly noted: NotedProfile | undefined; readonly runs: boolean },
): Readonly<Record<string, string>> {
  const [profile] = present ? [present] : contents;
  if (!profile) return {};
  const hashes = [...(present ? [present] : []), ...contents].map(contentHash);
  // Content that equals that of before needs no way back.
  const before = noted ? noted.before : present;
  const wrote = [...new Set(hashes)].filter((one) => !before || one !== contentHash(before));
  return profileNote(profile.name, { ...(before ? { before } : {}), runs, wrote });
}

/** Tells whether an instance has a note of its profile, which may be of an earlier time. */
export function hasNote({ config }: Pick<InstanceInfo, "config">): boolean {
  return (config[PROFILE_NOTE] ?? "") !== "";
}

/**
 * Returns the note of an instance about a target's own profile; none where the profile was changed since, as restoring
 * would undo that change.
 */
export function notedProfile(
  info: Pick<InstanceInfo, "config">,
  { instance }: Target,
  world: World,
): NotedProfile | undefined {
  const present = world.profiles.get(objectKey(instance.project, instance.ownProfile));
  const note = hasNote(info) ? parse(info.config[PROFILE_NOTE]!) : undefined;
  if (!present || note?.name !== present.name) return undefined;
  return note.wrote.includes(contentHash(present)) ? note : undefined;
}

/**
 * Returns the same of an instance that has its name and was stopped for a rebuild; none where it was started since, and
 * works with its present profile.
 */
export function notedBeforeSwap(info: InstanceInfo, target: Target, world: World): NotedProfile | undefined {
  const noted = notedProfile(info, target, world);
  return isRunning(info) || noted?.runs && !wasStopped(info) ? undefined : noted;
}

/** Tells whether a rebuild stopped an instance that is to run, and it was not started since. */
export function wasStopped({ config, status }: InstanceInfo): boolean {
  return status === "Stopped" && config[LAST_STATE] === "RUNNING";
}

/**
 * Returns the state of an instance that a failure brings back in a run that continues a rebuild that was cut off.
 *
 * @param noted what brings its profile back
 * @param isPowerKnown whether it ran before that rebuild is known
 */
export function stateAfterCut(
  { name }: InstanceRef,
  target: Target,
  world: World,
  { info, noted, isPowerKnown = true }: {
    readonly info: InstanceInfo;
    readonly noted: NotedProfile | undefined;
    readonly isPowerKnown?: boolean;
  },
): readonly string[] {
  const { project, ownProfile } = target.instance;
  const present = world.profiles.get(objectKey(project, ownProfile));
  const note = hasNote(info) ? parse(info.config[PROFILE_NOTE]!) : undefined;
  const isSame = note &&
    (note.before && present ? contentHash(note.before) === contentHash(present) : !note.before && !present);
  const isProfileKnown = !hasNote(info) || noted !== undefined || isSame;
  if (isProfileKnown && isPowerKnown) {
    return [`Instance "${name}" is as it was before the rebuild that was cut off`];
  }
  return [
    `Instance "${name}" is as it was before this run, and not as before the rebuild that was cut off:`,
    ...(isPowerKnown ? [] : ["It does not run; to start it: lxops instance start " + quote(name)]),
    ...(isProfileKnown ? [] : [
      `Its profile "${ownProfile}" has what that rebuild gave it, or what others did since; to compare it with the ` +
      "file: lxops plan",
    ]),
  ];
}

/**
 * Returns the steps that restore a target's own profile from the note of an old instance, which has its name by then.
 */
export function profileBack(info: InstanceInfo, ref: InstanceRef, target: Target, world: World): Step[] {
  const noted = notedProfile(info, target, world);
  if (!noted) return [];
  const { project, ownProfile: name } = target.instance;
  return [
    noted.before
      ? send(
        `Restore the earlier content of profile ${name}`,
        updateProfile(project, name, noted.before),
        {
          partly: "always",
        },
      )
      : send(`Delete profile ${name}, which was not there before`, deleteProfile(project, name), {
        already: "in use",
      }),
    send(`Remove the note of profile ${name}`, patchInstance(ref, { config: NO_NOTE })),
  ];
}

/** Returns the effects of these steps, as a part whose failure keeps the instance from nothing. */
export function profileEffects(...of: Parameters<typeof profileBack>): UndoEffect[] {
  const part = `profile ${of[2].instance.ownProfile}`;
  return profileBack(...of).map(({ effect }) => ({ ...effect, part }));
}

function parse(text: string): NotedProfile & { readonly name: string } | undefined {
  try {
    const { name, before, runs, wrote } = JSON.parse(text);
    if (typeof name !== "string" || !Array.isArray(wrote)) return undefined;
    if (before === null) return { name, runs: runs === true, wrote };
    const { description, config, devices } = before;
    if (typeof description !== "string") return undefined;
    if (!isTexts(config) || !isDevices(devices)) return undefined;
    return { name, before: { description, config, devices }, runs: runs === true, wrote };
  } catch {
    return undefined;
  }
}

function isDevices(value: unknown): value is Devices {
  return typeof value === "object" && value !== null && Object.values(value).every(isTexts);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === "object" && value !== null &&
    Object.values(value).every((one) => typeof one === "string");
}
