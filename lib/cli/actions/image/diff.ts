/**
 * `image diff`.
 *
 * @module
 */
import { missing } from "../../../base/missing.ts";
import { EXIT, refuse } from "../../../base/errors.ts";
import { compareImages, type ImageDifferences } from "../../../plan/image/compare.ts";
import { versionBefore, versionsOf } from "../../../plan/image/versions.ts";
import type { App } from "../../command/app.ts";
import { type ListValues, printList } from "../../output/listing.ts";
import { printable } from "../../output/output.ts";
import { IMAGE_DIFF } from "../../results/images.ts";
import { readRecordSecret } from "../../shared/lifecycle/record_secret.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { imageNamed } from "../daemon/image.ts";
import { contentsOf, type Place } from "./contents.ts";

interface Values extends ListValues {
  readonly project: string;
  readonly packages: boolean;
  readonly files: boolean;
}

/** Runs `image diff`, which exits with 10 where the images differ. */
export async function diff(values: Values, [a, b]: readonly string[], app: App): Promise<number> {
  const [from, to] = b === undefined
    ? await versionsAt(a!, values, app)
    : await Promise.all([placeAt(a!, values, app), placeAt(b, values, app)]);
  for (const { image, name } of [from, to]) {
    if (image.type === "virtual-machine") {
      throw refuse(`Cannot look into image "${name}"`, "it is the disk of a virtual machine");
    }
  }
  const isSame = from.image.fingerprint === to.image.fingerprint;
  const found = isSame ? { all: [], unread: false } : await compared(from, to);
  const asked = values.packages === values.files
    ? ["package", "file"]
    : [values.packages ? "package" : "file"];
  const shown = { ...found, all: found.all.filter(({ kind }) => asked.includes(kind)) };
  if (found.unread && asked.includes("package")) {
    app.complain("lxops: note: lxops does not read packages of rpm; only their files are compared");
  }
  if (values.json || values.format || values.columns) await printList(app, IMAGE_DIFF, shown.all, values);
  else app.print(text(shown));
  return shown.all.length === 0 ? EXIT.ok : EXIT.differs;
}

/** Returns the image that had a name before, and the one that has it. */
async function versionsAt(operand: string, values: Values, app: App): Promise<readonly [Place, Place]> {
  const there = remoteOf(app, operand);
  const project = await projectOf(there.app, values.project);
  const images = await (await there.app.server()).images(project);
  const versions = versionsOf(there.name, images, await readRecordSecret(app.host));
  const current = versions.find(({ isCurrent }) => isCurrent)?.image;
  const known = images.flatMap(({ aliases }) => aliases);
  if (!current) throw missing("image", there.name, { known });
  const before = versionBefore(versions);
  if (!before) {
    throw refuse(`Image "${there.name}" has no earlier one to compare it with`, [], [
      `To compare it with another: lxops image diff OTHER ${there.name}`,
    ], "missing");
  }
  const place = { app: there.app, project };
  return [
    { ...place, image: before, name: before.fingerprint.slice(0, 12) },
    { ...place, image: current, name: there.name },
  ];
}

async function placeAt(operand: string, values: Values, app: App): Promise<Place> {
  const there = remoteOf(app, operand);
  const project = await projectOf(there.app, values.project);
  const images = await (await there.app.server()).images(project);
  return { app: there.app, project, image: imageNamed(images, there.name), name: operand };
}

async function compared(from: Place, to: Place): Promise<ImageDifferences> {
  // Where one fails, the other still removes the instance that it has made.
  const [a, b] = await Promise.allSettled([contentsOf(from), contentsOf(to)]);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  return compareImages(a.value, b.value);
}

function text({ all }: ImageDifferences): string {
  return all.map(({ kind, sign, name, what }) => {
    const shown = kind === "file" ? `/${name}` : name;
    return `${sign} ${kind.padEnd(7)} ${printable(shown)}${what === "" ? "" : `  ${printable(what)}`}\n`;
  }).join("");
}
