/** Examples are correct, also where unknown keys are errors. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { makeHost } from "../lib/adapters/host/host.ts";
import { findTargets } from "../lib/run/targets/targets.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);

/** Examples in a format that only their own program knows. */
const OWN_FORMAT: readonly string[] = ["custom_format"];
/** Examples without a configuration. */
const SCRIPTS: readonly string[] = ["backup"];

Deno.test("every example is a configuration without problems or warnings", async () => {
  const host = makeHost();
  const names = [...Deno.readDirSync(EXAMPLES)].map(({ name }) => name)
    .filter((name) => !OWN_FORMAT.includes(name) && !SCRIPTS.includes(name));
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

Deno.test("the backup script is one that sh can read, and executable", async () => {
  const script = fromFileUrl(new URL("backup/lxops-backup", EXAMPLES));
  const { code, stderr } = await new Deno.Command("sh", { args: ["-n", script] }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  assertEquals((Deno.statSync(script).mode ?? 0) & 0o111, 0o111);
});
