/** Secrets that are encrypted beside the configuration, as under git. */
import { assertEquals, assertMatch } from "@std/assert";
import { type Ground, inTurn } from "../support/daemon.ts";
import { installed } from "../support/machine.ts";
import { sh } from "../support/trees.ts";

const VALUE = "canary of age: it's $(a) \\ secret";

/** A stand-in for sops, which Debian has no package of: it "decrypts" by base64, and takes the arguments of sops. */
const SOPS = `#!/bin/sh -e
[ "$1" = --decrypt ] && shift
[ "$1" != --output-type ] || { [ "$2" = json ]; shift 2; }
exec base64 -d "$1"
`;

/** Runs lxops where /usr/local/sbin has the stand-in, for this run alone. */
async function run(ground: Ground, ...args: readonly string[]) {
  const setup = 'mount --make-private "$(findmnt -n -o TARGET -T /usr/local/sbin)" && ' +
    'mount --bind "$0" /usr/local/sbin && exec "$@"';
  const argv = ["unshare", "--mount", "--propagation", "slave", "sh", "-c", setup, `${ground.dir}/sbin`];
  return await ground.run(args, { argv: [...argv, ...ground.daemon.argv] });
}

const TITLE = "secrets come from age, and from sops by a stand-in";

if (!installed("/usr/bin/age")) Deno.test({ name: `${TITLE} [skipped: no age]`, ignore: true, fn: () => {} });
else {
  inTurn(TITLE, [], async (ground) => {
    const name = ground.name();
    await Deno.mkdir(`${ground.dir}/sbin`);
    await ground.write("sbin/sops", SOPS);
    await Deno.chmod(`${ground.dir}/sbin/sops`, 0o755);
    await ground.write("plain", VALUE);
    await sh(`cd '${ground.dir}'; umask 077; mkdir -p .config/sops/age
      age-keygen -o .config/sops/age/keys.txt 2>/dev/null; age-keygen -o other.txt 2>/dev/null
      age -r "$(age-keygen -y .config/sops/age/keys.txt)" -o db.age plain
      age -r "$(age-keygen -y other.txt)" -o other.age plain
      printf '{"db": {"password": "of sops", "port": 5}}' | base64 >s.enc.yaml; rm plain`);
    const configure = (identity: string) =>
      ground.write(
        "a.yaml",
        `#lxops-v1\nimage: tiny\nostype: alpine\nsecrets:\n  own: {age: db.age}\n` +
          `  other: {age: other.age, identity: ${identity}}\n  password: {sops: s.enc.yaml, key: db.password}\n` +
          "  port: {sops: s.enc.yaml, key: db.port}\n  all: {sops: s.enc.yaml}\n",
      );

    // The wrong key: age says so, before anything is changed.
    await configure(".config/sops/age/keys.txt");
    const refused = await run(ground, "launch", "-name", name, "a.yaml");
    assertEquals([refused.code, await ground.get(`/1.0/instances/${name}`)], [3, undefined], refused.stderr);
    assertMatch(refused.stderr, /a\.yaml:6:3 secrets\.other: .*"age" failed with exit code 1: .*identity/s);

    await configure("other.txt");
    const { code, stdout, stderr } = await run(ground, "launch", "-trace", "-name", name, "a.yaml");
    assertEquals(code, 0, stderr);
    assertEquals([stdout, stderr].join().includes("canary"), false);
    assertEquals(
      await ground.inside(
        name,
        "cd /run/lxops/secrets; cat own; echo; cat other; echo; cat password port; echo; cat all",
      ),
      `${VALUE}\n${VALUE}\nof sops5\n{"db": {"password": "of sops", "port": 5}}`,
    );
    const again = await run(ground, "up", "-name", name, "a.yaml");
    assertEquals([again.code, again.stdout], [0, `${name}: up to date\n`], again.stderr);
  });
}
