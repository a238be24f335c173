/** Everyday commands, by the names of instances, files and directories. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { killedWhen } from "../support/cut_off.ts";
import { inTurn } from "../support/daemon.ts";

inTurn("one instance goes through a day of everyday commands", [], async (ground) => {
  const name = ground.name();
  await Deno.mkdir(`${ground.dir}/${name}`);
  await ground.write(`${name}/lxops.yaml`, "#lxops-v1\nimage: tiny\n");
  assertMatch(await ground.ok(["ps"]), new RegExp(`^${name} +absent`, "m"));
  await ground.ok(["launch", `./${name}/lxops.yaml`]);

  // A directory, its file, its own name and the name of the instance are one thing.
  for (const operand of [`./${name}`, `${name}/lxops.yaml`, name, `local:${name}`]) {
    assertEquals(await ground.ok(["ps", "-q", operand]), `${name}\n`);
  }
  const [shown] = JSON.parse(await ground.ok(["ps", "-json"]));
  assertEquals([shown.name, shown.state, shown.image], [name, "Running", "tiny"]);
  assert(shown.addresses.length > 0);
  const { code, stdout, stderr } = await ground.run(["logs", name]);
  assertEquals([code, stdout], [0, ""]);
  assertMatch(
    stderr,
    /no journal of systemd, .*lxops\.yaml names no files under logs:, and its console is empty\n {2}To find/,
  );

  assertEquals(
    await ground.ok(["exec", "-u", "1:2", "-w", "/tmp", name, "--", "sh", "-c", "id -u; id -g; pwd"]),
    "1\n2\n/tmp\n",
  );
  assertEquals((await ground.run(["exec", "-T", name, "sh", "-c", "exit 7"])).code, 7);
  assertEquals((await ground.run(["exec", "-u", "nobody-here", name, "id"])).code, 125);

  const results = async (...args: readonly string[]) => {
    const rows: { result: string }[] = JSON.parse(await ground.ok([args[0]!, "-json", ...args.slice(1)]));
    return rows.map(({ result }) => result);
  };
  assertEquals(await results("pause", name), ["frozen"]);
  assertEquals(await results("pause", name), ["unchanged"]);
  assertEquals(await results("unpause", name), ["unfrozen"]);
  assertEquals(await results("restart", "-t", "1", "."), ["restarted"]);
  assertEquals(await results("stop", name), ["stopped"]);
  assertEquals(await results("stop", name), ["unchanged"]);
  assertEquals(await results("start", `${name}/`), ["started"]);
  assertEquals(await results("kill", name), ["stopped"]);
  await ground.ok(["logs", "-n", "5", name]);
  assertEquals(await results("down", `./${name}`), ["deleted"]);
  assertStringIncludes((await ground.run(["down", "-json", name])).stderr, "Nothing to delete");
  assertEquals((await ground.run(["start", name])).code, 7);
});

inTurn("cp copies files of a hostile instance, and changes nothing else", [], async (ground) => {
  const name = ground.name();
  const sh = (script: string) => ground.ok(["exec", "-T", name, "--", "sh", "-ec", script]);
  await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
  await ground.write("victim", "untouched");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  await sh(`mkdir -p /t/sub && cd /t && printf x >"sub/a
b" && ln -s ${ground.dir}/victim out && ln -s ../../../.. up && mkfifo fifo && printf s >suid && chmod 4755 suid &&
    chmod 640 "sub/a
b" && chown 5:6 suid`);
  // Out: links stay links, what is no file is left out, and nothing runs as its owner.
  const { code, stderr } = await ground.run(["cp", `${name}:/t`, "copy"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "not copied: /t/fifo");
  assertEquals([...Deno.readDirSync(`${ground.dir}/copy`)].map((one) => one.name).sort(), [
    "out",
    "sub",
    "suid",
    "up",
  ]);
  assertEquals(await Deno.readLink(`${ground.dir}/copy/out`), `${ground.dir}/victim`);
  assertEquals(await Deno.readTextFile(`${ground.dir}/copy/sub/a\nb`), "x");
  const mode = async (path: string) => ((await Deno.lstat(`${ground.dir}/${path}`)).mode ?? 0) & 0o7777;
  assertEquals([await mode("copy/sub/a\nb"), await mode("copy/suid")], [0o640, 0o755]);
  assertEquals((await Deno.lstat(`${ground.dir}/copy/suid`)).uid, 0);
  // A second time nothing is lost; with -archive owners are kept.
  assertEquals((await ground.run(["cp", `${name}:/t`, "copy"])).code, 0, "into the directory that is there");
  assertEquals((await ground.run(["cp", `${name}:/t`, "copy"])).code, 8);
  assertEquals((await ground.run(["cp", `${name}:/t/suid`, "victim"])).code, 8);
  assertEquals(await Deno.readTextFile(`${ground.dir}/victim`), "untouched");
  await ground.ok(["cp", "-a", `${name}:/t/suid`, "kept"]);
  assertEquals((await Deno.lstat(`${ground.dir}/kept`)).uid, 5);
  // Bounded: a file of any claimed size, and what never answers.
  await sh("truncate -s 100G /t/huge");
  const huge = await ground.run(["cp", "-max-size", "5", `${name}:/t`, "huge"]);
  assertEquals(huge.code, 9);
  assertStringIncludes(huge.stderr, "has more than 5 MiB");
  assertEquals((await ground.run(["cp", `${name}:/t/fifo`, "fifo"])).code, 9);
  assertEquals((await ground.run(["cp", `${name}:/t/none`, "none"])).code, 7);

  // In, also where it does not run: a link in the way is replaced and not followed, and nothing is half there.
  await sh("rm /t/huge; ln -s /etc/passwd /t/link");
  await ground.ok(["stop", name]);
  assertEquals((await ground.run(["cp", "victim", `${name}:/t/link`])).code, 8);
  await ground.ok(["cp", "-overwrite", "victim", `${name}:/t/link`]);
  await ground.ok(["cp", "-a", "copy", `${name}:/t/`]);
  await ground.ok(["start", "-until", "exec", name]);
  assertEquals(
    await sh(`cat /t/link; [ ! -L /t/link ] && grep -c root /etc/passwd && stat -c '%a %u' "/t/copy/sub/a
b" && readlink /t/copy/up`),
    "untouched1\n640 0\n../../../..\n",
  );

  // A copy that is killed leaves nothing under the name.
  await sh("head -c 60000000 /dev/zero | tr '\\\\0' x >/t/big");
  const killed = await ground.run(["cp", `${name}:/t/big`, "big"], { killAfterMs: 1200 });
  if (killed.code !== 0) {
    assertEquals(killed.code, 130);
    const left = [...Deno.readDirSync(ground.dir)].map((one) => one.name).filter((one) =>
      /big|lxops-/.test(one)
    );
    assertEquals(left, []);
  }
  await sh("mkdir /into");
  await Deno.writeFile(`${ground.dir}/large`, new Uint8Array(100 << 20));
  const size = () => sh("stat -c %s /into/large 2>/dev/null || echo none");
  await killedWhen(ground, ["cp", "large", `${name}:/into/`], async () => await sh("ls -A /into") !== "");
  assertMatch(await size(), /^(none|104857600)\n$/);
  await ground.ok(["cp", "-overwrite", "large", `${name}:/into/`]);
  assertEquals(await size(), "104857600\n");
  await ground.ok(["down", name]);
});
