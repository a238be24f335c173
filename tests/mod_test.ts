/** The library, as the example of a format of one's own uses it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const EXAMPLE = fromFileUrl(new URL("../examples/custom_format/", import.meta.url));

/** Runs the example's program in a directory. */
async function program(directory: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--cached-only", "-P=incus", join(EXAMPLE, "lxops.ts"), ...args],
    cwd: directory,
    env: { XDG_CONFIG_HOME: "/nonexistent", NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("main() reads files of a format of one's own", async () => {
  assertEquals(await program(EXAMPLE, "config", "print", "shop.yaml"), {
    code: 0,
    stdout: `#lxops-v1
ostype: alpine
image: 'images:alpine/3.22'
cloud-config-files:
  - shop.cfg
`,
    stderr: "",
  });
  const [verified, formats, topic] = await Promise.all([
    program(EXAMPLE, "i", "verify", "shop.yaml"),
    program(EXAMPLE, "config", "formats"),
    program(EXAMPLE, "help", "formats"),
  ]);
  assertEquals(verified, { code: 0, stdout: "shop\n", stderr: "" });
  assertStringIncludes(formats.stdout, "\n#team\n");
  assertStringIncludes(topic.stdout, "  #team  Files of the team's own tool, until 2025\n");
});

Deno.test("main() converts files of a format of one's own, and keeps their comments", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const file = join(directory, "shop.yaml");
    const old = await Deno.readTextFile(join(EXAMPLE, "shop.yaml"));
    await Deno.writeTextFile(file, old);
    const { code, stderr } = await program(directory, "config", "convert", "shop.yaml");
    assertEquals([code, stderr.replaceAll(/ \([\d.]+ s\)/g, "")], [
      0,
      "Save the old text of shop.yaml as shop.yaml.bak\nConvert shop.yaml\n",
    ]);
    assertEquals(await Deno.readTextFile(`${file}.bak`), old);
    assertEquals(
      await Deno.readTextFile(file),
      old.replace("#team", "#lxops-v1").replace("system:", "ostype:").replace("base:", "image:")
        .replace("setup:", "cloud-config-files:"),
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("deno doc has nothing to say about the library", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", fromFileUrl(new URL("../lib/mod.ts", import.meta.url))],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, "Checked 1 file\n"]);
});
