/**
 * Rules of the daemons, of ZFS and of lxops for names and paths. Each function returns the problem of a name, as the
 * end of a sentence that begins with the name, or nothing.
 *
 * @module
 */
import { LOCK_PREFIX } from "../../ports/lock.ts";

/** Checks the name of an instance: both daemons take host names only. */
export function instanceNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > 63) return "is longer than 63 characters";
  if (!/^[A-Za-z0-9-]*$/.test(name)) return "may have only letters, digits and hyphens";
  if (!/^[A-Za-z]/.test(name)) return "must start with a letter";
  if (name.endsWith("-")) return "must not end with a hyphen";
  return undefined;
}

/** Checks a name that stands for directories only, as that of a template: no instance needs to have it. */
export function placeNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name === "." || name === "..") return "is reserved";
  if (name.length > 255) return "is longer than 255 characters";
  if (name.includes("/")) return 'must not contain "/"';
  if (name.startsWith("-")) return "must not start with a hyphen";
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f-\x9f]/.test(name)) return "must not contain control characters";
  return undefined;
}

/** Checks the name of a project. */
export function projectNameProblem(name: string): string | undefined {
  if (name === "." || name === ".." || name === "*") return "is reserved";
  const bad = /[\s/_'"?&#%]/.exec(name)?.[0];
  if (bad !== undefined) return `must not contain ${JSON.stringify(bad)}`;
  return name.startsWith("-") ? "must not start with a hyphen" : undefined;
}

/** Checks the name of a profile; the locks of lxops are profiles too. */
export function profileNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name === "." || name === "..") return "is reserved";
  const bad = /[/\s]/.exec(name)?.[0];
  if (bad !== undefined) return `must not contain ${JSON.stringify(bad)}`;
  const lock = [".", "-"].map((end) => LOCK_PREFIX + end).find((begin) => name.startsWith(begin));
  if (lock !== undefined) return `must not start with "${lock}", as the names of locks of lxops do`;
  return name.startsWith("-") ? "must not start with a hyphen" : undefined;
}

/** Checks the name of a device. */
export function deviceNameProblem(name: string): string | undefined {
  if (name.length > 63) return "is longer than 63 characters";
  if (name.startsWith(".")) return "must not start with a dot";
  if (!/^[A-Za-z0-9_.:/-]*$/.test(name)) return 'may have only letters, digits and "-", "_", ".", ":", "/"';
  return undefined;
}

/** Checks the name of a ZFS dataset below a pool. */
export function datasetNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > 255) return "is longer than 255 characters";
  if (/^(~[^/]*|[.][.]?)(\/|$)/.test(name)) {
    return "is no dataset: write a directory as an absolute path, like /srv/(instance), or in lxops.yaml also like (dir)/data";
  }
  const mark = /[@#%]/.exec(name)?.[0];
  if (mark !== undefined) return `must not contain "${mark}"`;
  const bad = /[^A-Za-z0-9_.:/ -]/.exec(name)?.[0];
  if (bad !== undefined) return `must not contain ${JSON.stringify(bad)}`;
  const parts = name.split("/");
  if (parts.includes("")) return 'has an empty component (look at its slashes and at "project/" beside one)';
  if (parts.includes(".") || parts.includes("..")) return 'must not have "." or ".." as a component';
  if (parts.some((part) => part.startsWith("-"))) {
    return "must not have a component that starts with a hyphen";
  }
  if (parts.some((part) => part !== part.trim())) {
    return "must not have a component that starts or ends with a space";
  }
  if (!/^[A-Za-z]/.test(name)) return "must start with a letter, as pools do";
  if (parts.length < 2) return `is a pool; a filesystem must be in one, like "${name}/host"`;
  return undefined;
}

/** Checks the name of a storage pool. */
export function poolNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)
    ? undefined
    : 'may have only letters, digits and "-", "_", ".", and must start with one of the first two';
}

/** Checks the name of a volume: daemons take more, but not all of their storage drivers do. */
export function volumeNameProblem(name: string): string | undefined {
  if (name.length > 100) return "is longer than 100 characters";
  if (/[.]partial$|-lxops-export$/.test(name)) {
    return "ends in a suffix reserved for unfinished volumes";
  }
  return poolNameProblem(name);
}

/** Checks an absolute path of the host. */
export function hostPathProblem(path: string): string | undefined {
  if (!path.startsWith("/")) return "must be absolute";
  if (path.split("/").includes("..")) return 'must not contain ".."';
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(path)) return "must not contain control characters";
  return undefined;
}

/** Takes `.`, doubled and trailing slashes out of a path. */
export function normalizePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return (path.startsWith("/") ? "/" : "") + parts.join("/");
}

const SYSTEM_TREES: readonly string[] = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib32",
  "/lib64",
  "/proc",
  "/run",
  "/sbin",
  "/sys",
];
const SYSTEM_DIRECTORIES: readonly string[] = [
  "/usr/bin",
  "/usr/lib",
  "/usr/local",
  "/usr/sbin",
  "/usr/share",
].concat(
  ["backups", "cache", "lib", "local", "lock", "log", "mail", "opt", "run", "spool", "tmp"].map((name) =>
    `/var/${name}`
  ),
  ["/var/lib/incus", "/var/lib/lxd", "/var/snap", "/var/snap/lxd", "/snap"],
);

/** Tells whether a normalised directory belongs to the operating system and must never be removed. */
export function isSystemDirectory(path: string): boolean {
  return path.lastIndexOf("/") === 0 || SYSTEM_DIRECTORIES.includes(path) ||
    SYSTEM_TREES.some((tree) => path.startsWith(`${tree}/`));
}
