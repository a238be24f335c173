import { assertEquals } from "@std/assert";
import { cleanScript, identityScript } from "../../../lib/plan/image/clean.ts";

/** Runs the line of a script about the host name with a file of its own, and returns what the file has then. */
async function cleaned(script: string, content: string): Promise<string> {
  const [line, ...more] = script.split("\n").filter((one) => one.includes("/etc/hostname"));
  assertEquals(more, []);
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, content);
    const functions = script.slice(0, script.indexOf("\n[ ! -s "));
    const args = ["-euc", `${functions}\n${line!.replaceAll("/etc/hostname", file)}`];
    const { code, stderr } = await new Deno.Command("sh", { args, stdout: "null" }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    return await Deno.readTextFile(file);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("an image does not have the name of the instance that it is made in, but that of its configuration", async () => {
  for (const script of [cleanScript("run-1-image", "new"), identityScript("run-1-image")]) {
    assertEquals(await cleaned(script, "run-1-image\n"), "");
    assertEquals(await cleaned(script, "web.example.org\n"), "web.example.org\n");
  }
});

Deno.test("the cleaning leaves the contents of mounts alone, which can be directories of the host", async () => {
  const top = await Deno.realPath(await Deno.makeTempDir());
  try {
    const files = [
      "own/a",
      "own/deep/b",
      "own/sub/c",
      "host/d",
      "host/e f/g",
      "spaced/h",
      "log/i",
      "log/host/j",
    ];
    for (const file of files) {
      await Deno.mkdir(`${top}/${file.replace(/[/][^/]*$/, "")}`, { recursive: true });
      await Deno.writeTextFile(`${top}/${file}`, "kept");
    }
    await Deno.symlink(`${top}/host`, `${top}/link`);
    await Deno.symlink(`${top}/host/d`, `${top}/own/to-host`);
    const at = (path: string) => `1 2 0:3 / ${top}/${path} rw - ext4 /dev/x rw\n`;
    const mounts = ["own/deep/b", "host", "spaced/one\\040two", "log/host"].map(at).join("");
    await Deno.writeTextFile(`${top}/mountinfo`, `1 2 0:3 / / rw - ext4 /dev/x rw\n${mounts}`);
    const script = cleanScript("a", "new");
    const functions = script.slice(0, script.indexOf("\n[ ! -s "))
      .replaceAll("/proc/self/mountinfo", `${top}/mountinfo`);
    const commands = 'drop own/* host/* link/* spaced/* none/*; empty "$PWD/log/i"; empty "$PWD/log/host/j"'
      .replaceAll(/(?<= )(?=[a-z]+[/])/g, `${top}/`);
    const args = ["-euc", `${functions}\n${commands}\nempty ${top}/linked`];
    await Deno.symlink(`${top}/host/d`, `${top}/linked`);
    const { code, stderr } = await new Deno.Command("sh", { args, cwd: top }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const left = await Promise.all(
      files.map((file) => Deno.readTextFile(`${top}/${file}`).catch(() => "gone")),
    );
    assertEquals(Object.fromEntries(files.map((file, index) => [file, left[index]])), {
      "own/a": "gone",
      "own/deep/b": "kept",
      "own/sub/c": "gone",
      "host/d": "kept",
      "host/e f/g": "kept",
      "spaced/h": "kept",
      "log/i": "",
      "log/host/j": "kept",
    });
  } finally {
    await Deno.remove(top, { recursive: true });
  }
});
