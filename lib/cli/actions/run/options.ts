/**
 * Options from the flags of `run`: limits, mounts, readiness and the program.
 *
 * @module
 */
import { basename, dirname, isAbsolute, join, resolve } from "@std/path";
import { UsageError } from "../../../base/errors.ts";
import type { Keep, Readiness, RunOptions } from "../../../plan/throwaway/options.ts";
import type { Devices, FileCopy, Host } from "../../../ports/mod.ts";

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

/** Reads `--copy-in SRC:DST`, whose destination is in the instance, and `--copy-out SRC:DST`, whose source is. */
export function copiesOf(
  values: {
    readonly "copy-in": readonly string[];
    readonly "copy-out": readonly string[];
    readonly "max-size": number;
    readonly overwrite: boolean;
  },
  cwd: string,
): readonly Omit<FileCopy, "instance">[] {
  const maxBytes = values["max-size"] * 1024 * 1024;
  const sides = (flag: string, text: string) => {
    const [from = "", to = "", ...more] = text.split(":");
    const inside = flag === "copy-in" ? to : from;
    if (from === "" || to === "" || more.length > 0 || !isAbsolute(inside)) {
      throw new UsageError(`--${flag} takes SRC:DST, with an absolute path in the instance, not "${text}"`);
    }
    return [from, to] as const;
  };
  return [
    ...values["copy-in"].map((text) => {
      const [from, to] = sides("copy-in", text);
      const paths = { inside: to, outside: resolve(cwd, from) };
      return { direction: "in" as const, ...paths, archive: false, overwrite: true, maxBytes };
    }),
    ...values["copy-out"].map((text) => {
      const [from, to] = sides("copy-out", text);
      const paths = { inside: from, outside: `${resolve(cwd, to)}${to.endsWith("/") ? "/" : ""}` };
      return { direction: "out" as const, ...paths, archive: false, overwrite: values.overwrite, maxBytes };
    }),
  ];
}

/** Reads `--cache NAME:PATH`. */
export function cachesOf(texts: readonly string[]): RunOptions["caches"] {
  return texts.map((text) => {
    const [, name, path] = /^([A-Za-z0-9][A-Za-z0-9-]{0,39}):(\/.+)$/.exec(text) ?? [];
    if (name === undefined) {
      throw new UsageError(`--cache takes NAME:PATH, with an absolute path in the instance, not "${text}"`);
    }
    return { name, path: path! };
  });
}

/** Reads `--ssh-listen ADDR:PORT`. */
export function sshOf(text: string): Pick<RunOptions, "ssh"> {
  if (text === "") return {};
  const { v4, v6, digits } =
    /^(?:\[(?<v6>[0-9a-fA-F:]+)\]|(?<v4>[0-9.]+)):(?<digits>\d{1,5})$/.exec(text)?.groups ?? {};
  const address = v6 ?? v4;
  const port = Number(digits);
  if (address === undefined || !(port > 0 && port < 65536)) {
    throw new UsageError(`--ssh-listen takes ADDRESS:PORT, such as 127.0.0.1:2222, not "${text}"`);
  }
  return { ssh: { address, port } };
}

/**
 * Checks, before the program runs, that the copies of its results can be written on this machine.
 *
 * @throws {UsageError}
 */
export async function checkCopies(
  copies: readonly Omit<FileCopy, "instance">[],
  host: Pick<Host, "lstat">,
): Promise<void> {
  for (const { direction, inside, outside, overwrite } of copies) {
    if (direction === "in") {
      if (!await host.lstat(outside)) throw new UsageError(`--copy-in: there is no "${outside}"`);
      continue;
    }
    const path = outside.replace(/\/$/, "");
    const there = await host.lstat(path);
    const isInto = there?.kind === "directory" || outside.endsWith("/");
    const parent = isInto ? path : dirname(path);
    if ((await host.lstat(parent))?.kind !== "directory") {
      throw new UsageError(`--copy-out: there is no directory "${parent}"`);
    }
    const final = isInto ? join(path, basename(inside)) : path;
    const old = await host.lstat(final);
    if (old?.kind === "directory") {
      throw new UsageError(`--copy-out: "${final}" is an existing directory, which no copy replaces`, [
        "Name another place, or remove it first",
      ]);
    }
    if (!overwrite && old) {
      throw new UsageError(`--copy-out: "${final}" exists`, ["To replace it, add --overwrite"]);
    }
  }
}
