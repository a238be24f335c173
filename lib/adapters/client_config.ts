/**
 * The configuration of the daemon's own client: where its remotes are.
 * Rule: the clients look for `config.yml` in the directory that `INCUS_CONF` or `LXD_CONF` names, or else in the
 * usual ones; what the file does not name has the clients' defaults.
 *
 * @module
 */
import { parse } from "@std/yaml";
import { ConfigError } from "../errors.ts";
import type { Backend, Host, ImageRemote } from "../ports.ts";

type Io = Pick<Host, "env" | "readText">;

/** Servers of images by the name of their remote. */
export async function imageRemotes(backend: Backend, host: Io): Promise<ReadonlyMap<string, ImageRemote>> {
  const remotes = new Map<string, ImageRemote>(
    Object.entries(backend.remotes).map(([name, url]) => [name, { url, protocol: "simplestreams" }]),
  );
  const found = await readClientConfig(backend, host);
  for (const [name, remote] of Object.entries(found.remotes)) {
    const protocol = remote.protocol || (backend.client === "incus" ? "incus" : "lxd");
    if (!remote.addr.startsWith("https://")) continue;
    if (protocol !== "simplestreams" && protocol !== "incus" && protocol !== "lxd") continue;
    const certificate = await host.readText(`${found.directory}/servercerts/${name}.crt`);
    remotes.set(name, { url: remote.addr, protocol, ...(certificate ? { certificate } : {}) });
  }
  return remotes;
}

interface ClientRemote {
  readonly addr: string;
  readonly protocol: string;
}

async function readClientConfig(
  backend: Backend,
  host: Io,
): Promise<{ readonly directory: string; readonly remotes: Readonly<Record<string, ClientRemote>> }> {
  const home = host.env("HOME") ?? "/root";
  const named = host.env(backend.env.conf);
  const directories = named ? [named] : backend.configDirs.map((directory) => directory.replace(/^~/, home));
  for (const directory of directories) {
    const file = `${directory}/config.yml`;
    const text = await host.readText(file);
    if (text !== undefined) return { directory, remotes: remotesOf(file, text) };
  }
  return { directory: "", remotes: {} };
}

function remotesOf(file: string, text: string): Record<string, ClientRemote> {
  let data: unknown;
  try {
    data = parse(text, { schema: "failsafe" });
  } catch (error) {
    const message = `Cannot read the client's configuration: ${
      error instanceof Error ? error.message : error
    }`;
    throw new ConfigError([{ file, message, severity: "error" }]);
  }
  return Object.fromEntries(
    Object.entries(child(data, "remotes")).map(([name, remote]) => [name, {
      addr: scalar(remote, "addr"),
      protocol: scalar(remote, "protocol"),
    }]),
  );
}

function child(value: unknown, key: string): Record<string, unknown> {
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
