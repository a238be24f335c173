/** Tests of hooks on the host and in the instance: where they run, their variables, and their failures. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn } from "../support/daemon.ts";

const TELL = `#!/bin/sh
echo "$LXOPS_HOOK $LXOPS_NAME \${LXOPS_INSTANCE#"$LXOPS_NAME"} $# \${FROM_CALLER-} $(pwd)" >>told
echo "a line of $LXOPS_HOOK"
if [ -e fail ] && [ "$(cat fail)" = "$LXOPS_HOOK" ]; then echo "it is broken" >&2; exit 3; fi
`;

const INSIDE = `#!/bin/sh
echo "$LXOPS_HOOK $LXOPS_NAME $1 $(id -u)" >>/told
`;

async function configuration(ground: Ground): Promise<void> {
  const points = ["before-launch", "after-create", "after-configure", "before-rebuild", "after-rebuild"];
  await ground.write(
    "a.yaml",
    `#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\nhooks:\n${
      points.map((point) => `  ${point}: tell.sh\n`).join("")
    }  after-start: [tell.sh, {run: inside.sh, in: guest, args: ["it's"]}]
  before-delete: tell.sh\n  after-delete: tell.sh\n`,
  );
  await ground.write("a.cfg", "#cloud-config\nruncmd:\n  - echo applied >>/told\n");
  for (const [file, text] of [["tell.sh", TELL], ["inside.sh", INSIDE]] as const) {
    await ground.write(file, text);
    await Deno.chmod(`${ground.dir}/${file}`, 0o755);
  }
}

async function told(ground: Ground): Promise<readonly string[]> {
  const path = `${ground.dir}/told`;
  const text = await Deno.readTextFile(path).catch(() => "");
  await Deno.remove(path).catch(() => {});
  return text.split("\n").filter((line) => line !== "").map((line) => line.replace(/ \S+$/, "").trim());
}

inTurn(
  "hooks run at their points, and one that fails stops a launch and returns a rebuild",
  [],
  async (ground) => {
    const name = ground.name();
    await configuration(ground);
    const run = (...args: string[]) =>
      ground.run([...args, "-name", name, "a.yaml"], { env: { FROM_CALLER: "yes", LD_BIND_NOW: "1" } });
    await ground.write("fail", "after-start\n");
    const stopped = await run("launch");
    assertEquals(stopped.code, 5, stopped.stderr);
    assertMatch(stopped.stderr, /"\/.*\/tell\.sh" \(a\.yaml:11\) failed with exit code 3\n.*it is broken/s);
    assertEquals(await told(ground), [
      `before-launch ${name}  0 yes`,
      `after-create ${name}  0 yes`,
      `after-start ${name}  0 yes`,
    ]);
    await Deno.remove(`${ground.dir}/fail`);
    assertStringIncludes((await run("plan")).stdout, "+ hook after-start");
    assertEquals((await run("up")).code, 0);
    assertEquals(await told(ground), [
      `after-create ${name}  0 yes`,
      `after-start ${name}  0 yes`,
      `after-configure ${name}  0 yes`,
    ]);
    assertEquals(
      await ground.inside(name, "cat /told; ls /run /tmp | grep hook; true"),
      `after-start ${name} it's 0\napplied`,
    );
    assertStringIncludes((await run("up")).stdout, "up to date");
    assertEquals(await told(ground), []);

    const mac = async () => (await ground.get(`/1.0/instances/${name}`)).config["volatile.eth0.hwaddr"];
    const before = await mac();
    await ground.inside(name, "echo old >/old");
    await ground.write("fail", "after-rebuild\n");
    const returned = await run("rebuild");
    assertEquals(returned.code, 5, returned.stderr);
    assertStringIncludes(returned.stderr, `Instance "${name}" is as it was before`);
    assertEquals(await ground.inside(name, "cat /old"), "old");
    await told(ground);
    await Deno.remove(`${ground.dir}/fail`);
    assertEquals((await run("rebuild")).code, 0);
    const lines = await told(ground);
    assertEquals(lines[0], `before-rebuild ${name}  0 yes`);
    assertMatch(lines[1]!, /^after-create \S+ -lxops-new-\w+ 0 yes$/);
    assertEquals(lines.slice(2).map((line) => line.split(" ")[0]), [
      "after-start",
      "after-configure",
      "after-rebuild",
    ]);
    assertEquals(await mac(), before);

    await ground.write("fail", "before-delete\n");
    assertEquals((await run("delete", "--force")).code, 5);
    assertEquals((await ground.get(`/1.0/instances/${name}`)).status, "Running");
    await Deno.remove(`${ground.dir}/fail`);
    await told(ground);
    assertEquals((await run("delete", "--force")).code, 0);
    assertEquals((await told(ground)).map((line) => line.split(" ")[0]), ["before-delete", "after-delete"]);
    assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
  },
);

inTurn(
  "a hook that is missing, or that others can change, is refused before anything changes",
  [],
  async (ground) => {
    const name = ground.name();
    await configuration(ground);
    const launch = async () => {
      const { code, stderr } = await ground.run(["launch", "-name", name, "a.yaml"]);
      assertEquals(code, 3, stderr);
      assertEquals(await ground.get(`/1.0/instances/${name}`), undefined);
      return stderr;
    };
    await Deno.chmod(`${ground.dir}/tell.sh`, 0o777);
    assertMatch(
      await launch(),
      /a\.yaml:6.* hooks: Hook "\/.*\/tell\.sh" cannot be run: others can change it: everybody can write to/,
    );
    await Deno.chmod(`${ground.dir}/tell.sh`, 0o644);
    assertStringIncludes(await launch(), "it is not executable");
    await Deno.chmod(`${ground.dir}/tell.sh`, 0o755);
    await Deno.chmod(`${ground.dir}/inside.sh`, 0o666);
    assertMatch(await launch(), /a\.yaml:11.*Hook "\/.*\/inside\.sh" is not run, as others can change it/);
    await Deno.chmod(`${ground.dir}/inside.sh`, 0o755);
    await Deno.chmod(ground.dir, 0o777);
    assertMatch(await launch(), /everybody can write to "\//);
    await Deno.chmod(ground.dir, 0o755);
    await Deno.remove(`${ground.dir}/tell.sh`);
    assertStringIncludes(await launch(), "there is no such file");
  },
);
