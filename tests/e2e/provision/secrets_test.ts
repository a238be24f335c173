/** Secrets: where they come from, where they are, and where they are not. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn } from "../support/daemon.ts";

const SHOW = "cd /run/lxops/secrets && stat -c '%n %a %U:%G' * && cat * | sha256sum";

async function configuration(ground: Ground, more = ""): Promise<void> {
  await ground.write("db.secret", "it's a pass\nword");
  await Deno.chmod(`${ground.dir}/db.secret`, 0o600);
  await ground.write("print.sh", `#!/bin/sh\necho "called $*" >>calls\ncat "$1"\n`);
  await Deno.chmod(`${ground.dir}/print.sh`, 0o755);
  await ground.write("printed", "\\x -n %s $HOME\n");
  await ground.write(
    "a.cfg",
    "#cloud-config\nusers:\n  - name: web\nruncmd:\n  - cat /run/lxops/secrets/token >/seen\n",
  );
  await ground.write(
    "a.yaml",
    `#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\nsecrets:\n  db: db.secret\n` +
      `  token: {env: TOKEN, owner: web, mode: 0440}\n  made: {command: [./print.sh, printed]}\n${more}`,
  );
}

inTurn("secrets are files in memory, again after a start, and a change is seen", [], async (ground) => {
  const name = ground.name();
  await configuration(ground);
  const env = { TOKEN: "t0ken" };
  const ok = (args: string[], more = env) => ground.ok(args, { env: more });
  await ok(["launch", "-name", name, "a.yaml"]);
  assertEquals((await ground.inside(name, "ls -l /run/lxops/secrets | wc -l; cat /seen")).trim(), "4\nt0ken");
  const hash = async (texts: readonly string[]) => {
    const bytes = new TextEncoder().encode(texts.join(""));
    return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((one) =>
      one.toString(16).padStart(2, "0")
    ).join("");
  };
  const wanted = async (token: string) =>
    `db 400 root:root\nmade 400 root:root\ntoken 440 web:root\n${await hash([
      "it's a pass\nword",
      "\\x -n %s $HOME",
      token,
    ])}  -`;
  assertEquals(await ground.inside(name, SHOW), await wanted("t0ken"));
  assertMatch(await ground.inside(name, "df /run/lxops/secrets | tail -1"), /^tmpfs |^lxops /);
  assertStringIncludes(await ok(["up", "-name", name, "a.yaml"]), "up to date");

  const changed = { TOKEN: "other" };
  const plan = await ground.run(["plan", "-name", name, "a.yaml"], { env: changed });
  assertEquals(
    [plan.code, plan.stdout.includes("~ secret token (changed in the file)")],
    [10, true],
    plan.stdout,
  );
  assertStringIncludes(await ok(["up", "-name", name, "a.yaml"], changed), "changed");
  assertEquals(await ground.inside(name, SHOW), await wanted("other"));

  await ok(["restart", "-wait-stop", "0", name]);
  assertEquals(await ground.inside(name, SHOW), await wanted("t0ken"));
  // Another user starts it.
  await ground.ok([
    "query",
    "-X",
    "PUT",
    "-d",
    '{"action":"restart","force":true}',
    `/1.0/instances/${name}/state`,
  ]);
  assertEquals(await ground.inside(name, "ls /run/lxops 2>/dev/null | wc -l"), "0");
  assertStringIncludes(await ok(["up", "-name", name, "a.yaml"]), "changed");
  assertEquals(await ground.inside(name, SHOW), await wanted("t0ken"));

  await configuration(ground);
  await ground.write("a.yaml", "#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\n");
  await ok(["up", "-name", name, "a.yaml"]);
  assertEquals(await ground.inside(name, "ls -A /run/lxops/secrets"), ".delivered");
  assertStringIncludes(await ok(["up", "-name", name, "a.yaml"]), "up to date");
});

inTurn(
  "a secret that cannot be read stops everything before the first change, without its value",
  [],
  async (ground) => {
    const name = ground.name();
    const launch = async (more: string) => {
      await configuration(ground, more);
      const { code, stderr } = await ground.run(["launch", "-name", name, "a.yaml"], {
        env: { TOKEN: "t0ken" },
      });
      assertEquals(code, 3, stderr);
      assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
      return stderr;
    };
    assertMatch(
      await launch("  a: {env: NO_SUCH}\n  b: no.file\n"),
      /a\.yaml:9:3 secrets\.a: Cannot read secret "a": the variable "NO_SUCH" is not set\n.*a\.yaml:10.*there is no file "/s,
    );
    assertMatch(
      await launch("  a: {command: [no-such-program]}\n"),
      /"no-such-program" cannot be run: there is none in/,
    );
    await ground.write("fails.sh", "#!/bin/sh\necho canary-value\necho it is locked >&2\nexit 3\n");
    await Deno.chmod(`${ground.dir}/fails.sh`, 0o755);
    const failed = await launch("  a: {command: [./fails.sh]}\n");
    assertStringIncludes(failed, `"./fails.sh"`.slice(3, -1));
    assertMatch(failed, /failed with exit code 3: it is locked/);
    assertEquals(failed.includes("canary"), false);
    await Deno.chmod(`${ground.dir}/fails.sh`, 0o777);
    assertStringIncludes(
      await launch("  a: {command: [./fails.sh]}\n"),
      "others can change it: everybody can write",
    );
    assertMatch(await launch("  a: {sops: x.yaml, key: a}\n"), /"sops" cannot be run|failed with exit code/);
    assertMatch(
      await launch("  a: {file: a, env: B}\n"),
      /A secret has one of file, env, sops, age, command, and this/,
    );
  },
);
