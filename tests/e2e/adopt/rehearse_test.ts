/**
 * `rehearse`: a command on a copy of an instance tells what the command itself would do, leaves nothing, and changes
 * neither the instance nor its data.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { killedWhen } from "../support/cut_off.ts";
import { type Ground, inTurn, places } from "../support/daemon.ts";
import { datasetsIn } from "../support/datasets.ts";
import { until } from "../../support/until.ts";

const CONFIG = (pool: string, directory: string, check: string, foreign: string) =>
  `#lxops-v1
image: tiny
ostype: alpine
limits: {processes: 400}
filesystems:
  zfs: {pattern: ${pool}/(instance), destroy: true}
  dir: {pattern: ${directory}/(instance), destroy: true}
  vol: {pattern: "volume:default/(instance)", destroy: true}
devices:
  zfs: {path: /zfs, filesystem: zfs}
  dir: {path: /dir, filesystem: dir}
  vol: {path: /vol, filesystem: vol}
  null: {type: unix-char, source: /dev/null, path: /dev/mynull}
  ro: {path: /ro, dir: ${foreign}, readonly: true}
config: {raw.lxc: "lxc.mount.entry = ${foreign} raw none bind,create=dir 0 0"}
cloud-config-files: [m.cfg]
checks: [{exec: [sh, -c, "${check}"], retries: 1}]
`;

/** Returns everything of a daemon and its machine that a rehearsal could leave something in. */
async function everything(ground: Ground, name: string): Promise<unknown> {
  const lists = ["instances", "profiles", "storage-pools/default/volumes", "network-acls"];
  const found = await Promise.all(lists.map((one) => ground.get(`/1.0/${one}`)));
  // Interfaces of the machine are listed, too, and other daemons' networks are among them.
  const networks = await ground.get("/1.0/networks?recursion=1") as { name: string; managed: boolean }[];
  found.push(networks.filter(({ managed }) => managed).map((one) => one.name));
  const mine = found.map((urls) =>
    (urls as string[]).filter((url) => /rehearsal|lxr[0-9a-f]{6}/.test(url) || url.includes(name))
  );
  const { config, devices, expanded_devices, profiles } = await ground.get(`/1.0/instances/${name}`);
  const { stdout } = await new Deno.Command("find", {
    args: [places.directory!, "-path", `*${name}*`, "-printf", "%p %s %T@ %U %m\n"],
  }).output();
  const snapshots = await new Deno.Command("zfs", {
    args: ["list", "-H", "-o", "name", "-t", "all", "-r", places.pool!],
  })
    .output();
  const text = (bytes: Uint8Array) =>
    new TextDecoder().decode(bytes).split("\n").filter((line) => line.includes(name)).sort();
  return [mine, config, devices, expanded_devices, profiles, text(stdout), text(snapshots.stdout)];
}

