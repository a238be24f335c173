/** The life of a container that is a directory: all that it holds, kept under git, and one command for everything. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, places } from "../support/daemon.ts";

const CANARY = "canary-5f0e-hush";

const BOOTSTRAP = `#!/bin/sh -e
echo "bootstrap of $DOMAIN for $OWNER"
cp /usr/local/conf/dns.conf /etc/dns.conf
tool >/etc/tool
printf %s "$PASSWORD" >/etc/password
echo run >>/usr/local/data/runs
`;

const CONFIG = `#lxops-v1
ostype: alpine
image: tiny
environment:
  DOMAIN: example.org
  OWNER:
limits:
  memory: \${MEMORY:-512MiB}
`;

/** Writes the directory of a container, which its daemon can reach. */
async function writeDirectory(at: string): Promise<void> {
  for (const name of ["conf", "bin", "cloud-config"]) await Deno.mkdir(`${at}/${name}`, { recursive: true });
  await Deno.writeTextFile(`${at}/lxops.yaml`, CONFIG);
  await Deno.writeTextFile(`${at}/.env`, `PASSWORD='${CANARY}'\n`, { mode: 0o600 });
  await Deno.writeTextFile(`${at}/conf/dns.conf`, "listen=53\n");
  await Deno.writeTextFile(`${at}/bin/tool`, "#!/bin/sh\necho tool\n");
  await Deno.chmod(`${at}/bin/tool`, 0o755);
  await Deno.writeTextFile(`${at}/bootstrap.sh`, BOOTSTRAP);
  await writeZone(at, "zone");
}

async function writeZone(at: string, word: string): Promise<void> {
  await Deno.writeTextFile(
    `${at}/cloud-config/zone.cfg`,
    `#cloud-config\nwrite_files:\n- {path: /etc/zone, template: true, content: "${word} \${DOMAIN} $x"}\n`,
  );
}

/** Runs lxops in a directory with a variable of the shell; fails where it shows a secret. */
async function lxops(ground: Ground, ...args: readonly string[]) {
  const outcome = await ground.run(args, { env: { OWNER: "anna" } });
  const all = outcome.stdout + outcome.stderr;
  assert(!all.includes(CANARY), `lxops ${args.join(" ")} shows a secret\n${all}`);
  return { ...outcome, all };
}

async function ok(ground: Ground, ...args: readonly string[]): Promise<string> {
  const { code, stdout, all } = await lxops(ground, ...args);
  assertEquals(code, 0, `lxops ${args.join(" ")}\n${all}`);
  return stdout;
}

