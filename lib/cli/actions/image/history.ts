/**
 * `image history` and `image rollback`.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { EXIT } from "../../../base/errors.ts";
import { IMAGE_PROPERTIES as KEYS } from "../../../plan/image/properties.ts";
import { planRollback } from "../../../plan/image/rollback.ts";
import { aliasDescription, builtAt, versionsOf } from "../../../plan/image/versions.ts";
import { aliasPath } from "../../../plan/requests/reads.ts";
import type { App } from "../../command/app.ts";
import { type ListValues, printList } from "../../output/listing.ts";
import { HISTORY } from "../../results/images.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { readRecordSecret } from "../../shared/lifecycle/record_secret.ts";
import type { LockValues } from "../../shared/lifecycle/lock.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { imagesAt } from "../daemon/image.ts";
import { lockAliases } from "./lock.ts";

interface HistoryValues extends ListValues {
  readonly project: string;
}

/** Runs `image history`. */
export async function history(
  values: HistoryValues,
  [operand, ...filters]: readonly string[],
  app: App,
): Promise<number> {
  const there = remoteOf(app, operand!);
  const images = await imagesAt(there.app, await projectOf(there.app, values.project));
  const versions = versionsOf(there.name, images, await readRecordSecret(app.host));
  if (versions.length === 0) {
    throw missing("image", there.name, { known: images.flatMap(({ aliases }) => aliases) });
  }
  const rows = versions.map(({ image, isCurrent }) => ({
    current: isCurrent,
    fingerprint: image.fingerprint,
    built: builtAt(image),
    size: image.size ?? 0,
    serial: image.properties[KEYS.serial] ?? "",
    commit: image.properties[KEYS.commit] ?? "",
    base: image.properties[KEYS.baseAlias] ?? "",
    aliases: image.aliases,
    recipe: image.properties[KEYS.recipe] ?? "",
    previous: image.properties[KEYS.previous] ?? "",
  })).filter(({ fingerprint, serial, commit }) => fitsName([fingerprint, serial, commit], filters));
  await printList(there.app, HISTORY, rows, values);
  return EXIT.ok;
}

/** Runs `image rollback`. */
export async function rollback(
  values: LockValues & { readonly project: string },
  [operand, to = ""]: readonly string[],
  app: App,
): Promise<number> {
  const there = remoteOf(app, operand!);
  const project = await projectOf(there.app, values.project);
  await lockAliases([there.name], { command: "image rollback", project }, values, there.app);
  const server = await there.app.server();
  const [images, alias, secret] = await Promise.all([
    server.images(project),
    server.get(aliasPath(project, there.name)),
    readRecordSecret(app.host),
  ]);
  const options = { project, alias: there.name, to, description: aliasDescription(alias), secret };
  await applySteps(there.app, planRollback(options, images), {
    dryRun: values["dry-run"],
  });
  return EXIT.ok;
}
