/**
 * The commands of `remote`.
 *
 * @module
 */
import { MASK, maskAddresses } from "../../../base/mask.ts";
import { missing } from "../../../base/missing.ts";
import { stringify } from "@std/yaml";
import * as z from "zod/mini";
import { EXIT, LxopsError, refuse, ServerError, UsageError } from "../../../base/errors.ts";
import { trustClient } from "../../../plan/requests/certificates.ts";
import type { Effect, Step } from "../../../step/step.ts";
import type { App } from "../../command/app.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { type ListValues, printList } from "../../output/listing.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { REMOTES } from "../../results/places.ts";
import type { ClientConfig, Trust } from "../../../ports/trust.ts";

type WriteEffect = Extract<Effect, { kind: "write" }>;

interface AddValues {
  readonly "dry-run": boolean;
  readonly fingerprint: string;
  readonly protocol: string;
  readonly project: string;
  readonly public: boolean;
}

const tokenSchema = z.object({
  fingerprint: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  addresses: z.array(z.string()).check(z.minLength(1)),
  secret: z.string().check(z.minLength(1)),
});

/** Reads a token of a daemon: where it listens, and which certificate it has. */
export function parseToken(text: string): z.output<typeof tokenSchema> | undefined {
  try {
    return tokenSchema.parse(JSON.parse(atob(text)));
  } catch {
    return undefined;
  }
}

/** Runs `remote add`. */
export async function add(values: AddValues, operands: readonly string[], app: App): Promise<number> {
  const [name, where] = operands as [string, string];
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new UsageError(`Invalid remote name "${name}": use letters, digits, "-", "_" and "."`);
  }
  const trust = await app.trust();
  const config = await trust.config();
  if (config.remotes.has(name) || name === "local") {
    throw refuse(
      `Remote "${name}" already exists`,
      [],
      [`To remove it: lxops remote remove ${name}`],
      "exists",
    );
  }
  const token = /^https?:/.test(where) ? undefined : parseToken(where);
  if (!token && !where.startsWith("https://")) {
    throw new UsageError(
      `"${without(where).slice(0, 40)}" is neither a token of a daemon nor an https:// address`,
    );
  }
  const imagesOnly = values.protocol === "simplestreams";
  const server = imagesOnly
    ? undefined
    : await serverOf({ name, where, token, fingerprint: values.fingerprint }, trust);
  const protocol = values.protocol || app.backend.protocol;
  const entry = {
    addr: server?.url ?? where,
    ...(values.project ? { project: values.project } : {}),
    protocol,
    public: String(values.public || imagesOnly),
    ...(imagesOnly ? {} : { auth_type: "tls" }),
  };
  const steps: Step[] = [];
  const write = (title: string, file: string, content: Omit<WriteEffect, "kind" | "path">) =>
    steps.push({ title, effect: { kind: "write", path: `${config.directory}/${file}`, ...content } });
  const mine = server && !values.public ? await ownCertificate(config, trust, app) : undefined;
  if (mine?.isNew) {
    write("Write a new key", "client.key", { text: mine.key, mode: 0o600, secret: true });
    write("Write the certificate of that key", "client.crt", { text: mine.certificate, mode: 0o644 });
  }
  if (server) {
    write("Accept the server's certificate", `servercerts/${name}.crt`, { text: server.pem, mode: 0o644 });
  }
  steps.push({ title: `Add remote ${name}`, effect: writeConfig(config, { [name]: entry }) });
  const options = { dryRun: values["dry-run"] };
  await applySteps(app, steps, options);
  if (!server || !mine) return EXIT.ok;
  const { certificate, key } = mine;
  const there = app.atAddress({ remote: name, url: server.url, server: server.pem, certificate, key });
  try {
    if (token) await applySteps(there, [trustStep(where)], options);
    else await (await there.server()).server();
  } catch (error) {
    const effect = writeConfig(config, {});
    await applySteps(app, [{ title: "Restore the configuration", effect }], options);
    throw error;
  }
  return EXIT.ok;
}

/** Returns an address without its password, also where it has no scheme. */
function without(where: string): string {
  return where.includes("://") ? maskAddresses(where) : where.replace(/^.*@/, `${MASK}@`);
}

/** Returns the certificate of this client, or a new one. */
async function ownCertificate(
  { directory }: ClientConfig,
  trust: Trust,
  app: App,
): Promise<{ readonly certificate: string; readonly key: string; readonly isNew: boolean }> {
  const [certificate, key] = await Promise.all(
    ["crt", "key"].map((extension) => app.host.readText(`${directory}/client.${extension}`)),
  );
  if (certificate !== undefined && key !== undefined) return { certificate, key, isNew: false };
  return { ...await trust.clientCertificate(), isNew: true };
}

