/**
 * `image show`.
 *
 * @module
 */
import { compareTexts } from "../../../base/order.ts";
import { maskAddresses } from "../../../base/mask.ts";
import { missing } from "../../../base/missing.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import { sizeText } from "../../../base/sizes.ts";
import { IMAGE_PROPERTIES as KEYS } from "../../../plan/image/properties.ts";
import { ociText } from "../../../plan/instance/resolve/image.ts";
import { imagePath } from "../../../plan/requests/reads.ts";
import type { App } from "../../command/app.ts";
import { printable, printableJson } from "../../output/output.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { imageNamed, imagesAt } from "../daemon/image.ts";

interface Values {
  readonly project: string;
  readonly json: boolean;
}

/** An image with all that is known of it. */
interface Shown {
  readonly fingerprint: string;
  readonly aliases: readonly string[];
  readonly type: string;
  readonly architecture: string;
  readonly size: number;
  readonly created: string;
  readonly uploaded: string;
  readonly used: string;
  readonly public: boolean;
  /** The server that it was copied from, as `URL NAME`. */
  readonly source: string;
  /** The daemon keeps it up to date. */
  readonly updates: boolean;
  readonly properties: Readonly<Record<string, string>>;
  /** Instances that were created from it, as `NAME`, or `PROJECT/NAME` in other projects. */
  readonly instances: readonly string[];
  /** Fingerprints of images that were built from it. */
  readonly images: readonly string[];
}

/** Runs `image show`. */
export async function show(values: Values, [operand]: readonly string[], app: App): Promise<number> {
  const colon = operand!.indexOf(":");
  const remote = operand!.slice(0, Math.max(colon, 0));
  const server = colon > 0 ? (await app.imageRemotes()).get(remote) : undefined;
  if (server?.protocol === "oci") throw new UsageError(ociText(operand!, remote));
  if (server?.protocol === "simplestreams") {
    const { images, architecture } = await app.imageStream(remote, server);
    const shown = await streamed(operand!.slice(colon + 1), {
      remote,
      images,
      architecture,
      url: server.url,
    });
    app.print(text(shown, values.json));
    return EXIT.ok;
  }
  const there = remoteOf(app, operand!);
  app.print(text(await ofDaemon(there.name, values, there.app), values.json));
  return EXIT.ok;
}

async function ofDaemon(name: string, values: Values, app: App): Promise<Shown> {
  const project = await projectOf(app, values.project);
  const server = await app.server();
  const [images, instances] = await Promise.all([imagesAt(app, project), server.instances(undefined)]);
  const image = imageNamed(images, name);
  const raw = mapOf(await server.get(imagePath(project, image.fingerprint)));
  const from = mapOf(raw["update_source"]);
  const source = [maskAddresses(textOf(from["server"])), textOf(from["alias"])].filter((part) => part !== "")
    .join(" ");
  return {
    fingerprint: image.fingerprint,
    aliases: image.aliases,
    type: image.type,
    architecture: image.architecture,
    size: image.size ?? 0,
    created: timeOf(raw["created_at"]),
    uploaded: timeOf(raw["uploaded_at"]),
    used: timeOf(raw["last_used_at"]),
    public: image.isPublic ?? false,
    source,
    updates: raw["auto_update"] === true,
    properties: image.properties,
    instances: instances.filter(({ config }) => config["volatile.base_image"] === image.fingerprint)
      .map((info) =>
        (info.project || "default") === (project || "default") ? info.name : `${info.project}/${info.name}`
      )
      .sort(compareTexts),
    images: images.filter(({ properties }) => properties[KEYS.base] === image.fingerprint)
      .map(({ fingerprint }) => fingerprint),
  };
}

/** An image of a simplestreams server, and the other images of the server. */
interface Server extends Awaited<ReturnType<App["imageStream"]>> {
  readonly remote: string;
  readonly url: string;
}

function streamed(name: string, { remote, images, architecture, url }: Server): Shown {
  const named = images.filter((image) => image.aliases.includes(name) || image.fingerprint === name);
  const found = named.find((image) => image.architecture === architecture && image.type === "container") ??
    named[0];
  if (!found) {
    throw missing("image", name, {
      where: ` on the server of remote "${remote}"`,
      known: images.flatMap(({ aliases }) => aliases),
      advice: [`To see what it has: lxops image list ${remote}:`],
    });
  }
  const { fingerprint, aliases, type, size, date, properties } = found;
  return {
    fingerprint,
    aliases: aliases.map((alias) => `${remote}:${alias}`),
    type,
    architecture: found.architecture,
    size,
    created: date,
    uploaded: "",
    used: "",
    public: true,
    source: maskAddresses(url),
    updates: false,
    properties,
    instances: [],
    images: [],
  };
}

function text(shown: Shown, json: boolean): string {
  if (json) return `${printableJson(shown)}\n`;
  const { properties, ...fields } = shown;
  const rows: readonly (readonly [string, string])[] = [
    ["fingerprint", fields.fingerprint],
    ["aliases", fields.aliases.join(" ")],
    ["type", fields.type],
    ["architecture", fields.architecture],
    ["size", sizeText(fields.size)],
    ["created", fields.created],
    ["uploaded", fields.uploaded],
    ["used", fields.used],
    ["public", String(fields.public)],
    ["source", `${fields.source}${fields.updates ? " (kept up to date)" : ""}`],
    ["instances", fields.instances.join(" ")],
    ["images", fields.images.map((one) => one.slice(0, 12)).join(" ")],
    ...Object.entries(properties).sort(([a], [b]) => compareTexts(a, b)).map(([key, value]) =>
      [`property ${key}`, value] as const
    ),
  ];
  const shownRows = rows.filter(([, value]) => value !== "").map(([key, value]) =>
    [printable(key), value] as const
  );
  const width = Math.max(...shownRows.map(([key]) => key.length));
  return shownRows.map(([key, value]) => `${key.padEnd(width)}  ${printable(value)}\n`).join("");
}

/** Returns a time of the daemon to the second; empty where it never was. */
function timeOf(value: unknown): string {
  const time = textOf(value);
  return /^(0001|1970)-/.test(time) ? "" : time.replace(/\.\d+(?=Z|[+-])/, "");
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Readonly<Record<string, unknown>> : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
