/**
 * Limits and restrictions of the daemon's projects. The daemon itself would refuse only after directories and
 * profiles were created; so lxops checks them first.
 *
 * @module
 */
import { refuse } from "../../base/errors.ts";
import { quote } from "../../base/shell.ts";
import { normalizePath } from "../../instance/patterns/names.ts";
import type { Devices, ProjectInfo } from "../../ports/mod.ts";
import { isTrue } from "../instance/idmap.ts";
import type { Resolved } from "../instance/resolve/resolved.ts";
import { isAside } from "../instance/spare.ts";
import { partsOf } from "./rebuild_parts.ts";
import { sumReasons } from "./project_sums.ts";
import { diskReasons, rootDisk } from "./room.ts";
import { objectKey, type Target, type World } from "../world.ts";

/** Planned state of an instance. */
export interface Wanted {
  readonly vm: boolean;
  /** Configuration, with that of the profiles. */
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
  /** The cluster member or group that the command line or the configuration names. */
  readonly member?: string | undefined;
}

/**
 * Refuses a target that its project does not allow.
 *
 * @param more whether the daemon needs room for another instance
 * @throws {StateError} that names the project's keys
 */
export function refuseLimits(
  { target, world }: Pick<Resolved, "target" | "world">,
  action: string,
  wanted: Wanted,
  more: boolean,
): void {
  const project = world.projects?.get(target.instance.project || "default");
  if (!project) return;
  const reasons = [
    ...(more ? countReasons(target, world, project, wanted.vm) : []),
    ...(more ? missingReasons(project, wanted) : []),
    ...(more ? diskReasons(project, wanted.devices, world) : []),
    ...sumReasons(project, { ...wanted, ...joining(target, world, project, more && action === "rebuild") }),
    ...(isTrue(project.config["restricted"]) ? restrictions(project, wanted) : []),
  ];
  if (reasons.length === 0) return;
  throw refuse(
    `Cannot ${action} instance "${target.instance.name}"`,
    `project "${project.name}" does not allow it: ${reasons.join("; ")}`,
    [
      `To see what it allows: ${world.backend.client} project show ${project.name}`,
      ...(more && action === "rebuild" ? pruneAdvice(target, world) : []),
      ...(more && action === "rebuild" && world.server.extensions.has("instances_rebuild")
        ? [
          "A rebuild needs room for two for a time; to let the daemon replace the old one, with its risk: --in-place",
        ]
        : []),
    ],
  );
}

/** Returns the unchanged instances of a project; a new instance beside the old one counts, too. */
function joining(target: Target, world: World, { name }: ProjectInfo, beside: boolean) {
  const all = [...world.instances.values()].filter((info) => info.project === name);
  const info = beside ? undefined : all.find((one) => one.name === target.instance.name);
  return { info, others: all.filter((one) => one !== info) };
}

/** Returns advice to delete leftovers of earlier rebuilds, which count like other instances. */
function pruneAdvice(target: Target, world: World): string[] {
  const [spare] = partsOf(target, world).filter(isAside);
  if (!spare) return [];
  const { name, project, file } = target.instance;
  const home = project && project !== "default" ? ` --project ${quote(project)}` : "";
  return [
    `"${spare.name}", which an earlier rebuild kept, takes up room, too; to delete it: lxops prune --name ${
      quote(name)
    }${home} ${quote(file)}`,
  ];
}

/** Lists the limits on the number of instances that the command would exceed. */
function countReasons(target: Target, world: World, { name, config }: ProjectInfo, vm: boolean): string[] {
  const inProject = [...world.instances.values()].filter((info) => info.project === name);
  const fresh =
    (world.targets ?? [target.instance]).filter((ref) =>
      (ref.project || "default") === name && !world.instances.has(objectKey(ref.project, ref.name))
    ).length || 1;
  const ofType = inProject.filter(({ type }) => (type === "virtual-machine") === vm).length;
  const kinds = [
    ["limits.instances", inProject.length],
    [vm ? "limits.virtual-machines" : "limits.containers", ofType],
  ] as const;
  return kinds.flatMap(([key, there]) => {
    const limit = config[key] ? Number(config[key]) : Infinity;
    if (there + fresh <= limit) return [];
    return [`${key} is ${limit}, and it has ${there}${fresh > 1 ? `, with ${fresh} to come` : ""}`];
  });
}

