/**
 * Settings of pools, as flags of `pool create` and operands of `pool set` give them.
 *
 * @module
 */
import { secondsOf } from "../../../base/durations.ts";
import { UsageError } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/suggest.ts";
import { isUser } from "../../../plan/pool/definition.ts";
import { checkSpec, type PoolSpec } from "../../../plan/pool/spec.ts";
import { readinessOf } from "../run/options.ts";

type Settings = Partial<PoolSpec>;

/** The largest size and max that can be set: a daemon with more instances than that hardly answers. */
const LARGEST = { size: 500, max: 1000 } as const;

/** Settings by name, each with a function that reads its value. */
const SETTINGS: Readonly<Record<string, (value: string, name: string) => Settings>> = {
  size: (value) => ({ size: countOf(value, "size") }),
  max: (value) => ({ max: countOf(value, "max") }),
  ready: (value, name) => ({ ready: oneOf(["running", "frozen", "stopped"], value, name) }),
  mode: (value, name) => ({ mode: oneOf(["lease", "self"], value, name) }),
  lease: (value, name) => ({ leaseSeconds: durationOf(value, name, 1) }),
  "max-age": (value, name) => ({ maxAgeSeconds: durationOf(value, name, 0) }),
  reset: (value, name) => ({ reset: oneOf(["none", "snapshot"], value, name) }),
  wait: (value) => {
    const { until, resolves } = readinessOf(value);
    return { until: [...until], ...(resolves === undefined ? {} : { resolves }) };
  },
  "wait-timeout": (value, name) => ({ readySeconds: durationOf(value, name, 1) }),
  "ssh-user": (value) => ({ sshUser: userOf(value) }),
  "host-key": (value, name) => ({ hostKeys: oneOf(["new", "image"], value, name) }),
  image: (value) => ({ image: value }),
};

/** Reads settings by name; empty values are left out. */
export function settingsOf(values: readonly (readonly [name: string, value: string])[]): Settings {
  return Object.assign(
    {},
    ...values.filter(([, value]) => value !== "").map(([name, value]) => settingOf(name, value)),
  ) as Settings;
}

function settingOf(name: string, value: string): Settings {
  const read = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  if (!read) {
    throw new UsageError(`A pool has no setting "${name}"${didYouMean(name, Object.keys(SETTINGS))}`, [
      `Settings: ${Object.keys(SETTINGS).join(", ")}`,
    ]);
  }
  return read(value, name);
}

/**
 * Checks a definition that lxops is to write in the way that readers check it.
 *
 * @throws {UsageError}
 */
export function checkSettings(spec: PoolSpec): void {
  checkSpec(spec, spec, (reason) => new UsageError(`Pool "${spec.pool}" cannot be like that: ${reason}`));
}

function countOf(value: string, name: keyof typeof LARGEST): number {
  const count = Number(value);
  if (!/^\d+$/.test(value) || count > LARGEST[name]) {
    throw new UsageError(`${name} takes a whole number up to ${LARGEST[name]}, not "${value}"`);
  }
  return count;
}

function durationOf(value: string, name: string, least: number): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : secondsOf(value);
  if (seconds === undefined || seconds < least || seconds > 366 * 86_400) {
    throw new UsageError(`${name} takes a duration such as 90s, 30m or 2h, not "${value}"`);
  }
  return seconds;
}

function oneOf<const T extends string>(all: readonly T[], value: string, name: string): T {
  const found = all.find((one) => one === value);
  if (found === undefined) throw new UsageError(`${name} takes ${all.join(", ")}, not "${value}"`);
  return found;
}

function userOf(value: string): string {
  if (isUser(value)) return value;
  throw new UsageError(`ssh-user takes the name of a user, not "${value}"`);
}
