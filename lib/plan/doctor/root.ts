/**
 * Findings about work as root: sudo, and the programs of the machine.
 *
 * @module
 */
import { type Facts, foundOf } from "./facts.ts";
import { type Finding, type Found, inArea } from "./finding.ts";

/** Packages of Debian and its relatives by their programs; others are in `coreutils`. */
const PACKAGES: Readonly<Record<string, string>> = {
  rsync: "rsync",
  getfattr: "attr",
  setfattr: "attr",
  tar: "tar",
  find: "findutils",
};

/** Programs that only some commands need. */
const OPTIONAL: readonly string[] = ["rsync", "getfattr", "setfattr"];

/** Judges sudo and the programs that lxops runs as root. */
export function rootFindings(facts: Facts): readonly Finding[] {
  const absent = foundOf(facts.local?.absent) ?? [];
  const isOptional = (name: string) => OPTIONAL.includes(name);
  return inArea("root", [
    ...sudoFindings(facts),
    lacking(absent.filter((name) => !isOptional(name)), "error", "directories cannot be created"),
    lacking(
      absent.filter(isOptional),
      "warning",
      "commands that copy directories, or change their owners, need them",
    ),
  ]);
}

function lacking(names: readonly string[], severity: Found["severity"], why: string): Found | undefined {
  if (names.length === 0) return undefined;
  const packages = new Set(names.map((name) => PACKAGES[name] ?? "coreutils"));
  const many = names.length > 1;
  return {
    id: "programs-missing",
    severity,
    what: `This machine lacks the program${many ? "s" : ""} ${names.map((name) => `"${name}"`).join(", ")}`,
    why: `lxops looks for programs in the usual system directories only; ${why}`,
    cure: [`sudo apt-get install ${[...packages].join(" ")}`],
  };
}

function sudoFindings({ isRoot, local }: Facts): readonly (Found | undefined)[] {
  const sudo = foundOf(local?.sudo);
  if (isRoot || !sudo) return [];
  const user = foundOf(local?.user)?.name ?? "$USER";
  const why = "lxops calls sudo for directories and ZFS; everything else works";
  if (!sudo.there) {
    return [{
      id: "sudo-missing",
      severity: "error",
      what: "You are not root, and this machine has no sudo",
      why: "lxops cannot create directories or datasets",
      cure: ["su -c 'apt-get install sudo'", `su -c '/usr/sbin/usermod -aG sudo ${user}'`],
    }];
  }
  const having = (rule: string) =>
    Object.entries(sudo.rules).filter(([, one]) => one === rule).map(([name]) => name);
  const refused = having("refused");
  const asked = having("password");
  return [
    refused.length > 0
      ? {
        id: "sudo-refuses",
        severity: "error",
        what: `sudo does not let you run ${refused.join(", ")}`,
        why,
        cure: [`su -c '/usr/sbin/usermod -aG sudo ${user}'`],
      }
      : undefined,
    asked.length > 0
      ? {
        id: "sudo-asks",
        severity: "warning",
        what: `sudo asks you for a password for ${asked.join(", ")}`,
        why: "commands ask once where there is a terminal, and fail in scripts and cron",
        cure: ["sudo -v"],
      }
      : undefined,
  ];
}
