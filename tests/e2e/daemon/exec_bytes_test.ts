/** Programs in instances whose input and output are bytes. */
import { assertEquals, assertMatch } from "@std/assert";
import { type Ground, onBoth } from "../support/daemon.ts";

/** Runs a shell script of the host in which `$lxops` and `$name` are what they say. */
async function shell(ground: Ground, name: string, script: string): Promise<string> {
  const lxops = ground.daemon.argv.map((word) => `'${word}'`).join(" ");
  const outcome = await ground.run(["-euc", `lxops() { ${lxops} "$@"; }\n${script}`, "sh", name], {
    argv: ["/bin/sh"],
  });
  assertEquals(outcome.code, 0, outcome.stderr);
  return outcome.stdout;
}

onBoth("instance exec passes input and both outputs on byte by byte", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const bytes = new Uint8Array(300_000);
  for (let start = 0; start < bytes.length; start += 65536) {
    crypto.getRandomValues(bytes.subarray(start, start + 65536));
  }
  await Deno.writeFile(`${ground.dir}/in`, bytes);
  await shell(ground, name, 'lxops instance exec "$1" cat <in >out 2>err; cmp in out; test ! -s err');
  await shell(
    ground,
    name,
    'lxops instance exec "$1" -- sh -c "cat >&2" <in >out 2>err; cmp in err; test ! -s out',
  );
  const odd = 'printf "one\\r\\n\\n two\\000\\377"';
  await shell(
    ground,
    name,
    `${odd} >want; lxops instance exec "$1" -- sh -c '${odd}' >got </dev/null; cmp want got`,
  );
  const large = await shell(
    ground,
    name,
    `lxops instance exec "$1" -- sh -c 'yes 0123456789abcde | head -c 20000000' </dev/null | cksum
     yes 0123456789abcde | head -c 20000000 | cksum`,
  );
  const [one, other] = large.trim().split("\n");
  assertEquals(one, other);
  assertMatch(await shell(ground, name, 'lxops instance exec "$1" yes </dev/null | head -n 1'), /^y\n$/);
  // What a dry run shows is the same when it is run.
  await shell(
    ground,
    name,
    'lxops instance exec -dry-run "$1" cat <in >script; sh script >again; cmp in again',
  );
});
