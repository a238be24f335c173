/**
 * Findings about storage: the daemon's pools, the free space of the machine, and the directories above instances.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { sizeText } from "../../base/sizes.ts";
import type { RoomLook } from "../../ports/health/inspector.ts";
import type { ProfileInfo } from "../../ports/mod.ts";
import { type Facts, foundOf, type PoolFacts } from "./facts.ts";
import { type Finding, type Found, inArea } from "./finding.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Returns the severity of scarce space: `error` where the next change fails, `warning` where it may soon fail. */
export function scarcity(free: number, total: number): "error" | "warning" | undefined {
  if (total <= 0) return undefined;
  if (free < Math.min(32 * MIB, total / 10) || free < total / 100 && free < GIB) return "error";
  return free < total / 20 && free < 5 * GIB ? "warning" : undefined;
}

/** Judges storage. */
export function storageFindings(facts: Facts): readonly Finding[] {
  const pools = foundOf(facts.daemon?.pools);
  const trusted = foundOf(facts.daemon?.server)?.trusted ?? false;
  return inArea("storage", [
    pools?.length === 0 && trusted && noPool(facts),
    pools !== undefined && pools.length > 0 && noRoot(facts),
    ...(pools ?? []).flatMap((pool) => [unavailable(pool, facts), fullPool(pool, facts)]),
    ...closedWays(facts),
    ...(foundOf(facts.local?.room) ?? []).flatMap((room) => [fullDisk(room), noFiles(room)]),
  ]);
}

function noPool({ backend }: Facts): Found {
  return {
    id: "storage-none",
    severity: "error",
    what: `${backend.title} has no storage pool`,
    why: "it was not initialised: no instance can be created",
    cure: [`sudo ${backend.initCommand}`],
  };
}

/**
 * Returns the profiles of the project that may give a new instance its devices, without those that belong to one
 * instance.
 */
export function sharedProfiles({ daemon, project }: Facts): readonly ProfileInfo[] | undefined {
  const projects = foundOf(daemon?.projects);
  const own = projects?.find(({ name }) => name === project)?.config["features.profiles"] ?? "true";
  const home = project === "default" || own === "true" ? project : "default";
  return foundOf(daemon?.profiles)?.filter((one) =>
    one.project === home && !/(^|\.)lxops(\.|$)/.test(one.name)
  );
}

/** Tells whether a new instance can get a kind of device, from the default profile or any other shared one. */
export function hasDevice(
  profiles: readonly ProfileInfo[],
  isWanted: (device: Readonly<Record<string, string>>) => boolean,
): boolean {
  return profiles.some(({ devices }) => Object.values(devices).some(isWanted));
}

function noRoot(facts: Facts): Found | undefined {
  const profiles = sharedProfiles(facts);
  const isRoot = (device: Readonly<Record<string, string>>) =>
    device["type"] === "disk" && device["path"] === "/";
  if (!profiles || profiles.length === 0 || hasDevice(profiles, isRoot)) return undefined;
  const pool = foundOf(facts.daemon?.pools)?.[0]?.name ?? "default";
  return {
    id: "profile-no-root",
    severity: "error",
    what: `The profile "default" has no root disk, nor has another profile`,
    why: "no instance can be created",
    cure: [`${clientOf(facts)} profile device add default root disk path=/ pool=${quote(pool)}`],
  };
}

/** Returns the command of the daemon's client, with the remote's project. */
export function clientOf({ backend, project }: Facts): string {
  return project === "default" ? backend.client : `${backend.client} --project ${quote(project)}`;
}

function unavailable({ name, status }: PoolFacts, { backend }: Facts): Found | undefined {
  if (status === "Created" || status === "") return undefined;
  return {
    id: "storage-unavailable",
    severity: "error",
    what: `Storage pool "${name}" is ${status.toLowerCase()}`,
    why: "its instances cannot start; the daemon tries again when it starts",
    cure: [`${backend.client} storage show ${quote(name)}`, `sudo systemctl restart ${backend.service}`],
  };
}

function fullPool({ name, room }: PoolFacts, facts: Facts): Found | undefined {
  if (!room) return undefined;
  const free = Math.max(0, room.total - room.used);
  const severity = scarcity(free, room.total);
  if (severity === undefined) return undefined;
  return {
    id: "storage-full",
    severity,
    what: `Storage pool "${name}" has ${sizeText(free)} of ${sizeText(room.total)} left`,
    why: "instances and images that do not fit cannot be created, and a rebuild needs room for two",
    cure: ["lxops image list", `${clientOf(facts)} storage info ${quote(name)}`],
  };
}

/** Finds directories above those of the daemon that the roots of unprivileged containers cannot pass. */
function closedWays({ local, backend }: Facts): readonly Found[] {
  const closed = new Map<string, string>();
  for (const [end, chain] of local?.ways ?? []) {
    const shut = chain.find(({ kind, mode }) => kind === "directory" && (mode & 0o001) === 0);
    if (shut) closed.set(shut.path, end);
  }
  return [...closed].map(([path, end]) => ({
    id: "storage-closed",
    severity: "error",
    what: `Roots of containers cannot pass the directory "${path}"`,
    why: `${backend.title} has their files in "${end}", and no unprivileged container starts`,
    cure: [`sudo chmod o+x ${quote(path)}`],
  }));
}

function fullDisk({ mount, paths, bytes, freeBytes }: RoomLook): Found | undefined {
  const severity = scarcity(freeBytes, bytes);
  if (severity === undefined) return undefined;
  return {
    id: "disk-full",
    severity,
    what: `The filesystem at "${mount}" has ${sizeText(freeBytes)} of ${sizeText(bytes)} left`,
    why: `it has ${
      paths.map((path) => `"${path}"`).slice(0, 3).join(", ")
    }: instances cannot write there for long`,
    cure: [`du -xh -d 2 ${quote(mount)} | sort -h | tail`],
  };
}

function noFiles({ mount, files, freeFiles }: RoomLook): Found | undefined {
  if (files === 0 || freeFiles > files / 100 || freeFiles > 10_000) return undefined;
  return {
    id: "disk-files",
    severity: "error",
    what: `The filesystem at "${mount}" can have ${freeFiles} more files, of ${files}`,
    why: "no more files can be created there, whatever room there is",
    cure: [`du -x --inodes -d 2 ${quote(mount)} | sort -n | tail`],
  };
}
