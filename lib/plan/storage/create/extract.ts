/**
 * The content of an image's directories, for new device directories: a stopped instance is created from the image for a
 * while, and its directories are unpacked from a backup of it, which the daemon makes with every storage driver.
 *
 * @module
 */
import { shortHash } from "../../../base/hash.ts";
import { usable } from "../../../instance/parts.ts";
import { dirname } from "@std/path";
import { ConfigError, refuse } from "../../../base/errors.ts";
import type { InstanceInfo, InstanceRef } from "../../../ports/mod.ts";
import { run, send } from "../../../step/build.ts";
import type { Effect, Step } from "../../../step/step.ts";
import {
  emptyDirectory,
  makeNewDirectory,
  makeParents,
  moveDirectory,
  partialOf,
} from "../../commands/copy.ts";
import { expandedDevices } from "../../instance/resolve/create.ts";
import { instanceNameProblem } from "../../../instance/patterns/names.ts";
import { isTrue } from "../../instance/idmap.ts";
import { need, type Resolved } from "../../instance/resolve/resolved.ts";
import { marks } from "../../instance/ownership.ts";
import { createBackup, createInstance, deleteInstance } from "../../requests/instances.ts";
import type { LocatedFilesystem } from "../kinds/kind.ts";
import { HOST_KINDS } from "../kinds/mod.ts";
import { removeUnfinished } from "../kinds/replace_directory.ts";
import { freezeWriters } from "../freeze.ts";
import { objectKey, problem, refOf, type Target, type World } from "../../world.ts";
import { EXTRACT_SUFFIX, NAME_LIMIT } from "../../instance/reserved_names.ts";

/** A directory that is filled from the image. */
export interface Content {
  /** Key of the device. */
  readonly device: string;
  /** Path in the image. */
  readonly path: string;
  readonly to: string;
  /** True where the daemon shifts its ids, so that its files have the container's own. */
  readonly shift: boolean;
  /** True where it is a whole filesystem. */
  readonly root: boolean;
  /** The filesystem that is mounted there, whose root cannot be renamed. */
  readonly mounted?: LocatedFilesystem;
}

const BACKUP = "lxops";

/** The instance key that names the instance for which lxops created this one, to take content out of it. */
export const EXTRACT_MARK = "user.lxops.extract";

/** The instance keys that decide which ids of the host a container gets. */
const IDMAP_KEYS = [
  "raw.idmap",
  "security.idmap.base",
  "security.idmap.isolated",
  "security.idmap.size",
  "security.privileged",
] as const;

/** Returns the name of the instance from which the content for another one is taken. */
export function extractName(name: string): string {
  return `${instanceNameProblem(name) === undefined ? name : instanceLike(name)}${EXTRACT_SUFFIX}`;
}

/** Returns a name that an instance can have, for a name that only directories can have. */
function instanceLike(name: string): string {
  const letters = name.replace(/[^A-Za-z0-9]+/g, "-").replace(/^[^A-Za-z]+/, "").slice(0, 32);
  return `${letters || "template"}-${shortHash(name)}`;
}

/** Returns the instance that an earlier run created to take content out of it, and did not delete. */
export function extractLeftover(target: Target, world: World): InstanceInfo | undefined {
  const { instance } = target;
  const info = world.instances.get(objectKey(instance.project, extractName(instance.name)));
  return info?.config[EXTRACT_MARK] === instance.name ? info : undefined;
}

/** Plans the deletion of the instance that an earlier run left. */
export function removeLeftover(target: Target, world: World): Step[] {
  const left = extractLeftover(target, world);
  if (!left) return [];
  const ref = { project: target.instance.project, name: left.name };
  return [
    send(`Delete instance ${left.name}, left by an earlier run`, deleteInstance(ref), {
      removes: [{ kind: "instance", ...ref }],
    }),
  ];
}

/**
 * Plans that directories get the content that the image has for them.
 *
 * @throws {ConfigError} where the content is not available
 */
