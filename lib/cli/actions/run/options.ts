/**
 * What the flags of `run` say: limits, mounts, readiness and the program.
 *
 * @module
 */
import { isAbsolute, resolve } from "@std/path";
import { UsageError } from "../../../base/errors.ts";
import type { Keep, Readiness } from "../../../plan/throwaway/run.ts";
import type { Devices } from "../../../ports/mod.ts";

/** Keys of `--limits`, with the keys of an instance that they are. */
const LIMITS: Readonly<Record<string, string>> = {
  cpu: "limits.cpu",
  memory: "limits.memory",
  processes: "limits.processes",
};

/** Reads `--limits cpu=2,memory=4GiB`. */
export function resourcesOf(text: string): Readonly<Record<string, string>> {
  if (text === "") return {};
  return Object.fromEntries(
    text.split(",").map((part) => {
      const [, name, value] = /^([a-z]+)=(.+)$/.exec(part.trim()) ?? [];
      const key = name === undefined ? undefined : LIMITS[name];
      if (key === undefined) {
        throw new UsageError(
          `--limits takes ${Object.keys(LIMITS).join(", ")}, as cpu=2,memory=4GiB, not "${part}"`,
        );
      }
      return [key, value!];
    }),
  );
}

/** Settings with which a container can run containers of its own. */
export const NESTING: Readonly<Record<string, string>> = {
  "security.nesting": "true",
  "security.syscalls.intercept.mknod": "true",
  "security.syscalls.intercept.setxattr": "true",
};

/** Reads `--mount SRC:DST[:ro]` as disk devices. */
export function mountsOf(mounts: readonly string[], cwd: string): Devices {
  return Object.fromEntries(mounts.map((text, index) => {
    const [source = "", path = "", mode = "rw", ...more] = text.split(":");
    if (source === "" || !isAbsolute(path) || !["ro", "rw"].includes(mode) || more.length > 0) {
      throw new UsageError(`--mount takes SRC:DST or SRC:DST:ro, with an absolute DST, not "${text}"`);
    }
    return [`mount${index}`, {
      type: "disk",
      source: resolve(cwd, source),
      path,
      ...(mode === "ro" ? { readonly: "true" } : {}),
    }];
  }));
}

/** Reads `--wait exec|init|net|dns[:NAME]`, one or several with commas. */
export function readinessOf(text: string): Readiness {
  const until = new Set<Readiness["until"][number]>();
  let resolves: string | undefined;
  for (const part of text.split(",").filter((one) => one !== "")) {
    const [word, name] = part.split(":", 2) as [string, string | undefined];
    if (word === "dns" && /^[A-Za-z0-9_.-]*$/.test(name ?? "")) {
      until.add("network");
      resolves = name || DEFAULT_NAME;
    } else if (name !== undefined || !(word in WAITS)) {
      throw new UsageError(`--wait takes exec, init, net, dns or dns:NAME, not "${part}"`);
    } else until.add(WAITS[word]!);
  }
  return { until: [...until], ...(resolves === undefined ? {} : { resolves }) };
}

/** Name that is resolved where none is given. */
const DEFAULT_NAME = "example.com";

const WAITS: Readonly<Record<string, Readiness["until"][number]>> = {
  exec: "exec",
  init: "init",
  net: "network",
};

/** Reads `--keep`. */
export function keepOf(text: string): Keep {
  const found = (["never", "on-failure", "always"] as const).find((one) => one === text);
  if (found === undefined) throw new UsageError(`--keep takes never, on-failure or always, not "${text}"`);
  return found;
}
