/**
 * The operating systems that lxops knows, with their differences that matter for cloud-config.
 *
 * @module
 */
import type { PackageManager } from "../shell/packages.ts";

/** The user that an image of a system usually has; `default` in a list of users. */
export interface DefaultUser {
  readonly name: string;
  readonly gecos: string;
  readonly shell: string;
  readonly groups: readonly string[];
  readonly sudo?: readonly string[];
  readonly doas?: readonly string[];
}

/** An operating system. */
export interface OSType {
  readonly name: string;
  /** Systems of one family keep their configuration at the same places. */
  readonly family: "alpine" | "arch" | "debian" | "openwrt" | "redhat" | "suse" | "void";
  readonly packageManager: PackageManager;
  /** The shell of new users for whom the file names none; empty: the default of the system's own tool. */
  readonly shell: string;
  /**
   * The password field of new users without a password. Without PAM, sshd refuses accounts whose field starts with
   * `!`, even with a key: there it is `*`. Empty: the default of the system's own tool.
   */
  readonly noPassword: "" | "*";
  readonly defaultUser: DefaultUser;
}

const everything: readonly string[] = ["ALL=(ALL) NOPASSWD:ALL"];

const debian: OSType = {
  name: "debian",
  family: "debian",
  packageManager: "apt",
  shell: "/bin/bash",
  noPassword: "",
  defaultUser: {
    name: "debian",
    gecos: "Debian",
    shell: "/bin/bash",
    groups: ["adm", "audio", "cdrom", "dialout", "dip", "floppy", "netdev", "plugdev", "sudo", "video"],
    sudo: everything,
  },
};

const fedora: OSType = {
  name: "fedora",
  family: "redhat",
  packageManager: "dnf",
  shell: "",
  noPassword: "",
  defaultUser: {
    name: "fedora",
    gecos: "fedora Cloud User",
    shell: "/bin/bash",
    groups: ["wheel", "adm", "systemd-journal"],
    sudo: everything,
  },
};

function enterprise(name: string, user: string): OSType {
  return { ...fedora, name, defaultUser: { ...fedora.defaultUser, name: user, gecos: `${name} Cloud User` } };
}

const systems: readonly OSType[] = [
  {
    name: "alpine",
    family: "alpine",
    packageManager: "apk",
    shell: "",
    noPassword: "*",
    defaultUser: {
      name: "alpine",
      gecos: "alpine Cloud User",
      shell: "/bin/ash",
      groups: ["adm", "wheel"],
      doas: ["permit nopass alpine"],
    },
  },
  debian,
  {
    ...debian,
    name: "ubuntu",
    defaultUser: {
      name: "ubuntu",
      gecos: "Ubuntu",
      shell: "/bin/bash",
      groups: ["adm", "cdrom", "dip", "lxd", "sudo"],
      sudo: everything,
    },
  },
  {
    name: "openwrt",
    family: "openwrt",
    packageManager: "opkg",
    shell: "/bin/ash",
    noPassword: "*",
    defaultUser: { name: "root", gecos: "root", shell: "/bin/ash", groups: [] },
  },
  fedora,
  enterprise("rocky", "rocky"),
  enterprise("almalinux", "almalinux"),
  enterprise("centos", "centos"),
  {
    name: "arch",
    family: "arch",
    packageManager: "pacman",
    shell: "",
    noPassword: "",
    defaultUser: {
      name: "arch",
      gecos: "arch Cloud User",
      shell: "/bin/bash",
      groups: ["wheel", "users"],
      sudo: everything,
    },
  },
  {
    name: "opensuse",
    family: "suse",
    packageManager: "zypper",
    shell: "",
    noPassword: "",
    defaultUser: {
      name: "opensuse",
      gecos: "opensuse Cloud User",
      shell: "/bin/bash",
      groups: [],
      sudo: everything,
    },
  },
  {
    name: "void",
    family: "void",
    packageManager: "xbps",
    shell: "",
    noPassword: "",
    defaultUser: {
      name: "void",
      gecos: "void Cloud User",
      shell: "/bin/bash",
      groups: ["wheel"],
      sudo: everything,
    },
  },
];

/** Operating systems by the name that a config gives as `ostype`. */
export const osTypes: ReadonlyMap<string, OSType> = new Map(systems.map((system) => [system.name, system]));

/** Returns the operating system of a name. */
export function osType(name: string): OSType | undefined {
  return osTypes.get(name);
}

/** Returns the names that a config can give as `ostype`. */
export function osTypeNames(): readonly string[] {
  return [...osTypes.keys()];
}

/** The names of systems in images and `/etc/os-release` that differ from those of lxops. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  archlinux: "arch",
  archarm: "arch",
  rockylinux: "rocky",
  alma: "almalinux",
  rhel: "centos",
  ol: "centos",
  oracle: "centos",
  suse: "opensuse",
  sles: "opensuse",
  voidlinux: "void",
};

/** Finds the operating system that the property `os` of an image, or a word of `/etc/os-release`, names. */
export function osTypeOfName(text: string): OSType | undefined {
  const name = text.trim().toLowerCase();
  const known = name.startsWith("opensuse") ? "opensuse" : name;
  return osType(OTHER_NAMES[known] ?? known);
}

/** Finds the operating system that `/etc/os-release` describes, or one that is similar according to it. */
export function osTypeOfRelease(text: string): OSType | undefined {
  const words = (key: string) =>
    new RegExp(`^${key}=["']?([^"'\\n]*)`, "m").exec(text)?.[1]?.split(/\s+/) ?? [];
  return [...words("ID"), ...words("ID_LIKE")].map(osTypeOfName).find((system) => system !== undefined);
}
