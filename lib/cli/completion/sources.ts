/**
 * Names that complete a word: of the daemon, of the client's configuration, of this machine.
 *
 * @module
 */
import { apiPath, parseApiPath } from "../../base/api.ts";
import { maskAddresses } from "../../base/mask.ts";
import { EXISTING } from "../../instance/parts.ts";
import { DEFINITION_PREFIX, LEASE_PREFIX } from "../../plan/pool/names.ts";
import { LOCK_PREFIX } from "../../ports/lock.ts";
import type { App } from "../command/app.ts";
import type { AnyCommand } from "../command/command.ts";
import type { Context } from "./context.ts";
import { pathsFor } from "./paths.ts";
import type { Kind } from "./vocabulary.ts";

/** A word that can stand at the cursor. */
export interface Candidate {
  readonly text: string;
  readonly help?: string;
  /** More follows without a blank: `far:`, `web/`. */
  readonly open?: boolean;
}

type Candidates = readonly Candidate[];

/** A word to complete, and the context of its command line. */
export interface Asked {
  /** The word up to the cursor. */
  readonly text: string;
  readonly context: Context;
  /** Loads the commands below the root. */
  readonly commands: () => Promise<readonly AnyCommand[]>;
  readonly app: App;
}

/** Returns the candidates of a kind. */
export async function candidatesOf(kind: Kind, asked: Asked): Promise<Candidates> {
  if (typeof kind === "object") return kind.words.map((text) => ({ text, open: /[=]$/.test(text) }));
  return await SOURCES[kind](asked);
}

const SOURCES: Readonly<Record<Exclude<Kind, object>, (asked: Asked) => Promise<Candidates>>> = {
  alias: (asked) => listed(asked, ["images", "aliases"]),
  columns: async ({ text, context: { path } }) => {
    const { resultNamed } = await import("../results/mod.ts");
    const shape = resultNamed(path.join(" "))?.shape;
    if (shape?.kind !== "list" || shape.of.kind !== "object") return [];
    const before = text.slice(0, text.lastIndexOf(",") + 1);
    const given = before.split(",");
    return Object.keys(shape.of.keys).filter((key) => !given.includes(key)).map((key) => ({
      text: `${before}${key}`,
    }));
  },
  command: async ({ context: { operands }, commands: load }) => {
    let commands = await load();
    for (const word of operands) {
      const found = commands.find(({ name }) => name === word);
      commands = found?.kind === "group" ? found.commands : [];
    }
    return commands.map(({ name, summary }) => ({ text: name, help: summary }));
  },
  config: (asked) => pathsFor(asked, "config"),
  directory: (asked) => pathsFor(asked, "directory"),
  file: (asked) => pathsFor(asked, "file"),
  image: (asked) => withRemotes(asked, (there) => listed(there, ["images", "aliases"]), true),
  instance: (asked) => withRemotes(asked, (there) => listed(there, ["instances"])),
  "instance/": async (asked) =>
    opened(await withRemotes(asked, (there) => listed(there, ["instances"])), "/"),
  "instance:": async (asked) =>
    opened(await withRemotes(asked, (there) => listed(there, ["instances"])), ":"),
  "instance/snapshot": (asked) => withRemotes(asked, instancesAndSnapshots),
  "instance-snapshot": async (asked) => await snapshotsAt(asked, asked.context.operands[0] ?? ""),
  member: (asked) => listed(asked, ["cluster", "members"]),
  pool: (asked) => withRemotes(asked, pools),
  profile: (asked) => withRemotes(asked, profiles),
  project: (asked) => listed(asked, ["projects"]),
  property: async ({ context, app }) => {
    const { loadGlobalProperties } = await import("../../instance/patterns/properties.ts");
    const file = context.values.get("properties");
    const { properties } = await loadGlobalProperties(app.host, file === undefined ? {} : { file });
    // Not their values, which may well be secrets.
    return Object.keys(properties).map((text) => ({ text }));
  },
  "property=": async (asked) =>
    [...await SOURCES.property(asked), ...await propertiesOfFiles(asked)]
      .map(({ text }) => ({ text: `${text}=`, open: true })),
  remote: async ({ app }) =>
    (await remotes(app)).map(({ name, addr }) => ({ text: name, help: maskAddresses(addr) })),
  "remote:": async ({ app }) => (await remotes(app)).map(({ name }) => ({ text: `${name}:` })),
  shell: () => Promise.resolve(["bash", "fish", "zsh"].map((text) => ({ text }))),
  snapshot: snapshotsOfFiles,
  topic: async ({ context: { operands } }) => {
    const { TOPIC_NAMES } = await import("../command/help.ts");
    return operands.length > 0 ? [] : TOPIC_NAMES.map((text) => ({ text, help: "Topic" }));
  },
  volume: volumes,
};

/** Returns the names of objects of the daemon, in the project of the command line; one request. */
async function listed({ app, context }: Asked, what: readonly string[]): Promise<Candidates> {
  const [server, project] = await Promise.all([app.server(), context.values.get("project") || app.project()]);
  const query = new URLSearchParams({ project });
  // LXD encodes the paths of aliases twice, so the aliases themselves are requested.
  if (what.at(-1) === "aliases") query.set("recursion", "1");
  const answer = await server.get(apiPath(what, query.toString()));
  const names = (Array.isArray(answer) ? answer : []).flatMap(nameOf);
  return names.map((text) => ({ text }));
}

