/**
 * Claims of the directories of the host that new instances get, for commands that do not look at directories first: `run`,
 * pools, jobs of CI systems, `create --start`. They keep commands of the machine's other daemon away, and those that
 * replace the directories, until the instances run, as these commands see them then.
 *
 * @module
 */
import { otherDaemonInstances, otherDaemonSocket } from "../adapters/daemon/other_daemon.ts";
import type { ClaimOptions } from "../cli/command/app.ts";
import { held, heldBy, type Holder } from "../plan/checks/held_data.ts";
import { dataOf, type NewInstance, type StartingData } from "../plan/checks/new_instances.ts";
import type { Disks } from "../plan/instance/data_disks.ts";
import { profilePath } from "../plan/requests/reads.ts";
import type { Starting } from "../ports/machine_lock.ts";
import type { Devices } from "../ports/mod.ts";
import type { RunEvent } from "../run/events.ts";
import { type LockContext, otherRuns, takeDirectories } from "./lock.ts";

/** Ends a claim. */
export type Release = () => Promise<void>;

/** The time to wait for other commands where no flag says another one. */
const WAIT_SECONDS = 60;

/**
 * Locks the directories of instances that are to start; `undefined` where there is nothing to lock.
 *
 * @throws {StateError} where another command works on one of them for too long, or an instance that runs has a directory
 * that is to be an instance's own
 */
export async function claimStarting(
  context: LockContext,
  starting: readonly Starting[],
  { command = "start", seconds }: ClaimOptions = {},
): Promise<Release | undefined> {
  const { run: { backend, locks }, host, daemon } = context;
  // A command that looks at directories has locked those of all its instances.
  if (starting.length === 0 || locks.hasLooked || !host.isRoot) return undefined;
  if ((await daemon.address()).kind !== "socket") return undefined;
  const found = await Promise.all(starting.map(async (one) => ({
    one,
    data: dataOf(one, await allDevices(one, context)),
  })));
  const uses = found.flatMap(({ data }) => data.uses);
  if (uses.length === 0) return undefined;
  const since = await otherRuns(context);
  if (since === undefined) return undefined;
  const taken = await takeDirectories(context, uses, {
    command,
    seconds: seconds ?? WAIT_SECONDS,
    hasFlag: seconds !== undefined,
    since,
  });
  try {
    const own = found.filter(({ data }) => data.own.length > 0);
    if (own.length > 0 && await otherDaemonSocket(backend, host) !== undefined) {
      await refuseHeld(own, context);
    }
  } catch (error) {
    await taken?.release();
    throw error;
  }
  return taken?.release;
}

/** Ends a claim as soon as all instances that it is for have started, or failed to. */
export function endOnceStarted(
  instances: readonly NewInstance[],
  release: Release,
): (event: RunEvent) => void {
  const left = new Set(instances.map(({ start }) => start));
  return (event) => {
    if (event.kind !== "done" && event.kind !== "failed") return;
    if (left.delete(event.step) && left.size === 0) release().catch(() => {});
  };
}

/** Returns the devices of an instance with those of its profiles. */
async function allDevices(
  { project, name, profiles = [], devices }: Starting,
  { daemon }: LockContext,
): Promise<Devices> {
  const { server } = await daemon.connection();
  if (devices === undefined) return (await server.instance({ project, name }))?.expandedDevices ?? {};
  const found = await Promise.all(profiles.map((name) => server.get(profilePath(project, name))));
  return Object.assign(
    {},
    ...found.map((profile) => (profile as { devices?: Devices } | undefined)?.devices),
    devices,
  );
}

/** Refuses a start where an instance of either daemon which runs has the same data. */
async function refuseHeld(
  own: readonly { readonly one: Starting; readonly data: StartingData }[],
  { run: { backend }, host, daemon }: LockContext,
): Promise<void> {
  const { server } = await daemon.connection();
  const projects = [...new Set(own.map(({ one }) => one.project))];
  const [other, ...here] = await Promise.all([
    otherDaemonInstances(backend, host),
    ...projects.map((project) => server.instances(project)),
  ]);
  const running: readonly Holder[] = [
    ...here.flat().map((info) => ({ info })),
    ...other.instances.map((info) => ({ info, title: other.title })),
  ].filter(({ info }) => info.status !== "Stopped");
  const disksOf = (devices: Devices): Disks => Object.entries(devices);
  const sources = [
    ...own.flatMap(({ data }) => data.own),
    ...running.flatMap(({ info }) => disksOf(info.expandedDevices)),
  ]
    .flatMap(([, { source }]) => source?.startsWith("/") ? source : []);
  const directoryKeys = await host.directoryKeys?.(sources);
  const world = { realPaths: await host.realPaths(sources), ...(directoryKeys ? { directoryKeys } : {}) };
  for (const { one, data } of own) {
    const others = running.filter(({ info, title }) => title !== undefined || info.name !== one.name);
    const meeting = heldBy(others, data.own, world);
    if (meeting) throw held(one, meeting.holder, meeting.disk);
  }
}
