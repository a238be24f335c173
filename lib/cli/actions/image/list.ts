/**
 * `image list`: images of a daemon, or of a simplestreams server.
 *
 * @module
 */
import { sizeText } from "../../../base/sizes.ts";
import { compareTexts } from "../../../base/order.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import { ociText } from "../../../plan/instance/resolve/image.ts";
import type { ImageRemote } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { renderRows } from "../../output/table.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { imagesAt } from "../daemon/image.ts";
import { fitsAll } from "./filter.ts";

interface ListValues {
  readonly project: string;
  readonly json: boolean;
  readonly all: boolean;
}

/** `image list`. */
export async function list(values: ListValues, operands: readonly string[], app: App): Promise<number> {
  const [first = "", ...more] = operands;
  const colon = first.indexOf(":");
  const remote = first.slice(0, Math.max(colon, 0));
  const filters = [first.slice(colon + 1), ...more].filter((text) => text !== "");
  const server = colon > 0 ? (await app.imageRemotes()).get(remote) : undefined;
  if (server?.protocol === "oci") throw new UsageError(ociText(first, remote));
  if (server?.protocol === "simplestreams") return await listStream(server, { remote, filters, values }, app);
  const there = colon < 0 ? app : remoteOf(app, first).app;
  return await listDaemon(filters, values, there);
}

async function listDaemon(filters: readonly string[], values: ListValues, app: App): Promise<number> {
  const images = await imagesAt(app, await projectOf(app, values.project));
  const rows = images.filter((image) => fitsAll(image, filters)).map((image) => ({
    alias: image.aliases,
    fingerprint: values.json ? image.fingerprint : image.fingerprint.slice(0, 12),
    type: image.type,
    arch: image.architecture,
    size: values.json ? image.size ?? 0 : sizeText(image.size ?? 0),
    public: image.isPublic ?? false,
    description: image.properties["description"] ?? "",
  })).sort((a, b) => compareTexts(a.alias.join(" ") || "~", b.alias.join(" ") || "~"));
  app.print(
    renderRows(["alias", "fingerprint", "type", "arch", "size", "public", "description"], rows, values),
  );
  return EXIT.ok;
}

/** The images of a server that are asked for. */
interface StreamRequest {
  readonly remote: string;
  readonly filters: readonly string[];
  readonly values: ListValues;
}

async function listStream(
  server: ImageRemote,
  { remote, filters, values }: StreamRequest,
  app: App,
): Promise<number> {
  if (values.project !== "") {
    throw new UsageError(`--project is for daemons, and "${remote}" is an image server`);
  }
  const { images, architecture } = await app.imageStream(remote, server);
  const own = images.filter((image) => values.all || image.architecture === architecture);
  const rows = own.filter((image) => fitsAll(image, filters)).map((image) => ({
    // The shortest name comes first; the table has only that.
    alias: [...image.aliases].sort((a, b) => a.length - b.length || compareTexts(a, b))
      .slice(0, values.json ? undefined : 1).map((name) => `${remote}:${name}`),
    fingerprint: values.json ? image.fingerprint : image.fingerprint.slice(0, 12),
    type: image.type,
    arch: image.architecture,
    size: values.json ? image.size : sizeText(image.size),
    date: image.date,
    description: image.properties["description"] ?? "",
  })).sort((a, b) =>
    compareTexts(a.alias.join(" ") || "~", b.alias.join(" ") || "~") || compareTexts(a.type, b.type)
  );
  app.print(
    renderRows(["alias", "fingerprint", "type", "arch", "size", "date", "description"], rows, values),
  );
  return EXIT.ok;
}