/** Prefixes of profiles that belong to lxops. */
const OWN_PROFILES = [LOCK_PREFIX, DEFINITION_PREFIX, LEASE_PREFIX] as const;

async function profiles(asked: Asked): Promise<Candidates> {
  const all = await listed(asked, ["profiles"]);
  return all.filter(({ text }) => !OWN_PROFILES.some((prefix) => text.startsWith(prefix)));
}

async function pools(asked: Asked): Promise<Candidates> {
  const all = await listed(asked, ["profiles"]);
  return all.filter(({ text }) => text.startsWith(DEFINITION_PREFIX))
    .map(({ text }) => ({ text: text.slice(DEFINITION_PREFIX.length) }));
}

/** Reads a name from an entry of a list: an object, or its path of the API. */
function nameOf(entry: unknown): readonly string[] {
  if (typeof entry === "object" && entry !== null && "name" in entry) return [String(entry.name)];
  try {
    return typeof entry === "string" ? [parseApiPath(entry).name] : [];
  } catch {
    // A path that is none names nothing.
    return [];
  }
}

function opened(candidates: Candidates, end: string): Candidates {
  return candidates.map((one) => one.open ? one : { ...one, text: one.text + end, open: true });
}

interface RemoteName {
  readonly name: string;
  readonly addr: string;
  readonly isServer: boolean;
}

async function remotes(app: App): Promise<readonly RemoteName[]> {
  const config = await (await app.trust()).config();
  return [...config.remotes].map(([name, { addr, protocol }]) => (
    { name, addr, isServer: !["simplestreams", "oci"].includes(protocol) }
  ));
}

/** Returns the remotes that can stand before the name of an instance, or of an image. */
async function remotesWith(images: boolean, app: App): Promise<readonly string[]> {
  const known = await remotes(app).catch(() => []);
  const names = known.filter(({ isServer }) => isServer || images).map(({ name }) => name);
  return images ? [...new Set([...names, ...Object.keys(app.backend.remotes)])] : names;
}

/** Returns names of the daemon and those of its remotes; behind `REMOTE:` the names there. */
async function withRemotes(
  asked: Asked,
  list: (there: Asked) => Promise<Candidates>,
  images = false,
): Promise<Candidates> {
  const { text, app } = asked;
  const colon = text.indexOf(":");
  if (colon > 0) {
    const remote = text.slice(0, colon);
    const there = { ...asked, text: text.slice(colon + 1), app: app.withRemote(remote) };
    return (await list(there)).map((one) => ({ ...one, text: `${remote}:${one.text}` }));
  }
  const [own, others] = await Promise.all([list(asked).catch(() => []), remotesWith(images, app)]);
  return [...own, ...others.map((name) => ({ text: `${name}:`, open: true, help: "Remote" }))];
}

async function instancesAndSnapshots(asked: Asked): Promise<Candidates> {
  const slash = asked.text.indexOf("/");
  if (slash < 0) return await listed(asked, ["instances"]);
  const name = asked.text.slice(0, slash);
  return (await snapshotsAt(asked, name)).map((one) => ({ ...one, text: `${name}/${one.text}` }));
}

async function snapshotsAt(asked: Asked, operand: string): Promise<Candidates> {
  const [name = "", remote] = operand.split(":").toReversed();
  if (name === "") return [];
  const app = remote === undefined ? asked.app : asked.app.withRemote(remote);
  return await listed({ ...asked, app }, ["instances", name, "snapshots"]);
}

async function volumes(asked: Asked): Promise<Candidates> {
  return await withRemotes(asked, async (there) => {
    const slash = there.text.indexOf("/");
    if (slash < 0) return opened(await listed(there, ["storage-pools"]), "/");
    const pool = there.text.slice(0, slash);
    const found = await listed(there, ["storage-pools", pool, "volumes", "custom"]);
    return found.map(({ text }) => ({ text: `${pool}/${text}` }));
  });
}

/** Returns the snapshots of the configurations that the command line names. */
async function snapshotsOfFiles({ context, app }: Asked): Promise<Candidates> {
  const files = context.operands.filter((word) => word !== "list");
  if (files.length === 0) return [];
  const [{ snapshotRows }, { targetsOf }] = await Promise.all([
    import("../shared/lifecycle/snapshot_rows.ts"),
    import("../shared/lifecycle/look.ts"),
  ]);
  const values = {
    name: context.values.get("name") ?? "",
    project: context.values.get("project") ?? "",
    properties: context.values.get("properties"),
    P: [],
  };
  const rows = await snapshotRows(await targetsOf(values, files, app, { without: EXISTING }), app);
  return [...new Map(rows.map(({ snapshot, of }) => [snapshot, { text: snapshot, help: of }])).values()];
}

/** Returns the names of the properties that the configurations of the command line have. */
async function propertiesOfFiles({ context, app }: Asked): Promise<Candidates> {
  if (context.operands.length === 0) return [];
  const { readConfigs } = await import("../shared/load_configs.ts");
  const values = { properties: context.values.get("properties"), P: [] };
  const found = await Promise.all(context.operands.map((file) =>
    readConfigs([file], values, app).then(
      ({ configs }) => configs.flatMap(({ config }) => Object.keys(config.properties)),
      () => [],
    )
  ));
  return found.flat().map((text) => ({ text }));
}
