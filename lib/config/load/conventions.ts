/**
 * The conventions of directories: `conf`, `bin`, `data` and `cloud-config` beside a configuration, as the entries that
 * a configuration would have for them.
 *
 * @module
 */
import { join, normalize } from "@std/path";
import type { Layer } from "../config.ts";
import { configSchema, type RawConfig } from "../schema/schema.ts";
import type { Source } from "../yaml/source.ts";
import type { DirectoryContents } from "../directory/contents.ts";

/** A directory that a container gets without a word in its configuration. */
interface Convention {
  readonly name: "conf" | "bin" | "data";
  readonly path: string;
  readonly readonly: boolean;
}

const CONVENTIONS: readonly Convention[] = [
  { name: "conf", path: "/usr/local/conf", readonly: true },
  { name: "bin", path: "/usr/local/sbin", readonly: true },
  { name: "data", path: "/usr/local/data", readonly: false },
];

/** Writes a path as a pattern, which cannot have parentheses. */
function asPattern(path: string, contents: DirectoryContents): string {
  if (!/[()]/.test(path)) return path;
  return path.startsWith(`${contents.path}/`) ? `(dir)${path.slice(contents.path.length)}` : path;
}

/**
 * Returns the place of a directory. `data` is made where a container has use for it: its `bootstrap.sh` would otherwise
 * write into the root filesystem, which a rebuild replaces.
 */
function placeOf({ name }: Convention, contents: DirectoryContents): string | undefined {
  const found = contents[name];
  if (found !== undefined || name !== "data") return found;
  const isUsed = contents.conf !== undefined || contents.bin !== undefined ||
    contents.bootstrap !== undefined;
  return isUsed ? join(contents.path, "data") : undefined;
}

const samePath = (a: string, b: string) => normalize(`/${a}/`) === normalize(`/${b}/`);

/**
 * Returns the layer of a directory's conventions, without those that the layers of files override: by a device of the
 * same name, or at the same path.
 */
export function conventionLayer(contents: DirectoryContents, layers: readonly Layer[]): Layer | undefined {
  const given = layers.flatMap(({ raw }) => Object.entries(raw.devices));
  const isOverridden = ({ name, path }: Convention) =>
    given.some(([id, device]) => id === name || "path" in device && samePath(device.path, path));
  const devices: Record<string, unknown> = {};
  const filesystems: Record<string, unknown> = {};
  for (const convention of CONVENTIONS) {
    const { name, path, readonly } = convention;
    const place = placeOf(convention, contents);
    if (place === undefined || isOverridden(convention)) continue;
    const pattern = asPattern(place, contents);
    const isFilesystem = name === "data" && layers.every(({ raw }) => !Object.hasOwn(raw.filesystems, name));
    if (isFilesystem) filesystems[name] = { pattern };
    devices[name] = isFilesystem
      ? { path, filesystem: name, dir: "." }
      : { path, dir: pattern, readonly: readonly ? "true" : "false" };
  }
  if (Object.keys(devices).length === 0) return undefined;
  const data = { devices, filesystems };
  const source: Source = {
    file: contents.shown,
    text: "",
    data,
    issues: [],
    locate: ([, name]) => ({
      file: typeof name === "string" ? join(contents.shown, name) : contents.shown,
      line: 1,
      column: 1,
    }),
  };
  const raw: RawConfig = configSchema.parse(data);
  return { source, raw, cloudConfigFiles: [], sourceConfig: "", directory: contents.path };
}

/**
 * Returns a layer with the files of `cloud-config` behind those that it names; the layer itself where it names some of
 * them, or says that there are none.
 */
export function withCloudConfig(layer: Layer, contents: DirectoryContents): Layer {
  const { path, shown, cloudConfig } = contents;
  const said = (layer.source.data as Record<string, unknown> | null)?.["cloud-config-files"];
  const isNone = Array.isArray(said) && said.length === 0;
  const named = layer.raw["cloud-config-files"].some((one) => /^(?:\.\/)*cloud-config\//.test(one));
  if (cloudConfig.length === 0 || isNone || named) return layer;
  const more = cloudConfig.map((name, index) => ({
    path: join(path, "cloud-config", name),
    shown: join(shown, "cloud-config", name),
    index: layer.raw["cloud-config-files"].length + index,
  }));
  return { ...layer, cloudConfigFiles: [...layer.cloudConfigFiles, ...more] };
}