export function contentSteps(resolved: Resolved, contents: readonly Content[]): Step[] {
  const { target, world } = resolved;
  const before = removeLeftover(target, world);
  if (contents.length === 0) return before;
  const { instance } = target;
  // Instances that could be frozen are refused, too: before that, they could lead the first step elsewhere.
  freezeWriters(
    world,
    contents.flatMap(({ to }) => [to, partialOf(to)]),
    { own: [], action: `take content of the image for instance "${instance.name}"` },
  );
  const ref = { project: instance.project, name: extractName(instance.name) };
  const opens = { kind: "extraction", ...ref } as const;
  const deletion: Effect = { kind: "send", ...deleteInstance(ref) };
  return [
    ...before,
    ...contents.flatMap((content) => prepare(content, world)),
    send(
      `Create instance ${ref.name} from ${instance.image}, to take content out of it`,
      createRequest(resolved, ref),
      { undo: deletion, opens },
    ),
    send(`Back up instance ${ref.name}`, createBackup(ref, BACKUP)),
    ...contents.map(({ path, to, mounted, shift }): Step => ({
      title: `Unpack ${path} of ${instance.image} into ${mounted ? to : partialOf(to)}`,
      effect: {
        kind: "unpack",
        instance: ref,
        backup: BACKUP,
        path,
        directory: mounted ? to : partialOf(to),
        ...(shift ? { owner: "0:0" } : idsOf(resolved, ref)),
      },
    })),
    { title: `Delete instance ${ref.name}`, effect: deletion, closes: opens },
    ...contents.map(finish),
  ];
}

function prepare({ to, root, mounted }: Content, world: World): Step[] {
  if (mounted?.unfinished) return [run(`Empty ${to}`, emptyDirectory(to))];
  if (mounted) return mounted.exists ? [HOST_KINDS[mounted.kind].mount!.begin(mounted.path)] : [];
  const partial = partialOf(to);
  const old = world.paths.get(partial);
  if (old && old.kind !== "directory") {
    throw refuse(`Cannot unpack into "${partial}"`, `it is a ${old.kind}`);
  }
  return [
    ...removeUnfinished(partial, old !== undefined),
    ...(root ? [run(`Create directory ${dirname(to)}`, makeParents(dirname(to)))] : []),
    run(`Create directory ${partial}`, makeNewDirectory(partial)),
  ];
}

function finish({ to, mounted }: Content): Step {
  if (mounted) return HOST_KINDS[mounted.kind].mount!.finish(mounted.path);
  return run(`Rename the copy to ${to}`, moveDirectory(partialOf(to), to), {
    makes: [{ kind: "directory", name: to }],
  });
}

function createRequest(resolved: Resolved, ref: InstanceRef) {
  const { target, world } = resolved;
  const { instance } = target;
  const fail = (key: string, message: string) => new ConfigError([problem(target, key, message)]);
  if (ref.name.length > NAME_LIMIT) {
    throw fail(
      "",
      `The instance name "${instance.name}" is too long to take content out of the image: with "${EXTRACT_SUFFIX}" it may ` +
        `have ${NAME_LIMIT} characters`,
    );
  }
  if (world.instances.has(objectKey(ref.project, ref.name)) && !extractLeftover(target, world)) {
    throw refuse(`Instance "${ref.name}" is in the way`, "lxops needs that name, and did not make it");
  }
  usable(instance, "member");
  const image = need(resolved.image);
  const { options, config } = need(resolved.creation);
  if (options.vm || image.info?.type === "virtual-machine") {
    throw fail("image", "Device directories cannot be filled from the image of a virtual machine");
  }
  const [name, root] =
    Object.entries(expandedDevices(resolved, {})).find(([, device]) =>
      device["type"] === "disk" && device["path"] === "/"
    ) ?? [];
  return createInstance(ref.project, {
    name: ref.name,
    type: "container",
    source: image.source,
    profiles: [],
    config: {
      ...Object.fromEntries(
        IDMAP_KEYS.flatMap((key) => config[key] === undefined ? [] : [[key, config[key]]]),
      ),
      ...marks(target),
      [EXTRACT_MARK]: instance.name,
    },
    devices: name !== undefined && root ? { [name]: root } : {},
    ephemeral: false,
    description: `Out of which lxops takes content for ${instance.name}`,
  }, options.target);
}

/**
 * Returns the ids that the content gets. An instance that has no id map yet will have that of any instance with its
 * settings.
 */
function idsOf(
  { target, world, creation }: Resolved,
  ref: InstanceRef,
): { readonly owner: string } | { readonly idsOf: InstanceRef } {
  const { instance } = target;
  if (instance.owner) return { owner: `${instance.owner.uid}:${instance.owner.gid}` };
  if (world.instances.has(objectKey(instance.project, instance.name))) return { idsOf: refOf(instance) };
  const { config } = need(creation);
  if (isTrue(config["security.idmap.isolated"]) && !config["security.idmap.base"]) {
    throw new ConfigError([problem(
      target,
      "lxc-options",
      `The daemon chooses the ids of an isolated container when it is created, so content of the image cannot have ` +
        `them before; set security.idmap.base, or device-owner`,
    )]);
  }
  return { idsOf: ref };
}
