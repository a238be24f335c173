/**
 * The return of an old instance after a failed new one. It is planned from the state of the instances at that time, and
 * not from the progress of the rebuild: an interrupted request may have been carried out or not.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef, Request } from "../../../ports/mod.ts";
import { sendEffect } from "../../../step/build.ts";
import type { Effect, Return } from "../../../step/step.ts";
import { giveBack, giveUp } from "../../instance/exclusive_settings.ts";
import { hasGivenUp } from "../../instance/given_up.ts";
import { isRunning, RETURNED, STATE_MARK } from "../../instance/ownership.ts";
import { DELETE_PROTECTION, isProtected } from "../../instance/protection.ts";
import { isClosed, openRequest } from "./give_up.ts";
import { pendingUndo, type Role, ROLE_MARK, roleOf, RUNS, undoMark } from "../../instance/spare.ts";
import { stopEffect } from "../../instance/power/stop.ts";
import { deleteInstance, patchInstance, renameInstance, startInstance } from "../../requests/instances.ts";

/** The instances that a return finds. */
export interface Found {
  readonly present?: InstanceInfo | undefined;
  readonly made?: InstanceInfo | undefined;
  readonly old?: InstanceInfo | undefined;
}

/**
 * Returns the effects that bring the old instance back; none where it is back. An instance whose data is not restored
 * yet gets its name only: it must not be started before that.
 */
export function returnEffects(found: Found, wanted: Omit<Return, "kind">): readonly Effect[] {
  const { instance: ref, made, start, discard } = wanted;
  const { names, moved } = namesBack(found, wanted);
  // A new one that served for a time has its temporary name again.
  const fresh = moved ?? found.made;
  const freshRef = { ...ref, name: made };
  return [
    ...names,
    ...(start ? [sendEffect(startInstance(ref), { already: "already running" })] : []),
    ...(fresh && discard ? discardEffects(fresh, freshRef, discard) : []),
  ];
}

function namesBack(
  { present, old }: Found,
  { instance: ref, made, guard, stopSeconds, runs, dataIsBack }: Omit<Return, "kind">,
): { readonly names: readonly Effect[]; readonly moved?: InstanceInfo } {
  const rest = (info: InstanceInfo) =>
    pendingUndo(info) && !dataIsBack ? [] : send(returned(info, ref, runs ?? false));
  if (!old) {
    const role = present && roleOf(present);
    if (!present || role !== "old" && role !== "kept" || !hasGivenUp(present)) return { names: [] };
    return { names: [...stopped(present, ref, stopSeconds), ...rest(present)] };
  }
  const oldRef = { ...ref, name: old.name };
  const away: Effect[] = present
    ? [
      ...(isRunning(present)
        // The daemon would delete an ephemeral one when it stops.
        ? [
          ...send(present.ephemeral ? [patchInstance(ref, { ephemeral: false })] : []),
          stopEffect(ref, stopSeconds),
        ]
        : []),
      ...send(
        hasGivenUp(present) ? [] : giveUp(present, ref, { of: ref.name, role: awayRole(present) }, guard),
      ),
      // From here on, a daemon that starts after a crash starts the old one.
      ...(runs && !pendingUndo(old) && isClosed(old, guard) ? send([openRequest(old, oldRef, guard)]) : []),
      sendEffect(renameInstance(ref, made)),
    ]
    : [];
  return {
    names: [
      ...away,
      ...stopped(old, oldRef, stopSeconds),
      sendEffect(renameInstance(oldRef, ref.name)),
      ...rest(old),
    ],
    ...(present ? { moved: present } : {}),
  };
}

/**
 * Returns the role of the new instance after a return: a spare is a spare again and is not deleted like a new instance.
 */
function awayRole(info: InstanceInfo): Role {
  return roleOf(info) === "back" ? "spare" : "new";
}

/** Returns the effect that stops an old instance without its addresses, which a daemon that restarted started. */
function stopped(info: InstanceInfo, ref: InstanceRef, stopSeconds: number): Effect[] {
  return isRunning(info) ? [stopEffect(ref, stopSeconds)] : [];
}

/**
 * Returns the requests that restore the settings which an instance gave up, and mark it as one that came back, with its
 * data.
 *
 * @param runs whether it ran before
 */
export function returned(info: InstanceInfo, ref: InstanceRef, runs: boolean): Request[] {
  return giveBack(info, ref, {
    [ROLE_MARK]: "",
    [STATE_MARK]: RETURNED,
    ...(pendingUndo(info) ? undoMark(undefined) : {}),
    ...(runs ? RUNS : {}),
  });
}

function discardEffects(
  info: InstanceInfo,
  ref: InstanceRef,
  discard: NonNullable<Return["discard"]>,
): Effect[] {
  if (discard !== "delete") return send([patchInstance(ref, { config: { [ROLE_MARK]: discard } })]);
  return send([
    ...(isProtected(info) ? [patchInstance(ref, { config: { [DELETE_PROTECTION]: "false" } })] : []),
    deleteInstance(ref),
  ]);
}

function send(requests: readonly Request[]): Effect[] {
  return requests.map((request) => sendEffect(request));
}