/**
 * Lists keys that an instance lacks: a project with a limit accepts only instances that have the limit
 * themselves.
 */
function missingReasons({ config }: ProjectInfo, wanted: Wanted): string[] {
  const keys = ["limits.cpu", "limits.memory", "limits.processes"].filter((key) =>
    config[key] && !wanted.config[key] && !(key === "limits.processes" && wanted.vm)
  );
  const root = rootDisk(wanted.devices);
  return [
    ...keys.map((key) => `it has ${key}, so each instance needs that key, too`),
    ...(config["limits.disk"] && root && !root["size"]
      ? ["it has limits.disk, so the root disk of each instance needs a size"]
      : []),
  ];
}

function isRoot(device: Readonly<Record<string, string>>): boolean {
  return device["type"] === "disk" && normalizePath(`/${device["path"] ?? ""}`) === "/" && !device["source"];
}

const LOW_LEVEL = ["raw.lxc", "raw.apparmor", "raw.seccomp", "linux.kernel_modules"] as const;

function restrictions({ config }: ProjectInfo, { vm, config: own, devices, member }: Wanted): string[] {
  const policy = (key: string, usual: string) => config[`restricted.${key}`] || usual;
  const found: string[] = [];
  const refuse = (key: string, value: string, what: string) =>
    void found.push(`restricted.${key} is ${value}: ${what}`);
  const privilege = policy("containers.privilege", "unprivileged");
  if (!vm && isTrue(own["security.privileged"]) && privilege !== "allow") {
    refuse("containers.privilege", privilege, "no security.privileged");
  } else if (!vm && privilege === "isolated" && !isTrue(own["security.idmap.isolated"])) {
    refuse("containers.privilege", privilege, "security.idmap.isolated is needed");
  }
  const nesting = policy("containers.nesting", "block");
  if (!vm && isTrue(own["security.nesting"]) && nesting !== "allow") {
    refuse("containers.nesting", nesting, "no security.nesting");
  }
  const low = vm ? ["raw.qemu"] : LOW_LEVEL;
  const lowKey = vm ? "virtual-machines.lowlevel" : "containers.lowlevel";
  const used = low.filter((key) => own[key]);
  if (used.length > 0 && policy(lowKey, "block") !== "allow") {
    refuse(lowKey, policy(lowKey, "block"), `no ${used.join(", ")}`);
  }
  const target = policy("cluster.target", "block");
  if (member && target !== "allow") refuse("cluster.target", target, `not on "${member}"`);
  for (const [name, device] of Object.entries(devices)) {
    if (device["type"] === "disk" && !isRoot(device)) {
      const disk = policy("devices.disk", "managed");
      const paths = (config["restricted.devices.disk.paths"] ?? "").split(",").map((path) => path.trim())
        .filter((path) => path !== "").map(normalizePath);
      const source = normalizePath(device["source"] ?? "");
      const onHost = !device["pool"] && source.startsWith("/");
      if (disk === "block" || onHost && disk !== "allow") {
        refuse("devices.disk", disk, `no disk "${name}" (${device["source"] ?? ""})`);
      } else if (onHost && paths.length > 0 && !paths.some((path) => isIn(source, path))) {
        refuse("devices.disk.paths", paths.join(", "), `no disk "${name}" (${source})`);
      }
    } else if (device["type"] === "nic") {
      const nic = policy("devices.nic", "managed");
      if (nic === "block" || nic === "managed" && !device["network"]) {
        refuse("devices.nic", nic, `no nic "${name}"`);
      }
    }
  }
  return found;
}

function isIn(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory === "/" ? "" : directory}/`);
}
