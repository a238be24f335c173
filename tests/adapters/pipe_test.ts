import { assertEquals } from "@std/assert";
import { fakeDaemon, operation } from "../fakes/fake_daemon.ts";
import { BINARY, endStream, execRules } from "../fakes/fake_exec.ts";
import { exec } from "../fakes/run_exec.ts";

const never = new AbortController().signal;

Deno.test("pipe() passes both outputs on byte by byte, as they come", async () => {
  const odd = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
  const tail = new TextEncoder().encode("\r\n\n no end");
  await using daemon = await fakeDaemon(execRules({
    async stdout(wire) {
      await wire.frame(BINARY, odd);
      await wire.frame(BINARY, tail);
      await endStream(wire);
    },
    async stderr(wire) {
      await wire.frame(BINARY, new Uint8Array([0xff]));
      await endStream(wire);
    },
    wait: operation(200, { metadata: { return: 3 } }),
  }));
  const got: Record<"stdout" | "stderr", number[]> = { stdout: [], stderr: [] };
  const { control } = await daemon.connect();
  const code = await control.pipe(exec, (bytes, stream) => got[stream].push(...bytes), never);
  assertEquals([code, got], [3, { stdout: [...odd, ...tail], stderr: [0xff] }]);
});

Deno.test("pipe() says why a program could not be started, in the place of its errors", async () => {
  await using daemon = await fakeDaemon(execRules({
    wait: operation(400, { err: "Command not found", metadata: { return: 127 } }),
  }));
  const said: string[] = [];
  const { control } = await daemon.connect();
  const code = await control.pipe(
    exec,
    (bytes, stream) => said.push(`${stream}: ${new TextDecoder().decode(bytes)}`),
    never,
  );
  assertEquals([code, said], [127, ["stderr: prog: Command not found\n"]]);
});
