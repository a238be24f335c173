/** Tests of the sentences of errors. */
import { assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { fromFileUrl, join, toFileUrl } from "@std/path";
import { reasonOf } from "../../lib/base/errors.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("reasonOf() leaves out details that only a developer could use", async () => {
  const read = (path: string) => Deno.readTextFile(path).then(() => "", reasonOf);
  assertEquals(await read("/nonexistent/file"), "No such file or directory");
  assertEquals(await read("/"), "Is a directory");
  assertEquals(
    reasonOf(
      new Error(
        'Requires write access to "/bin/x", specify the required permissions during compilation using `x`',
      ),
    ),
    'Requires write access to "/bin/x"',
  );
  assertEquals(reasonOf("a text"), "a text");
});

Deno.test("errors keep their names and can be distinguished in a minified program", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const entry = join(directory, "entry.ts");
    const errors = toFileUrl(join(ROOT, "lib/base/errors.ts")).href;
    await Deno.writeTextFile(
      entry,
      `import { ConfigError, LxopsError, NoneFreeError, StateError } from "${errors}";
const all = [new LxopsError(""), new StateError(""), new NoneFreeError(""), new ConfigError([])];
console.log(JSON.stringify(all.map((one) => [one.name, one instanceof NoneFreeError, String(one)])));`,
    );
    const deno = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
      const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertEquals(code, 0, error);
      return out!;
    };
    const bundle = join(directory, "bundle.js");
    await deno("bundle", "-q", "--no-check", "--minify", "-o", bundle, entry);
    assertEquals(JSON.parse(await deno("run", "-q", "--no-config", bundle)), [
      ["LxopsError", false, "LxopsError"],
      ["StateError", false, "StateError"],
      ["NoneFreeError", true, "NoneFreeError"],
      ["ConfigError", false, "ConfigError"],
    ]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("no module tells errors apart by names of classes, which a build changes", async () => {
  // The build does not change the names of the platform's classes.
  const own = /new\.target|constructor\.name|\.name [!=]== "(?!TimeoutError|AbortError|NotCapable)\w*Error"/;
  const found: string[] = [];
  for await (const { path } of walk(join(ROOT, "lib"), { exts: [".ts"], includeDirs: false })) {
    const lines = (await Deno.readTextFile(path)).split("\n");
    found.push(
      ...lines.filter((line) => own.test(line)).map((line) => `${path.slice(ROOT.length)}: ${line.trim()}`),
    );
  }
  // That of a value in a file, for a message.
  assertEquals(found.filter((line) => !line.startsWith("lib/base/schemas.ts: ")), []);
});
