/** Files that new instances of a pool get from the machine of the user who tends it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { specText } from "../../../../lib/plan/pool/spec.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";
import { member, SPEC } from "../../../support/pool_commands.ts";

const COPIES = ["/root/token"];

async function lxops(line: string, instances: readonly ReturnType<typeof member>[] = []) {
  const spec = specText({ ...SPEC, mode: "self", size: 1, copies: COPIES });
  const world = worldOf({
    images: [{ aliases: ["tiny"] }],
    profiles: [{ name: "default" }, { name: "lxops-pool-p", config: { "user.lxops.pool.spec": spec } }],
    paths: { "/c/token": "file" },
    instances,
  });
  const server = memoryServer(world);
  const controls = recorder(server);
  const files = { "/c/token": "secret-token" };
  const outcome = await run(line.split(" "), { world, files, server, controls: () => controls });
  return { ...outcome, effects: controls.effects };
}

Deno.test("pool tend copies files into new instances before they are finished", async () => {
  const { stdout, code } = await lxops("pool tend --dry-run --copy-in token:/root/token p");
  assertEquals(code, 0);
  const lines = stdout.split("\n").filter((line) => line.startsWith("lxops "));
  const copied = lines.findIndex((line) => line.includes("/c/token") && line.includes("/root/token"));
  const finished = lines.findIndex((line) => line.startsWith("lxops pool warm "));
  assertEquals([copied >= 0, copied < finished], [true, true], stdout);
  assertEquals(stdout.includes("secret-token"), false);
});

Deno.test("pool tend without the files makes no instance, but removes those that are over", async () => {
  const { code, stderr } = await lxops("pool tend p");
  // An instance that goes stays in this world.
  const { effects } = await lxops("pool tend p", [member("p-1", "draining")]);
  assertStringIncludes(stderr, 'New instances of pool "p" need a file for "/root/token"');
  assertStringIncludes(stderr, "To fill the pool: lxops pool tend --copy-in FILE:/root/token p");
  assertEquals(code === 0, false);
  const sent = effects.flatMap((one) => one.kind === "send" ? [`${one.method} ${one.path}`] : []);
  assertEquals([sent.includes("DELETE /1.0/instances/p-1"), sent.includes("POST /1.0/instances")], [
    true,
    false,
  ]);
});

Deno.test("files that the definition does not name, and files of pools that hand instances out, are refused", async () => {
  const other = await lxops("pool tend --copy-in token:/etc/other p");
  assertStringIncludes(other.stderr, 'The instances of pool "p" get no file "/etc/other"');
  assertEquals(other.effects, []);
  const leased = await lxops("pool create --size 1 --copy-in token:/root/token q tiny");
  assertEquals([leased.code, leased.effects], [2, []]);
  assertStringIncludes(leased.stderr, "only instances of mode self get files");
  const gone = await lxops("pool create --size 1 --mode self --copy-in none:/root/token q tiny");
  assertEquals([gone.code, gone.effects], [2, []]);
  const several = await lxops("pool tend --copy-in token:/root/token");
  assertEquals([several.code, several.effects], [2, []]);
  const reset = await lxops("pool reset p", [member("p-1", "ready", "Running")]);
  assertEquals([reset.code, reset.effects], [2, []]);
});
