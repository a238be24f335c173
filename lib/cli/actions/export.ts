/**
 * What `export` and `import` do.
 *
 * @module
 */
import { resolve } from "@std/path";
import * as z from "zod/mini";
import { ServerError } from "../../errors.ts";
import { CHECKSUMS, exportPaths, MANIFEST, type Manifest, planExport } from "../../plan/export.ts";
import { importPaths, planImport } from "../../plan/import.ts";
import { VERSION } from "../../version.ts";
import type { App } from "../app.ts";
import { type LifecycleValues, planOptions, runLifecycle } from "../lifecycle.ts";

interface Values extends LifecycleValues {
  readonly d: string;
  readonly overwrite: boolean;
}

const NEEDS = { allProjects: true, zfsSnapshots: true } as const;

/** `export`. */
export async function exportData(
  values: Values & { readonly snapshot: string },
  files: readonly string[],
  app: App,
): Promise<number> {
  const { snapshot, overwrite } = values;
  const directory = resolve(app.host.cwd, values.d);
  return await runLifecycle(
    {
      name: "export",
      needs: { ...NEEDS, paths: (target) => exportPaths(target, { directory, snapshot }) },
      options: { ...planOptions(values), directory, snapshot, overwrite, version: VERSION },
      planner: () => Promise.resolve(planExport),
    },
    values,
    files,
    app,
  );
}

/** `import`. */
export async function importData(values: Values, files: readonly string[], app: App): Promise<number> {
  const directory = resolve(app.host.cwd, values.d);
  const { manifest, checksums } = await readExport(directory, app);
  return await runLifecycle(
    {
      name: "import",
      needs: { ...NEEDS, paths: importPaths },
      options: { ...planOptions(values), directory, manifest, checksums, overwrite: values.overwrite },
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
  filesystems: z.array(z.object({ id: z.string(), kind: z.string(), path: z.string(), archive: z.string() })),
});

async function readExport(
  directory: string,
  app: App,
): Promise<{ readonly manifest: Manifest; readonly checksums: string }> {
  const checksums = await app.host.readText(`${directory}/${CHECKSUMS}`);
  const text = await app.host.readText(`${directory}/${MANIFEST}`);
  if (checksums === undefined || text === undefined) {
    const missing = checksums === undefined ? CHECKSUMS : MANIFEST;
    throw new ServerError(`"${directory}" holds no whole export: it has no ${missing}`, 404, undefined, [
      "An export writes it last; one that was cut off does not have it",
    ]);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    content = undefined;
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw new ServerError(`"${directory}/${MANIFEST}" is not the manifest of an export`);
  return { manifest: parsed.data, checksums };
}
