/**
 * Paths that complete a word.
 *
 * @module
 */
import { resolve } from "@std/path";
import { behind } from "../../run/targets/directories.ts";
import type { Asked, Candidate } from "./sources.ts";

/** Largest number of names to offer. */
const MOST = 1000;

/** Returns directories, and files of a kind: all, or configurations. */
export async function pathsFor(
  { text, app: { host } }: Pick<Asked, "text" | "app">,
  kind: "config" | "file" | "directory",
): Promise<readonly Candidate[]> {
  const slash = text.lastIndexOf("/") + 1;
  const [typed, start] = [text.slice(0, slash), text.slice(slash)];
  const home = host.env("HOME");
  const expanded = home && typed.startsWith("~/") ? home + typed.slice(1) : typed;
  const directory = resolve(host.cwd, expanded || ".");
  const names = await host.readDir(directory).catch(() => []);
  const matching = names.filter((name) => name.startsWith(start) && (start !== "" || !name.startsWith(".")));
  const found = await Promise.all(
    matching.sort().slice(0, MOST).map(async (name): Promise<readonly Candidate[]> => {
      const isWanted = kind === "file" || kind === "config" && /\.ya?ml$/.test(name);
      const info = await behind(`${directory}/${name}`, host).catch(() => undefined);
      if (info?.kind === "directory") return [{ text: `${typed}${name}/`, open: true }];
      return isWanted && info ? [{ text: typed + name }] : [];
    }),
  );
  return found.flat();
}
