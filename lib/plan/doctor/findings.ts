/**
 * All findings of `doctor`, and their forms as text and data.
 *
 * @module
 */
import { count } from "../../base/sizes.ts";
import { daemonFindings } from "./daemon.ts";
import { type Facts, foundOf } from "./facts.ts";
import { fileFindings } from "./files.ts";
import { AREAS, type Finding, type Unknown } from "./finding.ts";
import { idFindings } from "./ids.ts";
import { instanceFindings } from "./instances.ts";
import { networkFindings } from "./network.ts";
import { clockFindings, remoteFindings } from "./remotes.ts";
import { rootFindings } from "./root.ts";
import { storageFindings } from "./storage.ts";
import { zfsFindings } from "./zfs.ts";

/** Judges all facts; errors come before warnings. */
export function findingsOf(facts: Facts): readonly Finding[] {
  const all = [
    daemonFindings,
    storageFindings,
    networkFindings,
    idFindings,
    rootFindings,
    zfsFindings,
    fileFindings,
    remoteFindings,
    instanceFindings,
    clockFindings,
  ].flatMap((judge) => judge(facts));
  const rank = (one: Finding) => (one.severity === "error" ? 0 : AREAS.length) + AREAS.indexOf(one.area);
  return all.toSorted((a, b) => rank(a) - rank(b));
}

/** Returns the parts that could not be looked at. A daemon or ZFS that does not answer at all is a finding instead. */
export function unknownsOf({ daemon, local, certificates, files }: Facts): readonly Unknown[] {
  const looks = {
    daemon: [daemon?.server, daemon?.projects, local?.sockets, local?.user],
    storage: [daemon?.pools, daemon?.profiles, local?.room],
    network: [daemon?.networks],
    ids: [local?.texts],
    root: [local?.sudo, local?.absent],
    zfs: [local?.zfs, local?.datasets],
    files: [files],
    remotes: [certificates],
    instances: [
      daemon?.instances,
      daemon?.remains,
      local?.places,
      local?.other,
      foundOf(local?.other)?.instances,
    ],
    clock: [],
  };
  return AREAS.flatMap((area) => {
    const isFinding = (late: boolean) => late && (area === "daemon" || area === "zfs");
    const why = looks[area].flatMap((look) =>
      look && "problem" in look && !isFinding(look.late) ? [look.problem] : []
    );
    return [...new Set(why)].map((one) => ({ area, why: one }));
  });
}

/** Returns findings as text. */
export function findingsText(
  facts: Facts,
  findings: readonly Finding[],
  unknowns: readonly Unknown[],
): string {
  const lines = [
    ...findings.flatMap((one) => [...findingLines(one), ""]),
    ...unknowns.map(({ area, why }) => `Not looked at (${area}): ${why}`),
    summary(facts, findings),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function findingLines({ severity, id, what, why, cure }: Finding): readonly string[] {
  const [first = "", ...more] = cure;
  return [
    `${severity.toUpperCase()} ${id}: ${what}`,
    `  ${why.startsWith("lxops") ? why : `${why.slice(0, 1).toUpperCase()}${why.slice(1)}`}.`,
    `  To mend it: ${first}`,
    ...more.map((line) => `              ${line}`),
  ];
}

function summary(facts: Facts, findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const found = findings.length === 0
    ? "No problem found"
    : [errors > 0 ? count(errors, "error") : "", warnings > 0 ? count(warnings, "warning") : ""]
      .filter((text) => text !== "").join(", ");
  const fixable = findings.filter(({ fix }) => fix !== undefined).length;
  const fix = fixable === 0
    ? ""
    : `; "lxops doctor --fix" mends ${fixable === findings.length ? "all" : fixable} of it`;
  return `${found}${fix}. ${looked(facts)}`;
}

function looked({ backend, address, daemon, local }: Facts): string {
  const server = foundOf(daemon?.server);
  const parts = [
    server ? `${backend.title} ${server.version} at "${address}"` : "",
    ...[
      [foundOf(daemon?.pools)?.length, "storage pool"],
      [foundOf(daemon?.networks)?.filter(({ isUsed }) => isUsed).length, "network"],
      [foundOf(daemon?.instances)?.length, "instance"],
      [foundOf(local?.zfs)?.pools.length, "ZFS pool"],
    ].map(([number, noun]) => number === undefined ? "" : count(Number(number), String(noun))),
    local ? "this machine" : "",
  ].filter((text) => text !== "");
  return `Looked at: ${parts.join(", ")}`;
}

/** Returns findings as data for programs. */
export function findingsJson(findings: readonly Finding[], unknowns: readonly Unknown[]) {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return {
    errors,
    warnings: findings.length - errors,
    findings: findings.map(({ fix, ...rest }) => ({ ...rest, fixable: fix !== undefined })),
    unknown: unknowns,
  };
}
