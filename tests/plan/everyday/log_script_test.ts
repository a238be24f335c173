/** The script that prints what is logged in an instance, run by the shell of this machine, which has no such files. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { logScript, NO_LOG } from "../../../lib/plan/everyday/log_script.ts";

async function run(script: string) {
  const output = await new Deno.Command("/bin/sh", { args: ["-c", script], stderr: "null" }).output();
  return [output.code, new TextDecoder().decode(output.stdout)];
}

/** Leaves the journal out, which the machine of the test may have. */
const withoutJournal = (script: string) => script.replaceAll("/run/systemd/system", "/nonexistent");

Deno.test("files are printed to the asked number of lines, whatever their names", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const file = `${directory}/it's a log`;
    await Deno.writeTextFile(file, "1\n2\n3\n");
    const script = (lines?: number) =>
      withoutJournal(logScript([file, "/nonexistent/x"], { follow: false, ...(lines ? { lines } : {}) }));
    assertEquals(await run(script()), [0, "1\n2\n3\n"]);
    assertEquals(await run(script(2)), [0, "2\n3\n"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a script that finds neither journal nor file says so by its exit code", async () => {
  assertEquals(await run(withoutJournal(logScript(["/nonexistent/x"], { follow: true }))), [NO_LOG, ""]);
});

Deno.test("the journal gets the number of lines, the time and whether it is followed", () => {
  const script = logScript([], { follow: true, lines: 5, since: 1700000000 });
  assertStringIncludes(script, "journalctl --no-pager -q -o short-iso -n 5 --since=@1700000000 -f &");
});
