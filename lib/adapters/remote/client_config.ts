/**
 * The configuration of the daemon's own client: its remotes and the current one. Rule: the clients look for
 * `config.yml` in the directory that `INCUS_CONF` or `LXD_CONF` names, or else in the usual ones; values that the file
 * does not have are the clients' defaults.
 *
 * @module
 */
import { ConfigError } from "../../base/errors.ts";
import type { Backend, Host, ImageRemote } from "../../ports/mod.ts";
import type { ClientConfig } from "../../ports/trust.ts";

type Io = Pick<Host, "env" | "readText">;

/** Name of the remote that is the daemon on this machine. */
export const LOCAL = "local";

/** Reads the image servers by the name of their remote. */
export async function imageRemotes(backend: Backend, host: Io): Promise<ReadonlyMap<string, ImageRemote>> {
  const remotes = new Map<string, ImageRemote>(
    Object.entries(backend.remotes).map(([name, url]) => [name, { url, protocol: "simplestreams" }]),
  );
  const found = await readClientConfig(backend, host);
  for (const [name, remote] of found.remotes) {
    const protocol = remote.protocol || backend.protocol;
    if (!remote.addr.startsWith("https://")) continue;
    if (!isKnown(protocol)) continue;
    const certificate = await host.readText(`${found.directory}/servercerts/${name}.crt`);
    remotes.set(name, { url: remote.addr, protocol, ...(certificate ? { certificate } : {}) });
  }
  return remotes;
}

function isKnown(protocol: string): protocol is ImageRemote["protocol"] {
  return ["simplestreams", "incus", "lxd", "oci"].includes(protocol);
}

/** Reads the configuration; a missing one counts as empty. */
export async function readClientConfig(backend: Backend, host: Io): Promise<ClientConfig> {
  const home = host.env("HOME") ?? "/root";
  const named = host.env(backend.env.conf);
  const usual = backend.configDirs.map((directory) => directory.replace(/^~/, home));
  const directories = named ? [named] : usual;
  for (const directory of directories) {
    const file = `${directory}/config.yml`;
    const text = await host.readText(file);
    if (text !== undefined) return toConfig(directory, await parseFile(file, text));
  }
  return toConfig(directories.at(-1)!, {});
}

async function parseFile(file: string, text: string): Promise<Readonly<Record<string, unknown>>> {
  // Many machines have no such file.
  const { parse } = await import("@std/yaml");
  try {
    const data = parse(text, { schema: "failsafe" });
    return typeof data === "object" && data !== null ? data as Record<string, unknown> : {};
  } catch (error) {
    const message = `Cannot read the client's configuration: ${
      error instanceof Error ? error.message : error
    }`;
    throw new ConfigError([{ file, message, severity: "error" }]);
  }
}

function toConfig(directory: string, data: Readonly<Record<string, unknown>>): ClientConfig {
  const remotes = Object.entries(child(data, "remotes")).map(([name, remote]) =>
    [name, {
      addr: scalar(remote, "addr"),
      protocol: scalar(remote, "protocol"),
      project: scalar(remote, "project"),
      isPublic: scalar(remote, "public") === "true",
    }] as const
  );
  return { directory, data, current: scalar(data, "default-remote") || LOCAL, remotes: new Map(remotes) };
}

/** Returns a map in a map; an empty one where there is none. */
export function child(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
  return typeof found === "object" && found !== null ? found as Record<string, unknown> : {};
}

function scalar(value: unknown, key: string): string {
  const found = typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
  return typeof found === "string" ? found : "";
}
