/** `host: ssh://...`: a daemon behind HTTPS whose machine is reached by ssh. It is this machine, from outside. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../../support/until.ts";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { listen, tokenOf } from "../support/https.ts";
import { freePort } from "../support/network.ts";
import { sh } from "../support/trees.ts";

/** An sshd for one key, until the end of the test. */
async function startSsh(dir: string): Promise<AsyncDisposable & { readonly url: string }> {
  const port = freePort();
  await sh(`mkdir -p /run/sshd; cd '${dir}'
    ssh-keygen -q -t ed25519 -N '' -f key; ssh-keygen -q -t ed25519 -N '' -f host
    echo "[127.0.0.1]:${port} $(cut -d' ' -f1,2 host.pub)" >known_hosts`);
  const options = {
    ListenAddress: "127.0.0.1",
    Port: String(port),
    HostKey: `${dir}/host`,
    PidFile: "none",
    AuthorizedKeysFile: `${dir}/key.pub`,
    StrictModes: "no",
    PermitRootLogin: "prohibit-password",
    UsePAM: "no",
    // Start files of this machine's root may take half a second, in each of a hundred shells.
    SetEnv: `HOME=${dir}`,
  };
  await Deno.writeTextFile(
    `${dir}/sshd_config`,
    Object.entries(options).map(([key, value]) => `${key} ${value}\n`).join(""),
  );
  const server = new Deno.Command("/usr/sbin/sshd", {
    args: ["-D", "-e", "-f", `${dir}/sshd_config`],
    stderr: "null",
  }).spawn();
  const query = new URLSearchParams({
    IdentityFile: `${dir}/key`,
    IdentitiesOnly: "yes",
    UserKnownHostsFile: `${dir}/known_hosts`,
    ControlMaster: "auto",
    ControlPath: `${dir}/ctl`,
    ControlPersist: "30",
  });
  return {
    url: `ssh://root@127.0.0.1:${port}?${query}`,
    async [Symbol.asyncDispose]() {
      await sh(`ssh -o ControlPath='${dir}/ctl' -O exit 127.0.0.1 2>/dev/null || true`);
      server.kill();
      await server.status;
    },
  };
}

const config = `#lxops-v1
ostype: alpine
image: tiny
host: (there)
filesystems:
  data: {pattern: "${places.directory}/it's (instance)", destroy: true}
  main: {pattern: ${places.pool}/(instance), destroy: true}
devices:
  data: {path: /data, filesystem: data}
  home: {path: /home, filesystem: main}
`;

async function answers(url: string): Promise<void> {
  const port = Number(new URL(url.replace("ssh:", "http:")).port);
  await until(async () => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
    connection?.close();
    return connection !== undefined;
  });
}

async function tryAll(ground: Ground, url: string): Promise<void> {
  const name = ground.name();
  const far = (...args: readonly string[]) => ["-remote", "far", ...args];
  const is = (there: string) => ["-P", `there=${there}`, "-name", name, "a.yaml"];
  const nowhere = await ground.run(far("launch", ...is("ssh://root@127.0.0.1:1")));
  assertEquals(nowhere.code, 5, nowhere.stderr);
  assertStringIncludes(nowhere.stderr, 'lxops: Cannot reach "root@127.0.0.1" by ssh');
  const wrong = await ground.run(far("launch", ...is("ssh://root@127.0.0.1?ProxyCommand=id")));
  assertEquals(wrong.code, 3);
  assertStringIncludes(wrong.stderr, '"ProxyCommand" is not an option of ssh that can be set here');
  const here = await ground.run(far("launch", ...is("")));
  assertEquals(here.code, 3);
  assertStringIncludes(here.stderr, "host: ssh://USER@HOST");

  const directory = `${places.directory}/it's ${name}`;
  const dry = await ground.ok(far("launch", "-dry-run", ...is(url)));
  assert(/^ssh .* 'mkdir -p /m.test(dry) && /^ssh .* 'zfs create /m.test(dry), dry);
  await ground.ok(far("launch", ...is(url)));
  const inside = (script: string) => ground.ok(far("instance", "exec", name, "--", "sh", "-c", script));
  assertEquals(await inside("stat -c %u:%g /data /home"), "0:0\n0:0\n");
  await inside("echo old >/data/file; echo old >/home/file");
  await ground.ok(far("snapshot", "-s", "s1", ...is(url)));
  await inside("echo new >/data/file; echo new >/home/file");
  await ground.ok(far("rebuild", ...is(url)));
  assertEquals(await inside("cat /data/file /home/file"), "new\nnew\n");
  await ground.ok(far("rollback", "-s", "s1", ...is(url)));
  assertEquals(await inside("cat /data/file /home/file"), "old\nold\n");
  const exported = await ground.run(far("export", "-d", "out", ...is(url)));
  assertEquals(exported.code, 3);
  assertStringIncludes(exported.stderr, "run lxops there");
  await ground.ok(far("destroy", "-force", ...is(url)));
  assertEquals(await Deno.stat(directory).catch(() => "gone"), "gone");
  assertEquals(
    (await sh(`zfs list -H -o name '${places.pool}/${name}' 2>/dev/null || echo gone`)).trim(),
    "gone",
  );

  // The script of a dry run has the same effect.
  await Deno.writeTextFile(`${ground.dir}/launch.sh`, await ground.ok(far("launch", "-dry-run", ...is(url))));
  const script = await ground.run(["launch.sh"], { argv: ["/bin/sh"] });
  assertEquals(script.code, 0, script.stderr);
  assertEquals(await inside("stat -c %u:%g /data /home"), "0:0\n0:0\n");
  await ground.ok(far("destroy", "-force", ...is(url)));
  await sh(`rm -rf -- '${directory.replaceAll("'", "'\\''")}'*`);
}

inTurn(
  "a configuration with a host has its directories made there by ssh",
  ["directory", "pool"],
  async (ground) => {
    await ground.write("a.yaml", config);
    await using _server = await listen(ground);
    await ground.ok(["remote", "add", "far", await tokenOf(ground)]);
    const dir = `${ground.dir}/ssh`;
    await Deno.mkdir(dir, { mode: 0o700 });
    await using ssh = await startSsh(dir);
    await answers(ssh.url);
    await tryAll(ground, ssh.url);
  },
);