inTurn("rehearse tells what a rebuild would do, leaves nothing and predicts one that fails", [
  "directory",
  "pool",
], async (ground) => {
  const name = ground.name();
  // A directory of others, in which the copy must not write.
  const foreign = `${places.directory}/${name}-foreign`;
  await Deno.mkdir(foreign);
  await Deno.chmod(foreign, 0o777);
  await ground.write(
    "m.cfg",
    "#cloud-config\nruncmd: [echo done >/etc/done, 'echo again >>/raw/written || true']\n",
  );
  await ground.write("w.yaml", CONFIG(places.pool!, places.directory!, "test -e /etc/done", foreign));
  await ground.ok(["launch", "-name", name, "w.yaml"]);
  await ground.inside(
    name,
    "for one in zfs dir vol; do echo $one >/$one/data; done; cat /*/data | md5sum >/etc/sum",
  );
  assertEquals(await Deno.readTextFile(`${foreign}/written`), "again\n");
  const before = await everything(ground, name);
  const sum = await ground.inside(name, "cat /zfs/data /dir/data /vol/data; cat /etc/sum");

  const { code, stdout, stderr } = await ground.run([
    "rehearse",
    "rebuild",
    "--json",
    "-name",
    name,
    "w.yaml",
  ]);
  assertEquals(code, 0, stderr);
  const told = JSON.parse(stdout);
  assertEquals([told.instance, told.command, told.result, told.differences, told.checks], [
    name,
    "rebuild",
    "done",
    [],
    1,
  ]);
  assertEquals(told.omitted, ["raw.lxc", `device "ro" (disk ${foreign})`]);
  assert(told.downtime > 0 && told.downtime < told.seconds, stdout);
  assert(!stdout.includes("rehearsal"), stdout);
  // Of its files outside the devices, a rebuild writes only /etc/done again.
  assertEquals(
    [told.lost.files, told.lost.known, told.lost.command],
    [1, true, `lxops lost ${name}`],
    stdout,
  );
  assertEquals(told.lost.largest, [{ path: "/etc/sum", size: told.lost.bytes }]);
  assertEquals(await everything(ground, name), before);

  // What differs from the file takes a rebuild or not: the copy is changed as the instance would be.
  await ground.write(
    "up.yaml",
    CONFIG(places.pool!, places.directory!, "test -e /etc/done", foreign).replace("400", "300"),
  );
  const up = await ground.run(["rehearse", "up", "--net", "none", "-name", name, "up.yaml"]);
  assertEquals(up.code, 0, up.stderr);
  assertStringIncludes(up.stdout, `The up of ${name} would take`);
  assertEquals(await everything(ground, name), before);

  // A rehearsal that was killed is removed by the next one, or by hand.
  const isCopied = async () =>
    (await ground.get("/1.0/instances") as readonly string[]).some((url) =>
      url.includes(`${name}-rehearsal-`)
    );
  const killed = until(isCopied).then(async () =>
    Deno.kill(Number(await Deno.readTextFile(`${ground.dir}/pid`)), "SIGKILL")
  );
  await ground.run(["rehearse", "rebuild", "-name", name, "w.yaml"], {
    argv: ["sh", "-c", 'echo $$ >pid; exec "$@"', "sh", ...ground.daemon.argv],
  });
  await killed;
  assert(await isCopied());
  await ground.ok(["rehearse", "clean", "-name", name, "w.yaml"]);
  assertEquals(await everything(ground, name), before);

  // One that was killed while the instance was frozen left it so.
  const status = async () => (await ground.get(`/1.0/instances/${name}`)).status;
  await killedWhen(
    ground,
    ["rehearse", "rebuild", "-name", name, "w.yaml"],
    async () => await status() === "Frozen",
  );
  assertEquals(await status(), "Frozen");
  await ground.ok(["rehearse", "clean", "-name", name, "w.yaml"]);
  assertEquals(await status(), "Running");
  assertEquals(await everything(ground, name), before);

  // The same step fails on the instance itself, which comes back then.
  await ground.write("m.cfg", "#cloud-config\nruncmd: [echo done >/etc/done, 'test ! -e /dir/data']\n");
  const bad = await ground.run(["rehearse", "rebuild", "-name", name, "w.yaml"]);
  assert(bad.code !== 0, bad.stdout);
  assertStringIncludes(bad.stdout, `The rebuild of ${name} would fail`);
  assertEquals(await everything(ground, name), before);
  const real = await ground.run(["rebuild", "-name", name, "w.yaml"]);
  assertEquals(real.code, bad.code, real.stderr);
  const reason = (text: string) =>
    /test ! -e \/dir\/data[^\n]*/.exec(text.slice(text.lastIndexOf("lxops: ")))?.[0];
  assertEquals(reason(real.stderr), reason(bad.stderr), `${real.stderr}\n${bad.stderr}`);
  assertEquals(await ground.inside(name, "cat /zfs/data /dir/data /vol/data; cat /etc/sum"), sum);
  assertEquals((await datasetsIn(places.pool)).filter((one) => one.includes("rehearsal")), []);
  await ground.ok(["destroy", "--force", "--wait-stop", "0", "-name", name, "w.yaml"]);
  await Deno.remove(foreign, { recursive: true });
});

