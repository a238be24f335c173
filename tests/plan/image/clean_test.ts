import { assertEquals } from "@std/assert";
import { cleanScript, identityScript } from "../../../lib/plan/image/clean.ts";

/** Runs the line of a script about the host name with a file of its own, and returns what the file has then. */
async function cleaned(script: string, content: string): Promise<string> {
  const [line, ...more] = script.split("\n").filter((one) => one.includes("/etc/hostname"));
  assertEquals(more, []);
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, content);
    const args = ["-euc", line!.replaceAll("/etc/hostname", file)];
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