inTurn("a directory is a container, from up to delete", ["directory"], async (ground) => {
  const name = ground.name();
  const at = `${places.directory}/${name}`;
  const inside = (script: string) => ground.inside(name, script);
  const runs = async () => (await Deno.readTextFile(`${at}/data/runs`)).trim().split("\n").length;
  await writeDirectory(at);

  const shown = await ok(ground, "up", "--dry-run", at);
  assertStringIncludes(shown, "export PASSWORD=***");
  assertStringIncludes(await ok(ground, "config", "print", `${at}/lxops.yaml`), "path: /usr/local/sbin");
  assertStringIncludes(await ok(ground, "up", at), "bootstrap of example.org for anna\n");
  assertEquals(
    await inside(
      "cat /etc/dns.conf /etc/tool /etc/password; echo; cat /etc/zone; echo; stat -c %u:%g /usr/local/data;" +
        "touch /usr/local/conf/x /usr/local/sbin/x 2>/dev/null || echo read-only; echo kept >/usr/local/data/kept",
    ),
    `listen=53\ntool\n${CANARY}\nzone example.org $x\n0:0\nread-only`,
  );
  assertEquals(await runs(), 1);
  // Settings are not the instance's own environment, and the daemon knows no secret.
  const [instance, profile] = await Promise.all([
    ground.get(`/1.0/instances/${name}`),
    ground.get(`/1.0/profiles/${name}.lxops`),
  ]);
  const known = JSON.stringify([instance, profile]);
  assert(!known.includes(CANARY) && !known.includes("environment."), known);
  assertEquals(instance.expanded_config["limits.memory"], "512MiB");
  assert(!(await inside("env; cat /var/lib/lxops/journal")).includes("DOMAIN"));
  assertEquals(await ok(ground, "up", at), `${name}: up to date\n`);
  assertStringIncludes(await ok(ground, "plan", at), "No changes\n");

  // One edited file: only that.
  await writeZone(at, "area");
  const { code, stdout: plan } = await lxops(ground, "plan", at);
  assertEquals([code, plan.split("\n").filter((line) => /^ {2}[+~-]/.test(line)).length], [10, 1], plan);
  assertStringIncludes(plan, "Write /etc/zone (zone.cfg)");
  await ok(ground, "up", at);
  assertEquals([await inside("cat /etc/zone"), await runs()], ["area example.org $x", 1]);

  // What counts for one run is gone with the next one.
  const once = await lxops(ground, "plan", "--set", "limits.memory=256MiB", "-e", "DOMAIN=example.net", at);
  assertStringIncludes(once.stdout, "512MiB -> 256MiB");
  assertStringIncludes(once.stdout, "For this run only: -e DOMAIN, --set limits.memory=256MiB\n");
  assertStringIncludes(await ok(ground, "plan", at), "No changes\n");

  // A new root filesystem has the data as before, and runs the script again; so does --bootstrap.
  assertStringIncludes(
    await ok(ground, "rebuild", "--wait-stop", "0", at),
    "bootstrap of example.org for anna\n",
  );
  assertEquals(
    await inside(
      "cat /usr/local/data/kept /etc/dns.conf; stat -c %u:%g /usr/local/data /usr/local/data/kept",
    ),
    "kept\nlisten=53\n0:0\n0:0",
  );
  assertEquals(await runs(), 2);
  await Deno.writeTextFile(`${at}/bootstrap.sh`, `${BOOTSTRAP}echo "no, $PASSWORD" >&2; exit 42\n`);
  // An edited script does not run by itself, and plan says so.
  const told = await lxops(ground, "plan", at);
  assertEquals(told.code, 10, told.all);
  assertStringIncludes(
    told.stdout,
    "bootstrap.sh, which ran already (changed in the file, takes --bootstrap)",
  );
  const left = await lxops(ground, "up", at);
  assertEquals([left.code, left.stdout, await runs()], [10, `${name}: partly\n`, 2], left.all);
  const failed = await ground.run(["up", "--bootstrap", at], { env: { OWNER: "anna" } });
  assertEquals([failed.code === 0, await runs()], [false, 3], failed.stderr);
  assertStringIncludes(failed.stderr, "Run bootstrap.sh");
  await Deno.writeTextFile(`${at}/bootstrap.sh`, BOOTSTRAP);
  await ok(ground, "up", "--bootstrap", at);
  assertStringIncludes(await ok(ground, "plan", at), "No changes");
  await Deno.writeTextFile(`${at}/bootstrap.sh`, `${BOOTSTRAP}echo edited\n`);
  await ok(ground, "configure", "--bootstrap", "--only", "bootstrap", at);
  assertStringIncludes(await ok(ground, "plan", at), "No changes");
  assertEquals(await runs(), 5);

  // Errors come before anything is changed.
  await Deno.writeTextFile(`${at}/lxops.yaml`, `${CONFIG}config: {user.a: "\${NOT_THERE}"}\n`);
  const missing = await lxops(ground, "up", at);
  assertEquals(missing.code, 3, missing.all);
  assertStringIncludes(missing.stderr, `${at}/lxops.yaml:9:10 config.user.a: "NOT_THERE" has no value`);

  // Data stays, whatever becomes of the container.
  await ok(ground, "destroy", "--force", "--wait-stop", "0", at);
  assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
  assertEquals(await Deno.readTextFile(`${at}/data/kept`), "kept\n");
});
