/**
 * The files that `--environment-file` in `lxc-options` names.
 *
 * @module
 */
import type { LoadedConfig } from "../../config/config.ts";

/** Reads the files of `--environment-file`, relative to the working directory, as the clients do. */
export async function readEnvironments(
  { config }: LoadedConfig,
  read: (path: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string | undefined>> {
  const paths = config.lxcOptions.flatMap((word, index) => {
    const found = /^\s*--environment-file(?:[=\s]+(.+))?$/s.exec(word);
    return found ? found[1]?.trim() ?? config.lxcOptions[index + 1]?.trim() ?? [] : [];
  });
  return new Map(
    await Promise.all(
      paths.map(async (path): Promise<[string, string | undefined]> => [path, await read(path)]),
    ),
  );
}
