import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { backend as incus } from "../../../backends/incus.ts";
import { backend as lxd } from "../../../backends/lxd.ts";
import { connect } from "../../../lib/adapters/daemon/daemon.ts";
import { until } from "../../support/until.ts";
import { ask } from "../support/https.ts";
import { type Ground, inTurn, onBoth } from "../support/daemon.ts";
import { everything, KEYS, writeConfig } from "./everything.ts";

/** The items that a run reports as done. */
function done(stderr: string): string[] {
  return stderr.split("\n").flatMap((line) => /^\S+: {3}(\S.*) \(a\.cfg\) \(/.exec(line)?.[1] ?? []);
}

/** Runs a program in an instance, and returns the number of its operation. */
async function execIn(ground: Ground, name: string): Promise<string> {
  const exec = { command: ["/bin/true"], interactive: false, "wait-for-websocket": false };
  const { id } = await ask(ground, "POST", `/1.0/instances/${name}/exec`, exec) as { readonly id: string };
  return id;
}

/** Tells whether something is in a set within a time. */
async function isSeen(one: unknown, seen: ReadonlySet<unknown>, limitMs: number): Promise<boolean> {
  return await until(() => seen.has(one), limitMs).then(() => true, () => false);
}

/** Counts the programs that the daemon's own events say were run in an instance that exists. */
async function countExecs(ground: Ground, name: string, action: () => Promise<void>): Promise<number> {
  const backend = ground.daemon.title === "Incus" ? incus : lxd;
  const { server, close } = await connect(backend, {
    kind: "socket",
    path: ground.daemon.socket!,
    project: "default",
  }, {
    env: () => undefined,
  });
  const left = new AbortController();
  const seen = new Set<unknown>();
  const followed = (async () => {
    for await (const { metadata } of server.events(["operation"], "default", left.signal)) {
      const about = JSON.stringify(metadata["resources"] ?? {});
      if (metadata["description"] === "Executing command" && about.includes(name)) seen.add(metadata["id"]);
    }
  })();
  // Events arrive only after the daemon has accepted the listener, and some time after their cause.
  await until(async () => await isSeen(await execIn(ground, name), seen, 1_000));
  const before = seen.size;
  await action();
  assert(await isSeen(await execIn(ground, name), seen, 60_000), "the daemon tells of no more programs");
  left.abort();
  await followed.catch(() => {});
  close();
  return seen.size - before - 1;
}

inTurn(
  "8 packages, 5 files, 2 users and 5 commands are one script, and nothing is done twice",
  [],
  async (ground) => {
    const name = ground.name();
    await writeConfig(ground, "#cloud-config\n");
    await ground.ok(["launch", "-name", name, "a.yaml"]);
    await writeConfig(ground, everything(KEYS[0]));
    const configure = ["configure", "-name", name, "a.yaml"];
    const execs = await countExecs(ground, name, async () => {
      assertEquals(done((await ground.run(configure)).stderr).length, 16);
    });
    // One reads the journal, within bounds that the daemon's own files API does not have.
    assertEquals(execs, 2);
    assertEquals(
      await ground.inside(name, "grep -c '^apk add' /var/log/tiny.log; cat /root/log"),
      "1\n1\n2\n3\n4\n5",
    );

    const again = await countExecs(ground, name, async () => {
      const { code, stderr } = await ground.run(configure);
      assertEquals([code, done(stderr)], [0, []]);
      assertMatch(stderr, /note: 16 of 16 items are up to date/);
    });
    assertEquals(again, 1);
    assertEquals(await ground.inside(name, "wc -l </root/log"), "5");
  },
);

inTurn("configure applies new and changed items, and leaves passwords alone", [], async (ground) => {
  const name = ground.name();
  await writeConfig(ground, everything(KEYS[0]));
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const configure = async (...flags: string[]) => {
    const { code, stderr } = await ground.run(["configure", ...flags, "-name", name, "a.yaml"]);
    assertEquals(code, 0, stderr);
    return done(stderr);
  };
  const keys = "grep AAAA /home/ann/.ssh/authorized_keys";
  await ground.inside(name, "echo 'ssh-rsa AAAAforeign elsewhere' >> /home/ann/.ssh/authorized_keys");
  await ground.inside(name, "sed -i 's/^ann:[^:]*/ann:changed/' /etc/shadow; chmod 777 /etc/files/1");
  await writeConfig(ground, everything(KEYS[1]));
  assertEquals(await configure(), ["Set 1 SSH key of user ann"]);
  assertEquals(await ground.inside(name, keys), `ssh-rsa AAAAforeign elsewhere\n${KEYS[1]}`);
  await writeConfig(ground, everything(KEYS[1], "Ann Other"));
  assertEquals(await configure(), ["Set up user ann"]);
  assertEquals(await ground.inside(name, "grep ^ann: /etc/passwd | cut -d: -f5"), "Ann Other");
  assertEquals(await ground.inside(name, "grep ^ann: /etc/shadow | cut -d: -f2"), "changed");
  assertEquals((await configure("--all", "--only", "write_files")).length, 5);
  assertEquals(await ground.inside(name, "stat -c %a /etc/files/1; wc -l </root/log"), "640\n5");
  assertEquals((await configure("--all")).length, 16);
  assertEquals(await ground.inside(name, "wc -l </root/log"), "10");
});

inTurn("configure continues after the command that failed", [], async (ground) => {
  const name = ground.name();
  const commands = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) =>
    `- ${n === 7 ? "echo about to fail; test -e /go && " : ""}echo ${n} >>/root/log\n`
  );
  await writeConfig(ground, `#cloud-config\nruncmd:\n${commands.join("")}`);
  const failed = await ground.run(["launch", "-name", name, "a.yaml"]);
  assertEquals(failed.code, 5);
  assertEquals(done(failed.stderr).length, 6);
  assertStringIncludes(failed.stderr, `"Run echo about to fail; test -e /go && echo 7 >>/root/log (a.cfg)"`);
  assertStringIncludes(failed.stderr, "(a.cfg:9) failed");
  assertStringIncludes(failed.stderr, "| about to fail");
  assertMatch(failed.stderr, /To continue: .*--resume/);
  await ground.inside(name, "touch /go");
  const resumed = await ground.run(["configure", "--resume", "-name", name, "a.yaml"]);
  assertEquals([resumed.code, done(resumed.stderr).length], [0, 3]);
  assertEquals(await ground.inside(name, "cat /root/log"), "1\n2\n3\n4\n5\n6\n7\n8\n9");
});

