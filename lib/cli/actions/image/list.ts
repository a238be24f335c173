/**
 * `image list`: images of a daemon, or of a simplestreams server.
 *
 * @module
 */
import { compareTexts } from "../../../base/order.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import { ociText } from "../../../plan/instance/resolve/image.ts";
import type { ImageRemote } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { isForPrograms, type ListValues as ListForm, printList } from "../../output/listing.ts";
import { IMAGES } from "../../results/images.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { imagesAt } from "../daemon/image.ts";
import { fitsAll } from "./filter.ts";

interface ListValues extends ListForm {
  readonly project: string;
  readonly all: boolean;
}

/** Runs `image list`. */
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
    fingerprint: image.fingerprint,
    type: image.type,
    arch: image.architecture,
    size: image.size ?? 0,
    public: image.isPublic ?? false,
    description: image.properties["description"] ?? "",
  })).sort((a, b) => compareTexts(a.alias.join(" ") || "~", b.alias.join(" ") || "~"));
  await printList(app, IMAGES, rows, values);
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
  const isWhole = isForPrograms(values);
  const own = images.filter((image) => values.all || image.architecture === architecture);
  const rows = own.filter((image) => fitsAll(image, filters)).map((image) => ({
    // The shortest name comes first; the table has only that.
    alias: [...image.aliases].sort((a, b) => a.length - b.length || compareTexts(a, b))
      .slice(0, isWhole ? undefined : 1).map((name) => `${remote}:${name}`),
    fingerprint: image.fingerprint,
    type: image.type,
    arch: image.architecture,
    size: image.size,
    date: image.date,
    description: image.properties["description"] ?? "",
  })).sort((a, b) =>
    compareTexts(a.alias.join(" ") || "~", b.alias.join(" ") || "~") || compareTexts(a.type, b.type)
  );
  const shownColumns = IMAGES.columns.map((column) => column === "public" ? "date" : column);
  await printList(app, IMAGES, rows, { ...values, shownColumns });
  return EXIT.ok;
}
