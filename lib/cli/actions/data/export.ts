/**
 * The commands `export` and `import`.
 *
 * @module
 */
import { resolve } from "@std/path";
import * as z from "zod/mini";
import { refuse, StateError } from "../../../base/errors.ts";
import { EXISTING } from "../../../instance/parts.ts";
import {
  archiveName,
  CHECKSUMS,
  EXPORT_FORMAT,
  exportPaths,
  MANIFEST,
  type Manifest,
  planExport,
} from "../../../plan/data/export.ts";
import { IMAGE_FILE, IMAGE_FILES, type ImageImport } from "../../../plan/data/export_image.ts";
import { importPaths, planImport } from "../../../plan/data/import.ts";
import { VERSION } from "../../../base/version.ts";
import type { App } from "../../command/app.ts";
import { fileSources } from "../../places/file_sources.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../../shared/lifecycle/lifecycle.ts";
import { targetsOf } from "../../shared/lifecycle/look.ts";

interface Values extends LifecycleValues {
  readonly d: string;
  readonly overwrite: boolean;
  readonly image: boolean;
}

const NEEDS = { allProjects: true, zfsSnapshots: true, transfers: true, trees: true } as const;

/** Parts of a configuration that an import needs, because it sets owners. */
const IMPORTED = EXISTING.filter((part) => part !== "owner");

/** Runs `export`. */
export async function exportData(
  values: Values & { readonly snapshot: string },
  operands: readonly string[],
  own: App,
): Promise<number> {
  const { snapshot, overwrite, image } = values;
  const { sources, app } = await fileSources({ command: "export" }, operands, values, own);
  const directory = resolve(app.host.cwd, values.d);
  return await runLifecycle(
    {
      name: "export",
      without: EXISTING,
      needs: { ...NEEDS, images: image, paths: (target) => exportPaths(target, { directory, snapshot }) },
      options: { ...planOptions(values), directory, snapshot, overwrite, image, version: VERSION },
      planner: () => Promise.resolve(planExport),
    },
    values,
    sources,
    app,
  );
}

/** Runs `import`. */
export async function importData(values: Values, files: readonly string[], app: App): Promise<number> {
  const directory = resolve(app.host.cwd, values.d);
  const { manifest, checksums } = await readExport(directory, values, files, app);
  const image = values.image ? await readImage(directory, manifest, app) : undefined;
  return await runLifecycle(
    {
      name: "import",
      without: IMPORTED,
      needs: { ...NEEDS, images: values.image, paths: importPaths },
      options: {
        ...planOptions(values),
        directory,
        manifest,
        ...(checksums === undefined ? {} : { checksums }),
        ...(image ? { image } : {}),
        overwrite: values.overwrite,
      },
      settles: true,
      replaces: { data: "goes" },
      planner: () => Promise.resolve(planImport),
    },
    values,
    files,
    app,
  );
}

const schema = z.object({
  format: z.number(),
  lxops: z.string(),
  server: z.string(),
  instance: z.string(),
  project: z.string(),
  snapshot: z.string(),
  image: z.optional(z.object({ file: z.string(), fingerprint: z.string() })),
  root: z.optional(z.string()),
  filesystems: z.array(z.object({ id: z.string(), kind: z.string(), path: z.string(), archive: z.string() })),
});

interface Export {
  readonly manifest: Manifest;
  readonly checksums: string | undefined;
}

async function readExport(
  directory: string,
  values: Values,
  files: readonly string[],
  app: App,
): Promise<Export> {
  const checksums = await app.host.readText(`${directory}/${CHECKSUMS}`);
  const text = await app.host.readText(`${directory}/${MANIFEST}`);
  if (checksums === undefined && text === undefined) {
    const manifest = await goManifest(directory, values, files, app);
    if (manifest) return { manifest, checksums };
  }
  if (checksums === undefined || text === undefined) {
    const missing = checksums === undefined ? CHECKSUMS : MANIFEST;
    throw new StateError(`There is no complete export in "${directory}": it has no ${missing}`, {
      kind: "missing",
      advice: [
        `An export writes ${CHECKSUMS} last; an interrupted export does not have it`,
      ],
    });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    content = undefined;
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw new StateError(`"${directory}/${MANIFEST}" is not the manifest of an export`);
  const { image, ...rest } = parsed.data;
  return { manifest: { ...rest, ...(image ? { image } : {}) }, checksums };
}

/** Returns the manifest of an export of the Go lxops, which has only an archive for each filesystem. */
async function goManifest(
  directory: string,
  values: Values,
  files: readonly string[],
  app: App,
): Promise<Manifest | undefined> {
  const [target] = await targetsOf(values, files, app, { without: IMPORTED });
  const { name, project, filesystems } = target!.instance;
  const there = await Promise.all(filesystems.map(async ({ id, path }) => {
    const archive = archiveName(id);
    return await app.host.lstat(`${directory}/${archive}`) ? [{ id, kind: "directory", path, archive }] : [];
  }));
  if (there.flat().length === 0) return undefined;
  const about = { format: EXPORT_FORMAT, lxops: "", server: "", instance: name, project, snapshot: "" };
  return { ...about, filesystems: there.flat() };
}

/** Returns the image of an export, verified by its fingerprint. */
async function readImage(directory: string, manifest: Manifest, app: App): Promise<ImageImport> {
  const paths = IMAGE_FILES.map((name) => `${directory}/${name}`);
  const there = await Promise.all(paths.map(async (path) => await app.host.lstat(path) ? [path] : []));
  const files = there.flat();
  const fingerprint = files[0] === paths[0] ? await app.host.sha256(files) : undefined;
  if (fingerprint === undefined) {
    throw new StateError(`There is no image in "${directory}": it has no ${IMAGE_FILE}`, { kind: "missing" });
  }
  if (manifest.image && manifest.image.fingerprint !== fingerprint) {
    throw refuse(`"${files[0]}" is not what ${MANIFEST} says`, "it was changed or cut off");
  }
  return { files, fingerprint };
}
