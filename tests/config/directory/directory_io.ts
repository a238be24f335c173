import { dirname, normalize } from "@std/path";
import type { ConfigIo } from "../../../lib/config/load/load.ts";
import type { FullIo } from "../../../lib/config/load/directory.ts";
import type { PathInfo } from "../../../lib/ports/mod.ts";

/** Facts of a path besides its text. */
type Facts = Partial<Pick<PathInfo, "mode" | "uid" | "gid">>;

/** Files of a machine: texts by absolute path, links by `{ to }`, and facts of some paths. */
export function directoryIo(
  files: Readonly<Record<string, string | { readonly to: string }>>,
  { env = {}, facts = {} }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly facts?: Readonly<Record<string, Facts>>;
  } = {},
): ConfigIo & FullIo {
  const directories = new Set(["/"]);
  for (const path of Object.keys(files)) {
    for (let at = dirname(path); at !== "/"; at = dirname(at)) directories.add(at);
  }
  // A name that ends with a slash is an empty directory.
  for (const path of Object.keys(files)) if (path.endsWith("/")) directories.add(path.slice(0, -1));
  const kindOf = (path: string): PathInfo["kind"] | undefined => {
    const found = files[path];
    return found !== undefined
      ? typeof found === "string" ? "file" : "symlink"
      : directories.has(path)
      ? "directory"
      : undefined;
  };
  const real = (path: string): string | undefined => {
    const found = files[normalize(path)];
    if (typeof found === "object") return real(found.to);
    return kindOf(normalize(path)) === undefined ? undefined : normalize(path);
  };
  return {
    cwd: "/srv/dns",
    env: (name) => env[name],
    readText: (path) => {
      const found = files[real(path) ?? ""];
      return Promise.resolve(typeof found === "string" ? found : undefined);
    },
    realPath: (path) => Promise.resolve(real(path)),
    lstat: (path) => {
      const kind = kindOf(normalize(path));
      if (kind === undefined) return Promise.resolve(undefined);
      const mode = kind === "directory" ? 0o755 : 0o644;
      return Promise.resolve({ kind, mode, uid: 0, gid: 0, size: 10, ...facts[normalize(path)] });
    },
    readDir: (path) =>
      Promise.resolve(
        [...Object.keys(files), ...directories].filter((one) =>
          one !== "/" && dirname(one) === path && !one.endsWith("/")
        )
          .map((one) => one.slice(path.length + 1)),
      ),
  };
}
