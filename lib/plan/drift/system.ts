/**
 * Comparison of packages, services and settings of the system.
 *
 * @module
 */
import type {
  HostnameCheck,
  HostsCheck,
  LocaleCheck,
  MountCheck,
  PackageCheck,
  ServiceCheck,
  SshdCheck,
  TrustCheck,
  ZoneCheck,
} from "../../cloudconfig/model/check.ts";
import { factOf, type Facts, factsOf } from "./answer.ts";
import type { Drift, Told } from "./drift.ts";

/** Returns the names of the packages that provide others, by the name of what they provide. */
export function provided(facts: Facts): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [key, all] of facts) {
    if (!key.startsWith("package ")) continue;
    for (const [, more = ""] of all) {
      for (const [name] of more.matchAll(/(?<![^\s,])[^\s,()=]+/g)) names.add(name);
    }
  }
  return names;
}

/** Compares a package; another version counts only where the configuration names one. */
export function packageDrift(check: PackageCheck, facts: Facts, others: ReadonlySet<string>): Told {
  if (!factOf(facts, "looked", check.manager)) return "unknown";
  const name = `package ${check.name}`;
  const found = factOf(facts, "package", check.name);
  if (!found) return others.has(check.name) ? [] : [{ name }];
  const { version } = check;
  const [have = ""] = found;
  if (version === undefined || have === "" || matches(version, have)) return [];
  return [{ name, aspect: "version", wanted: version, have }];
}

function matches(pattern: string, version: string): boolean {
  if (!pattern.includes("*")) return pattern === version;
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(version);
}

/** Returns a difference; while the instance still starts its services, it is unknown. */
function unlessStarting(facts: Facts, drift: Drift): Told {
  return factOf(facts, "starting") ? "unknown" : [drift];
}

/** Compares a service. */
export function serviceDrift(check: ServiceCheck, facts: Facts): Told {
  const { name: service, enabled, active, ifThere } = check;
  const found = factOf(facts, "service", service);
  if (!found) return "unknown";
  const [loaded = "", unit = "", state = ""] = found;
  const name = `service ${service}`;
  if (ifThere && loaded === "not-found") return [];
  if (check.masked) {
    return loaded === "masked" || unit.startsWith("masked")
      ? []
      : [{ name, aspect: "start", wanted: "masked", have: unit || loaded }];
  }
  if (loaded === "not-found" || loaded === "masked" && enabled !== false) {
    return enabled || active ? [{ name, ...(loaded === "masked" ? masked : {}) }] : [];
  }
  const isEnabled = !/^(?:disabled|masked|masked-runtime|bad)$/.test(unit);
  const isActive = /^(?:active|activating|reloading)/.test(state);
  const drifts: Drift[] = [];
  if (enabled !== undefined && isEnabled !== enabled) {
    drifts.push({ name, aspect: "start", wanted: enabled ? "enabled" : "disabled", have: unit });
  }
  // Of a unit that a condition leaves out, starting it again would change nothing.
  const cannotTell = state === "active or oneshot" || state === "left out";
  if (active === undefined || isActive === active || cannotTell) return drifts;
  const drift = { name, aspect: "state", wanted: active ? "active" : "inactive", have: state };
  const told = unlessStarting(facts, drift);
  return told === "unknown" ? drifts.length > 0 ? drifts : told : [...drifts, ...told];
}

const masked = { aspect: "start", wanted: "enabled", have: "masked" } as const;

/** Compares the time zone. */
export function zoneDrift({ name: zone }: ZoneCheck, facts: Facts): Told {
  const found = factOf(facts, "zone");
  if (!found) return "unknown";
  const [link = "", real = "", same = "", written = ""] = found;
  const isSet = link === zone || [link, real].some((path) => path.endsWith(`zoneinfo/${zone}`));
  if (!isSet && same !== "same") {
    const have = link.replace(/^.*zoneinfo\//, "") || written;
    return [{ name: "time zone", ...(have === "" ? {} : { aspect: "name", wanted: zone, have }) }];
  }
  return written === "" || written === zone
    ? []
    : [{ name: "time zone", aspect: "in /etc/timezone", wanted: zone, have: written }];
}

/** Compares the host name. An instance that was just started can still have its own name. */
export function hostnameDrift({ name: wanted, file }: HostnameCheck, facts: Facts, instance: string): Told {
  const found = factOf(facts, "hostname");
  if (!found) return "unknown";
  const [written = "", running = ""] = found;
  const name = "host name";
  if (written !== wanted && (written !== "" || file)) {
    return [{ name, aspect: "in /etc/hostname", wanted, have: written }];
  }
  return running === wanted || running === instance
    ? []
    : unlessStarting(facts, { name, aspect: "of the kernel", wanted, have: running });
}

/** Compares the line of the host name in /etc/hosts. */
export function hostsDrift(_check: HostsCheck, facts: Facts): Told {
  return factOf(facts, "hosts") ? [] : [{ name: "host name in /etc/hosts" }];
}

/** Compares a keyword of sshd. */
export function sshdDrift({ keyword, value }: SshdCheck, facts: Facts): Told {
  const have = factOf(facts, "sshd", keyword)?.[0];
  const name = `sshd ${keyword}`;
  if (have === undefined) return [{ name }];
  return have.toLowerCase() === value.toLowerCase() ? [] : [{ name, aspect: "value", wanted: value, have }];
}

/** Compares a mount. */
export function mountDrift({ field, line, mounted, flags = [] }: MountCheck, facts: Facts): Told {
  const name = `mount ${field}`;
  const have = factOf(facts, "fstab", field)?.[0];
  if (have === undefined) return [{ name }];
  const wanted = line.split("\t").join(" ");
  if (have !== wanted) return [{ name, aspect: "in /etc/fstab", wanted, have }];
  if (!mounted) return [];
  if (factOf(facts, "mounted", field)) {
    const set = factOf(facts, "flags", field)?.[0]?.split(",");
    return flags.filter((flag) => set && !set.includes(flag)).map((flag): Drift => ({
      name,
      aspect: `flag ${flag}`,
      wanted: "set",
      have: "not set",
    }));
  }
  return unlessStarting(facts, { name, aspect: "state", wanted: "mounted", have: "not mounted" });
}

/** Compares a locale. */
export function localeDrift({ name: locale }: LocaleCheck, facts: Facts): Told {
  return factOf(facts, "locale", locale)?.[0] === "missing" ? [{ name: `locale ${locale}` }] : [];
}

/** Compares the certificates that the system trusts, where it has a file of all of them. */
export function trustDrift({ bundle, certificates }: TrustCheck, facts: Facts): Told {
  if (!factOf(facts, "bundle", bundle)) return [];
  const there = new Set(factsOf(facts, "certificate", bundle).map(([index]) => Number(index)));
  return certificates.flatMap((_, index): readonly Drift[] =>
    there.has(index + 1) ? [] : [{
      name: `certificates in ${bundle}`,
      aspect: `certificate ${index + 1} of ca_certs`,
      wanted: "there",
      have: "missing",
    }]
  );
}
