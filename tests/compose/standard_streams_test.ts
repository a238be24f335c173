import { assertEquals } from "@std/assert";

Deno.test("a command does not fail by an unwritable message, but by an unwritable result", async () => {
  const module = new URL("../../lib/compose/standard_streams.ts", import.meta.url).href;
  const code = async (call: string, redirection: string) => {
    const source = `const streams = await import("${module}"); ${call}; Deno.exit(7);`;
    const script = `exec "$0" eval --no-check "$1" ${redirection}`;
    const args = ["-c", script, Deno.execPath(), source];
    return (await new Deno.Command("sh", { args, stdin: "null" }).output()).code;
  };
  const [message, result, bytes] = await Promise.all([
    code("streams.complain('x')", "2>/dev/full"),
    code("streams.toStdout('x')", ">/dev/full"),
    code("await streams.printBytes(new Uint8Array(9))", ">/dev/full"),
  ]);
  assertEquals([message, result, bytes], [7, 1, 1]);
});
