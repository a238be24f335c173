/** The client of a daemon, which makes instances by hand. */
import { assertEquals } from "@std/assert";
import { dirname } from "@std/path";
import { type Ground, socketVariable } from "../support/daemon.ts";

/** Runs the client of a daemon. */
export async function client({ daemon }: Ground, words: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(daemon.title === "Incus" ? "incus" : "lxc", {
    args: [...words],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: {
      ...socketVariable(daemon),
      [daemon.title === "Incus" ? "INCUS_DIR" : "LXD_DIR"]: dirname(daemon.socket!),
    },
  }).output();
  assertEquals(code, 0, `${words.join(" ")}\n${new TextDecoder().decode(stderr)}`);
}
