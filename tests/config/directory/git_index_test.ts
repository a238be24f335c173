import { assertEquals } from "@std/assert";
import { isTracked } from "../../../lib/config/directory/git_index.ts";
import { exposedEnv } from "../../../lib/config/directory/exposed_env.ts";
import { makeHost } from "../../../lib/adapters/host/host.ts";

async function git(directory: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command("git", {
    args: ["-C", directory, "-c", "user.name=a", "-c", "user.email=a@example.org", ...args],
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
  }).output();
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

for (const version of [2, 3, 4]) {
  Deno.test(`git's index of version ${version} tells which files are tracked`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      await git(directory, "init", "-q");
      await git(directory, "config", "index.version", `${version}`);
      await Deno.mkdir(`${directory}/dns/data`, { recursive: true });
      const names = [".env", "dns/.env", "dns/.env.example", "dns/lxops.yaml", "dns/\u00e9", "z".repeat(200)];
      for (const name of names) await Deno.writeTextFile(`${directory}/${name}`, name);
      await Deno.writeTextFile(`${directory}/other`, "");
      await git(directory, "add", "--", ...names);
      // It is kept with more flags than others.
      if (version === 3) await git(directory, "add", "-N", "other");
      const index = await Deno.readFile(`${directory}/.git/index`);
      for (const name of names) assertEquals(isTracked(index, name), true, name);
      for (const name of ["dns", "dns/data/.env", "env", "other2"]) {
        assertEquals(isTracked(index, name), false, name);
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("an invalid or truncated index of git gives nothing", () => {
  assertEquals(isTracked(new Uint8Array(), "a"), undefined);
  assertEquals(isTracked(new TextEncoder().encode("DIRC\0\0\0\x02\0\0\0\x05"), "a"), undefined);
  assertEquals(isTracked(new TextEncoder().encode("DIRC\0\0\0\x09\0\0\0\x00"), "a"), undefined);
});

Deno.test("a .env file that git tracks, and one that others can read, are warnings, and others none", async () => {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    const env = `${directory}/dns/.env`;
    await Deno.mkdir(`${directory}/dns`);
    await Deno.writeTextFile(env, "A=1", { mode: 0o600 });
    const said = async () =>
      (await exposedEnv(env, "dns/.env", makeHost())).map(({ message }) => message.slice(0, 17));
    assertEquals(await said(), []);
    await git(directory, "init", "-q");
    assertEquals(await said(), []);
    await git(directory, "add", "dns/.env");
    assertEquals(await said(), ["Git tracks this f"]);
    await Deno.chmod(env, 0o640);
    assertEquals(await said(), ["Other users can r", "Git tracks this f"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
