/**
 * Steps in which an old instance gives up the settings that only one of two swapped instances can have. It can be
 * started until its successor can: only between two requests would neither of them start after a crash of the machine.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef, Request } from "../../../ports/mod.ts";
import { send, sendEffect } from "../../../step/build.ts";
import type { Effect, Return, Step } from "../../../step/step.ts";
import { isMac, type Part, partSettings, patches } from "../../instance/exclusive_settings.ts";
import { AUTOSTART, noteOf } from "../../instance/given_up.ts";
import { isRunning } from "../../instance/ownership.ts";
import { NO_NOTE } from "./profile_note.ts";
import { type Guard, GUARDS, LAST_STATE, type PendingUndo, RUNS, undoMark } from "../../instance/spare.ts";
import { patchInstance } from "../../requests/instances.ts";

/** Keys that keep an old instance from being started. */
const CLOSING: Readonly<Record<string, string>> = { [AUTOSTART]: "false", ...GUARDS };

/**
 * Returns the steps in which an old instance gives its addresses up. It can still be started, until `closeSteps()`: a
 * daemon that starts after a crash starts it again where it ran, as nothing else would.
 */
export function giveUpSteps(
  info: InstanceInfo,
  ref: InstanceRef,
  part: Part,
  guard: Guard | undefined,
): Step[] {
  const { config, devices } = partSettings(info, part, guard);
  const open = Object.entries(config).filter(([key]) => !(key in CLOSING));
  const addresses = open.some(([key]) => isMac(key)) || Object.keys(devices).length > 0;
  const power = isRunning(info) ? RUNS : {};
  const [first, ...more] = patches(ref, { config: { ...Object.fromEntries(open), ...power }, devices });
  return [
    send(
      addresses
        ? `Remove network addresses from instance ${ref.name}`
        : `Mark instance ${ref.name} as the old one`,
      first!,
    ),
    ...more.map((request) => send(`Remove MAC addresses from instance ${ref.name}`, request)),
  ];
}

/**
 * Returns steps that lie between the stop of an instance and `giveUpSteps()`, which may take long. The first of them has
 * a daemon that starts after a crash start the instance again.
 *
 * @param note configuration that notes the profile on the instance before that changes
 */
export function startAgainSteps(
  info: InstanceInfo,
  between: readonly Step[],
  note?: Readonly<Record<string, string>>,
): Step[] {
  if (between.length === 0) return [];
  const ref = { project: info.project, name: info.name };
  const forget = note ? { undo: sendEffect(patchInstance(ref, { config: NO_NOTE })) } : {};
  if (!isRunning(info)) {
    const request = note && patchInstance(ref, { config: note });
    return [
      ...(request ? [send(`Note the profile of instance ${info.name}`, request, forget)] : []),
      ...between,
    ];
  }
  return [
    send(
      againTitle(info.name, note),
      patchInstance(ref, { config: { ...RUNS, ...note } }),
      forget,
    ),
    ...between,
  ];
}

function againTitle(name: string, note: unknown): string {
  const also = note ? ", and note its profile" : "";
  return `Have the daemon start instance ${name} again after a crash of the machine${also}`;
}

/**
 * Returns the steps in place of the stop of an instance that an unfinished rebuild has stopped: a failure starts it again.
 */
export function goOnSteps(
  info: InstanceInfo,
  between: readonly Step[],
  way: Return,
  { note, removal = [] }: {
    readonly note?: Readonly<Record<string, string>> | undefined;
    readonly removal?: readonly Effect[] | undefined;
  },
): Step[] {
  const ref = { project: info.project, name: info.name };
  const forget = note ? [sendEffect(patchInstance(ref, { config: NO_NOTE }))] : [];
  const back: Return = { ...way, start: true };
  return [
    {
      ...send(
        againTitle(info.name, note),
        patchInstance(ref, { config: { ...RUNS, ...note } }),
      ),
      undo: [back, ...forget],
      undoAfterRun: [{ ...back, dataIsBack: true }, ...removal, ...forget],
      partly: true,
    },
    ...between,
  ];
}

/**
 * Returns the step from which on an old instance cannot be started; none where that is so already. It comes right
 * before its successor can be started.
 *
 * @param info the old instance as it was found
 * @param ref the name that it has by then
 * @param more the guard, and the data that goes back where this instance does: it is noted only now, as the instance
 * cannot write to it any more
 */
export function closeSteps(
  info: InstanceInfo,
  ref: InstanceRef,
  { guard, undo }: { readonly guard: Guard | undefined; readonly undo?: PendingUndo | undefined },
): Step[] {
  if (isClosed(info, guard) && !undo) return [];
  const closed = { ...closing(guard), [LAST_STATE]: "STOPPED", ...(undo ? undoMark(undo) : {}) };
  return [send(`Prevent instance ${ref.name} from starting`, patchInstance(ref, { config: closed }))];
}

/** Returns the request after which an old instance can be started again, under the name that it has by then. */
export function openRequest(info: InstanceInfo, ref: InstanceRef, guard: Guard | undefined): Request {
  const noted = noteOf(info);
  const keys = Object.keys(closing(guard)).map((key) => [key, noted[key] ?? ""]);
  return patchInstance(ref, { config: { ...Object.fromEntries(keys), ...RUNS } });
}

/** Tells whether an old instance cannot be started any more, so that its successor may have been. */
export function isClosed({ config }: InstanceInfo, guard: Guard | undefined): boolean {
  return Object.entries(closing(guard)).every(([key, value]) => config[key] === value);
}

function closing(guard: Guard | undefined): Readonly<Record<string, string>> {
  return { [AUTOSTART]: "false", ...(guard ? { [guard.key]: guard.value } : {}) };
}