onBoth("an item that does not end is ended", [], async (ground) => {
  const name = ground.name();
  await writeConfig(ground, "#cloud-config\nruncmd: [echo begun; sleep 86397]\n");
  const { code, stderr } = await ground.run(["launch", "-step-timeout", "1", "-name", name, "a.yaml"]);
  assertEquals(code, 5);
  assertStringIncludes(stderr, "note: ended after 1 seconds");
  assertStringIncludes(stderr, "| begun");
  assertEquals(await ground.inside(name, "ps | grep -c '[8]6397'; true"), "0");
});

inTurn("cloudconfig applies files and standard input to instances", [], async (ground) => {
  const names = [ground.name("a"), ground.name("b")];
  await writeConfig(ground, "#cloud-config\n");
  for (const name of names) await ground.ok(["launch", "-name", name, "a.yaml"]);
  const write = (text: string) => `#cloud-config\nruncmd: [echo ${text} >>/root/log]\n`;
  await ground.write("x.cfg", write("x"));
  const alpine = ["-ostype", "alpine"];
  await ground.ok(["cloudconfig", ...alpine, "-f", "x.cfg", ...names]);
  await ground.ok(["cloudconfig", ...alpine, "-i", names[0]!, "x.cfg", "x.cfg"]);
  await ground.ok(["cloudconfig", ...alpine, names[0]!], { stdin: write("stdin") });
  await ground.ok(["instance", "cloudconfig", ...alpine, "-i", names[1]!], { stdin: write("other") });
  assertEquals(await ground.inside(names[0]!, "cat /root/log"), "x\nx\nx\nstdin");
  assertEquals(await ground.inside(names[1]!, "cat /root/log"), "x\nother");
  const { code, stderr } = await ground.run(["cloudconfig", "-f", "x.cfg", ...names]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Cannot find out the operating system of instance");
});