/** The server that a command line names, by a token or by an address and a fingerprint. */
interface Wanted {
  readonly name: string;
  readonly where: string;
  readonly token: ReturnType<typeof parseToken>;
  readonly fingerprint: string;
}

interface Server {
  readonly url: string;
  readonly pem: string;
}

/** Finds the server, and checks that its certificate is the one that the user means. */
async function serverOf(
  { name, where, token, fingerprint }: Wanted,
  trust: Trust,
): Promise<Server> {
  const wanted = token?.fingerprint ?? fingerprint.replaceAll(":", "").toLowerCase();
  const urls = token ? token.addresses.map((address) => `https://${address}`) : [where.replace(/\/+$/, "")];
  const errors: LxopsError[] = [];
  for (const url of urls) {
    try {
      const { pem, fingerprint: found } = await trust.serverCertificate(name, url);
      if (found === wanted) return { url, pem };
      errors.push(otherCertificate(url, found, wanted));
    } catch (error) {
      if (!(error instanceof LxopsError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  throw new ServerError(errors.map((error) => error.message).join("\n"));
}

function otherCertificate(url: string, found: string, wanted: string): ServerError {
  if (wanted === "") {
    return new ServerError(`The certificate of "${url}" has the fingerprint ${found}`, {
      advice: [
        'Compare it with the one at the server ("incus info" or "lxc info" there shows it as certificate_fingerprint)',
        `If it is the same: add --fingerprint ${found}`,
      ],
    });
  }
  return new ServerError(
    `The certificate of "${url}" is not the expected one: its fingerprint is ${found}, and not ${wanted}`,
    { advice: ["Somebody else may answer there; nothing was changed"] },
  );
}

function trustStep(token: string): Step {
  return { title: "Have the server trust this client", effect: { kind: "send", ...trustClient(token) } };
}

/** Returns the change of the configuration; a script does not show one that has a password. */
function writeConfig(config: ClientConfig, changes: Parameters<typeof configText>[1]): WriteEffect {
  const text = configText(config, changes);
  const secret = maskAddresses(text) === text ? {} : { secret: true };
  return { kind: "write", path: `${config.directory}/config.yml`, text, mode: 0o644, ...secret };
}

/** Renders the configuration with remotes added, or removed where they are undefined. */
export function configText(
  config: Pick<ClientConfig, "data" | "current">,
  changes: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>,
): string {
  const old = config.data["remotes"];
  const remotes = { ...(typeof old === "object" ? old : {}), ...changes };
  const left = Object.fromEntries(Object.entries(remotes).filter(([, value]) => value !== undefined));
  return stringify({ "default-remote": config.current, ...config.data, remotes: left }, {
    schema: "failsafe",
    lineWidth: -1,
    useAnchors: false,
  });
}

/** Runs `remote list`. */
export async function list(
  values: ListValues,
  filters: readonly string[],
  app: App,
): Promise<number> {
  const { remotes, current } = await (await app.trust()).config();
  const own = app.backend.protocol;
  const known = new Map([
    ...[...await app.imageRemotes()].map(([name, { url, protocol }]) =>
      [name, { addr: url, protocol, project: "", isPublic: true }] as const
    ),
    ["local", { addr: "unix://", protocol: own, project: "", isPublic: false }] as const,
    ...remotes,
  ]);
  const rows = [...known].filter(([name]) => fitsName(name, filters)).sort(([a], [b]) => a < b ? -1 : 1).map((
    [name, remote],
  ) => ({
    name,
    current: name === current,
    address: maskAddresses(remote.addr),
    protocol: remote.protocol || own,
    project: remote.project,
    public: remote.isPublic,
  }));
  await printList(app, REMOTES, rows, values);
  return EXIT.ok;
}

/** Runs `remote remove`. */
export async function remove(
  values: { readonly "dry-run": boolean },
  [name]: readonly string[],
  app: App,
): Promise<number> {
  const config = await (await app.trust()).config();
  if (!config.remotes.has(name!)) {
    throw missing("remote", name!, {
      where: ` in ${config.directory}/config.yml`,
      known: config.remotes.keys(),
    });
  }
  if (config.current === name) {
    throw refuse(`Cannot remove remote "${name}"`, "it is the current remote", [
      "Make another remote the current one first (default-remote)",
    ]);
  }
  const effect = writeConfig(config, { [name!]: undefined });
  await applySteps(app, [{ title: `Remove remote ${name}`, effect }], { dryRun: values["dry-run"] });
  return EXIT.ok;
}
