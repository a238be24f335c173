/**
 * Checks of the needs of a configuration's settings, before anything changes: features of the daemon, free ports of the
 * host, free addresses of networks, and ids that root may map.
 *
 * @module
 */
import { ConfigError, type Issue } from "../../base/errors.ts";
import { allows } from "../../instance/settings/idmap.ts";
import { isTrue } from "../instance/idmap.ts";
import type { OwnContent } from "../instance/resolve/own_profile.ts";
import { problem, type Target, type World } from "../world.ts";
import { addressIssues } from "../addresses/check.ts";
import { portIssues } from "./ports.ts";

/** Extensions that devices need, by the type and the key, or the start of the source. */
const EXTENSIONS: readonly {
  readonly extension: string;
  readonly what: string;
  needs(device: Readonly<Record<string, string>>): boolean;
}[] = [
  {
    extension: "container_disk_tmpfs",
    what: "a device of type tmpfs",
    needs: ({ type, source }) => type === "disk" && source === "tmpfs:",
  },
  ...(["serial", "busnum", "devnum"] as const).map((key) => ({
    extension: "device_usb_serial",
    what: `"${key}" of a usb device`,
    needs: (device: Readonly<Record<string, string>>) =>
      device["type"] === "usb" && device[key] !== undefined,
  })),
  {
    extension: "unix_device_hotplug_subsystem_device_option",
    what: '"subsystem" of a unix-hotplug device',
    needs: ({ type, subsystem }) => type === "unix-hotplug" && subsystem !== undefined,
  },
  {
    extension: "unix_device_hotplug_ownership_inherit",
    what: '"ownership.inherit" of a unix-hotplug device',
    needs: (device) => device["type"] === "unix-hotplug" && device["ownership.inherit"] !== undefined,
  },
  {
    extension: "unix_hotplug_pci",
    what: '"pci" of a unix-hotplug device',
    needs: ({ type, pci }) => type === "unix-hotplug" && pci !== undefined,
  },
  {
    extension: "instances_nic_limits_priority",
    what: '"limits.priority" of a NIC',
    needs: (device) => device["type"] === "nic" && device["limits.priority"] !== undefined,
  },
];

/** Types of devices that no virtual machine has. */
const CONTAINERS_ONLY: ReadonlySet<string> = new Set(["unix-block", "unix-char", "unix-hotplug"]);

/** The instance that settings are for. */
export interface Wanted {
  readonly vm: boolean;
  /** Configuration, with that of the profiles. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Checks the needs of a target's settings.
 *
 * @param own content of its own profile
 * @throws {ConfigError} with all that is wrong
 */
export function checkSettings(
  target: Target,
  world: World,
  own: OwnContent,
  wanted: Wanted,
): readonly string[] {
  const { issues, notes } = portIssues(target, world);
  const all = [
    ...extensionIssues(target, world),
    ...(wanted.vm ? machineIssues(target) : []),
    ...issues,
    ...addressIssues(target, world, own),
    ...idmapIssues(target, world, wanted),
  ];
  if (all.length > 0) throw new ConfigError(all);
  return notes;
}

function extensionIssues(target: Target, { server }: World): readonly Issue[] {
  return target.instance.settings.devices.flatMap(({ key, device }) =>
    EXTENSIONS.filter(({ extension, needs }) => needs(device) && !server.extensions.has(extension)).map((
      one,
    ) =>
      problem(
        target,
        key,
        `This server lacks "${one.extension}", which ${one.what} needs; it is ${
          server.server || "a daemon"
        } ${server.version}, and a later version may have it`,
      )
    )
  );
}

function machineIssues(target: Target): readonly Issue[] {
  const { settings } = target.instance;
  const devices = settings.devices.flatMap(({ key, device }) => {
    const type = device["source"] === "tmpfs:" ? "tmpfs" : device["type"] ?? "";
    if (CONTAINERS_ONLY.has(type) || type === "tmpfs") {
      return [problem(target, key, `A virtual machine can have no ${type} device`)];
    }
    return type === "proxy" && !isTrue(device["nat"])
      ? [problem(target, key, "Ports of a virtual machine can be forwarded with nat only")]
      : [];
  });
  return [
    ...devices,
    ...(settings.idmap.length > 0
      ? [problem(target, "idmap.0", "The ids of a virtual machine are not mapped")]
      : []),
    ...(settings.config["limits.processes"]?.key === "limits.processes"
      ? [problem(target, "limits.processes", "A virtual machine has no limit of processes")]
      : []),
  ];
}

function idmapIssues(target: Target, { settings: facts }: World, { config }: Wanted): readonly Issue[] {
  const { idmap } = target.instance.settings;
  return idmap.flatMap(({ kind, host }, index): Issue[] => {
    const key = `idmap.${index}`;
    if (isTrue(config["security.privileged"])) {
      return [problem(target, key, "The ids of a privileged container are not mapped")];
    }
    const files = [
      ["/etc/subuid", kind === "gid" ? undefined : facts?.subuid],
      ["/etc/subgid", kind === "uid" ? undefined : facts?.subgid],
    ] as const;
    return files.filter(([, text]) => text !== undefined && !allows(text, host)).map(([file]) => {
      const count = host.last - host.first + 1;
      const ids = count === 1 ? `id ${host.first}` : `ids ${host.first}-${host.last}`;
      return problem(
        target,
        key,
        `${file} does not give root the ${ids}; add the line "root:${host.first}:${count}" to it`,
      );
    });
  });
}