inTurn("a rehearsal copies all data at one moment, and works with a stopped instance", [
  "directory",
  "pool",
], async (ground) => {
  const name = ground.name();
  // The count of each comes after that of the one before, so that none is ahead of it, or behind by more than one.
  const even = "a=$(cat /zfs/n) b=$(cat /log/n) c=$(cat /dir/n) d=$(cat /vol/n); " +
    "test $a -gt 0 -a $a -ge $b -a $b -ge $c -a $c -ge $d -a $((d + 1)) -ge $a";
  await ground.write(
    "w.yaml",
    `#lxops-v1
image: tiny
ostype: alpine
filesystems:
  zfs: {pattern: ${places.pool}/(instance), destroy: true}
  log: {pattern: ${places.pool}/(instance)-log, destroy: true}
  dir: {pattern: ${places.directory}/(instance), destroy: true}
  vol: {pattern: "volume:default/(instance)", destroy: true}
devices:
  zfs: {path: /zfs, filesystem: zfs}
  log: {path: /log, filesystem: log}
  dir: {path: /dir, filesystem: dir}
  vol: {path: /vol, filesystem: vol}
checks: [{exec: [sh, -c, "[ ! -f /zfs/n ] || { ${even}; }"], retries: 1}]
`,
  );
  await ground.ok(["launch", "-name", name, "w.yaml"]);
  await ground.inside(
    name,
    "(n=0; while :; do n=$((n + 1)); for one in zfs log dir vol; do echo $n >/$one/m; mv /$one/m /$one/n; done; done) " +
      ">/dev/null 2>&1 & sleep 1",
  );
  const before = await everything(ground, name);
  const rehearsed = await ground.run(["rehearse", "rebuild", "--net", "none", "-name", name, "w.yaml"]);
  assertEquals(rehearsed.code, 0, rehearsed.stderr);
  assertStringIncludes(rehearsed.stdout, "1 check passed");

  await ground.ok(["stop", "--wait-stop", "0", name]);
  for (const command of ["rebuild", "up"]) {
    const stopped = await ground.run(["rehearse", command, "--net", "none", "-name", name, "w.yaml"]);
    assertEquals(stopped.code, 0, stopped.stderr);
    assertStringIncludes(stopped.stdout, `The ${command} of ${name} would take`);
    assertStringIncludes(stopped.stdout, `Start instance ${name}`);
  }
  const [mine] = before as unknown[];
  const [still] = await everything(ground, name) as unknown[];
  assertEquals(still, mine);
  assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Stopped");
  await ground.ok(["destroy", "--force", "-name", name, "w.yaml"]);
});

inTurn("the copy of a rehearsal reaches no service of the host", [], async (ground) => {
  const name = ground.name();
  const listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  let calls = 0;
  const served = (async () => {
    for await (const call of listener) {
      calls++;
      call.close();
    }
  })();
  const { port } = listener.addr as Deno.NetAddr;
  const own = "ip=$(ip -4 addr show eth0 | awk '/inet / { print $2 }')";
  const call = `nc -w 2 \${ip%.*}.1 ${port} </dev/null`;
  // The instance itself calls the host; its copy tries, and fails.
  await ground.write(
    "m.cfg",
    `#cloud-config\nruncmd:\n- "${own}; case $ip in 198.1[89].*) ! ${call} ;; *) ${call} ;; esac"\n`,
  );
  await ground.write("w.yaml", "#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [m.cfg]\n");
  await ground.ok(["launch", "-name", name, "w.yaml"]);
  assertEquals(calls, 1);
  const { code, stderr } = await ground.run(["rehearse", "rebuild", "-name", name, "w.yaml"]);
  assertEquals(code, 0, stderr);
  assertEquals(calls, 1);
  listener.close();
  await served;
});
