/**
 * The contents of an image, for `image diff`. lxops unpacks images that are one archive; images that only the daemon
 * can unpack, such as the squashfs of servers, are read from a backup of an instance that is made for it and never
 * started.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import type { ImageContents } from "../../../plan/image/compare.ts";
import { CONTENTS_BACKUP, planContents } from "../../../plan/image/temporary.ts";
import { throwAwayName } from "../../../plan/instance/random_names.ts";
import { backupPath, imageExport, poolsPath } from "../../../plan/requests/reads.ts";
import type { ImageInfo, InstanceRef } from "../../../ports/mod.ts";
import { BACKUP_ROOT, readImage, UnreadableImage } from "../../../run/tar/image_contents.ts";
import type { App } from "../../command/app.ts";
import { applyPlan } from "../../shared/apply_steps.ts";

/** An image at a daemon. */
export interface Place {
  readonly app: App;
  readonly project: string;
  readonly image: ImageInfo;
  /** Its name, for messages. */
  readonly name: string;
}

/** Reads the contents of an image. */
export async function contentsOf(place: Place): Promise<ImageContents> {
  const { app, project, image, name } = place;
  const bytes = await (await app.server()).stream(imageExport(project, image.fingerprint), app.signal);
  if (!bytes) throw missing("image", name);
  try {
    return await readImage(name, bytes);
  } catch (error) {
    if (!(error instanceof UnreadableImage)) throw error;
    return await unpackedContents(place, error.what);
  }
}

/** Reads the contents of an image out of an instance of it, which is removed also where that fails. */
async function unpackedContents(
  { app, project, image, name }: Place,
  what: string,
): Promise<ImageContents> {
  const server = await app.server();
  const [profiles, pools] = await Promise.all([server.profiles(project), server.get(poolsPath(project))]);
  const random = app.random();
  const instance: InstanceRef = { project, name: throwAwayName(random) };
  const { opens, closes } = planContents({
    ...instance,
    image,
    run: await app.host.thisRun() ?? "",
    profiles: profiles.filter((profile) => profile.name === "default"),
  }, firstPool(pools));
  app.complain(
    `lxops: note: image "${name}" is ${what}: the daemon unpacks it into instance "${instance.name}", ` +
      "which is not started, and removed afterwards",
  );
  try {
    await applyPlan(app, { first: [], each: [opens] }, { quiet: true, random });
    const bytes = await server.stream(backupPath(instance, CONTENTS_BACKUP), app.signal);
    if (!bytes) throw missing("backup", `${instance.name}/${CONTENTS_BACKUP}`);
    return await readImage(name, bytes, BACKUP_ROOT);
  } finally {
    await applyPlan(app, { first: [], each: [closes] }, { quiet: true, afterSignal: true, random });
  }
}

/** Returns the name of a storage pool, for an instance whose profile has none. */
function firstPool(pools: unknown): string | undefined {
  const [first] = Array.isArray(pools) ? pools : [];
  return typeof first?.name === "string" ? first.name : undefined;
}
