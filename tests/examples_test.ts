/** Examples are correct, also where unknown keys are errors. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { makeHost } from "../lib/adapters/host/host.ts";
import { findTargets } from "../lib/run/targets/targets.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);

/** Examples that are programs, and may have a format of their own. */
const OWN_FORMAT: readonly string[] = ["custom_format", "library"];
/** A directory of examples that are directories themselves. */
const SERVICES = "services";
/** Examples without a configuration. */
const SCRIPTS: readonly string[] = ["backup", "pool"];

Deno.test("every example is a configuration without problems or warnings", async () => {
  const host = makeHost();
  const names = [...Deno.readDirSync(EXAMPLES)].map(({ name }) => name)
    .filter((name) => ![...OWN_FORMAT, ...SCRIPTS, SERVICES].includes(name));
  assert(names.length >= 2);
  for (const name of names) {
    const directory = new URL(`${name}/`, EXAMPLES);
    const files = [...Deno.readDirSync(directory)].filter((entry) => entry.name.endsWith(".yaml"));
    const paths = files.map((entry) => fromFileUrl(new URL(entry.name, directory)));
    const found = await findTargets(
      paths,
      { properties: "", sets: [], name: "", project: "", strict: true },
      host,
    );
    assertEquals([found.problems, found.warnings], [[], []], name);
    assertEquals(found.targets.length, paths.length);
  }
});

Deno.test("each service is a directory without problems or warnings, and has what its README names", async () => {
  const copy = await Deno.makeTempDir();
  try {
    const all = fromFileUrl(new URL(`${SERVICES}/`, EXAMPLES));
    const names = [...Deno.readDirSync(all)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
    assertEquals(names.toSorted(), ["dns", "git", "home", "https", "postgres", "vpn"]);
    for (const name of names) {
      const { code } = await new Deno.Command("cp", { args: ["-r", `${all}${name}`, copy] }).output();
      assertEquals(code, 0);
      await Deno.writeTextFile(`${copy}/${name}/.env`, "ADDRESS=192.0.2.1\nPASSWORD='long enough'\n", {
        mode: 0o600,
      });
    }
    const options = { properties: "", sets: [], name: "", project: "", strict: true };
    const found = await findTargets(names.map((name) => `${copy}/${name}/lxops.yaml`), options, makeHost());
    assertEquals([found.problems, found.warnings], [[], []]);
    assertEquals(found.targets.length, names.length);
    for (const name of names) {
      const ignored = await Deno.readTextFile(`${copy}/${name}/.gitignore`);
      assertEquals(ignored, ".env\ndata/\n*.secret\n");
      const readme = await Deno.readTextFile(`${copy}/${name}/README.md`);
      for (const [, path] of readme.matchAll(/`((?:conf|bin)\/[a-z_/.]+)`/g)) {
        await Deno.stat(`${copy}/${name}/${path}`);
      }
      const scripts = [`${copy}/${name}/bootstrap.sh`];
      for (const { name: script } of readDir(`${copy}/${name}/bin`)) {
        scripts.push(`${copy}/${name}/bin/${script}`);
      }
      for (const script of scripts) {
        assertEquals((await Deno.stat(script)).mode! & 0o111, 0o111, script);
        if (!(await Deno.readTextFile(script)).startsWith("#!/bin/sh")) continue;
        const { code, stderr } = await new Deno.Command("sh", { args: ["-n", script] }).output();
        assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
      }
    }
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
});

function readDir(path: string): readonly Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

Deno.test("the backup script is one that sh can read, and executable", async () => {
  const script = fromFileUrl(new URL("backup/lxops-backup", EXAMPLES));
  const { code, stderr } = await new Deno.Command("sh", { args: ["-n", script] }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  assertEquals((Deno.statSync(script).mode ?? 0) & 0o111, 0o111);
});
