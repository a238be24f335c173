/**
 * Runs a binary that was just built the way it will be run: by another name, with nothing in its environment.
 *
 * @module
 */
import { join } from "@std/path";
import { BuildError, removeIfThere } from "./compile.ts";
import { run } from "./run.ts";
import type { Stamp } from "./stamp.ts";

/** Checks that a binary says what it is a build of, and leaves no file behind where it could; removes one that does not. */
export async function verify(binary: string, stamp: Stamp, stage: string): Promise<void> {
  const fault = await faultOf(binary, stamp, stage);
  if (fault === undefined) return;
  await removeIfThere(binary);
  throw new BuildError(`"${binary}" ${fault}; the binary was removed`);
}

async function faultOf(binary: string, stamp: Stamp, stage: string): Promise<string | undefined> {
  const home = join(stage, "home");
  const link = join(stage, "lxops");
  await Deno.mkdir(home, { recursive: true });
  // Deno.symlink() would need to write everywhere.
  await run("ln", ["-sfn", "--", binary, link]);
  const env = { HOME: home, TMPDIR: home };
  const { code, stdout, stderr } = await run(link, ["version"], { cwd: "/", env, clearEnv: true });
  if (code !== 0) return `version failed with ${code}: ${stderr.trim()}`;
  const missing = [stamp.version, stamp.commit].find((part) => !stdout.includes(part));
  if (missing !== undefined) return `version does not say "${missing}" but: ${stdout.trim()}`;
  // The program as one script.
  const help = await run(link, ["launch", "--help"], { cwd: "/", env, clearEnv: true });
  if (!help.stdout.includes("Usage:")) return `launch --help fails: ${help.stdout}${help.stderr}`.trim();
  const left = [...Deno.readDirSync(home)].map(({ name }) => name);
  return left.length > 0 ? `left files behind: ${left.join(", ")}` : undefined;
}
