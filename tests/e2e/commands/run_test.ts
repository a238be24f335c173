/** Programs in throw-away instances. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ground, inTurn, onBoth } from "../support/daemon.ts";

/** Returns the names of instances of this test. */
async function there(ground: Ground): Promise<readonly string[]> {
  const all = await ground.get("/1.0/instances?recursion=1") as readonly { readonly name: string }[];
  return all.map(({ name }) => name).filter((name) => name.startsWith(ground.id)).sort();
}

onBoth("run ends with the code of its program, and leaves nothing of its instance", [], async (ground) => {
  const name = ground.name();
  const run = (...args: readonly string[]) => ground.run(["run", "-name", name, ...args]);
  // What the program says, byte by byte, each stream on its own.
  const said = await run("tiny", "--", "sh", "-c", "printf out; printf err >&2; exit 7");
  assertEquals([said.code, said.stdout, said.stderr], [7, "out", "err"]);
  assertEquals((await run("tiny", "nosuch")).code, 127);
  assertEquals((await run("tiny", "/etc/passwd")).code, 126);
  assertEquals((await run("tiny", "sh", "-c", "kill -9 $$")).code, 137);
  const late = await run("-timeout", "1s", "-status-file", "status.json", "tiny", "sleep", "60");
  assertEquals(late.code, 124);
  assertStringIncludes(late.stderr, '"sleep 60" was ended after 1 s');
  assertEquals(JSON.parse(await Deno.readTextFile(`${ground.dir}/status.json`)), {
    version: 1,
    instance: name,
    by: "program",
    code: 124,
  });
  assertEquals((await run("no-such-image", "true")).code, 125);
  assertEquals(await there(ground), []);

  // Input goes to the program only where it is asked for, so that a script is not eaten.
  const input = "x".repeat(3_000_000);
  const count = await ground.run(["run", "-i", "-name", name, "tiny", "wc", "-c"], { stdin: input });
  assertEquals([count.code, count.stdout.trim()], [0, "3000000"]);
  assertEquals((await ground.run(["run", "-name", name, "tiny", "cat"], { stdin: "mine" })).stdout, "");

  // What the flags say.
  await Deno.mkdir(`${ground.dir}/shared`);
  await ground.write("shared/hello", "from the host\n");
  const flags = await run(
    ...[
      "-mount",
      "shared:/mnt:ro",
      "-net",
      "none",
      "-limits",
      "memory=64MiB",
      "-u",
      "nobody",
      "-e",
      "A=b c",
      "-w",
    ],
    ...[
      "/tmp",
      "tiny",
      "--",
      "sh",
      "-c",
      'cat /mnt/hello; ls /sys/class/net; id -un; echo "$A"; pwd; touch /mnt/x',
    ],
  );
  assertEquals(flags.stdout, "from the host\nlo\nnobody\nb c\n/tmp\n");
  assert(flags.code !== 0, "a read-only mount");
  assertEquals(await there(ground), []);
});

inTurn("run copies in and out, keeps a cache, and lasts until its instance stops", [], async (ground) => {
  const name = ground.name();
  const volume = `lxops-cache-${ground.id}`;
  await ground.write("in.txt", "hello\n");
  const count = async (...more: readonly string[]) => {
    const program = [
      "--",
      "sh",
      "-c",
      "echo x >>/cache/n; wc -l </cache/n; cp /tmp/in.txt /tmp/out.txt; exit 4",
    ];
    return await ground.run([
      "run",
      "-name",
      name,
      "-cache",
      `${ground.id}:/cache`,
      ...more,
      "tiny",
      ...program,
    ]);
  };
  try {
    const first = await count("-copy-in", "in.txt:/tmp/", "-copy-out", "/tmp/out.txt:.");
    // A program that failed has left results, too.
    assertEquals([first.code, first.stdout], [4, "1\n"], first.stderr);
    assertEquals(await Deno.readTextFile(`${ground.dir}/out.txt`), "hello\n");
    assertEquals((await count("-copy-in", "in.txt:/tmp/")).stdout, "2\n");
  } finally {
    await ground.ok(["query", "-X", "DELETE", `/1.0/storage-pools/default/volumes/custom/${volume}`]);
  }
  const lasts = ["run", "-name", name, "-until-stopped"];
  assertEquals((await ground.run([...lasts, "-timeout", "1s", "tiny"])).code, 124);
  assertEquals((await ground.run([...lasts, "tiny", "true"])).code, 125, "a program besides");
  assertEquals(await there(ground), []);
});

inTurn("run takes a configuration, and leaves its filesystems alone", [], async (ground) => {
  const name = ground.name();
  await ground.write(
    "a.cfg",
    "#cloud-config\nwrite_files:\n- path: /etc/made\n  content: by lxops\nruncmd:\n- echo loud\n",
  );
  await ground.write(
    "a.yaml",
    `#lxops-v1\nimage: tiny\nostype: alpine\nfilesystems:\n  main: {pattern: "${ground.dir}/data"}\n` +
      `devices:\n  d: {path: /data, filesystem: main}\ncloud-config-files: [a.cfg]\nlimits: {memory: 64MiB}\n`,
  );
  const { code, stdout, stderr } = await ground.run([
    ...["run", "-name", name, "a.yaml", "--", "sh", "-c", "cat /etc/made; ls -A /data; stat -c %n /data"],
  ]);
  assertEquals([code, stdout], [0, "by lxops/data\n"], stderr);
  assertStringIncludes(stderr, "loud\n");
  await ground.ok(["run", "-name", name, "a.yaml", "true"]);
  assertEquals(await Deno.stat(`${ground.dir}/data`).catch(() => undefined), undefined);
  assertEquals([await there(ground), await ground.get(`/1.0/profiles/${name}.lxops`)], [[], undefined]);
});

onBoth(
  "run removes its instance after a signal, and the leftovers of an earlier killed run",
  [],
  async (ground) => {
    const [interrupted, killed, kept] = [ground.name("-i"), ground.name("-k"), ground.name("-x")];
    const start = (name: string) => {
      const [command, ...first] = ground.daemon.argv as [string, ...string[]];
      const status = ["-status-file", `${name}.json`];
      return new Deno.Command(command, {
        args: [
          ...first,
          "run",
          "-name",
          name,
          ...status,
          "tiny",
          "--",
          "sh",
          "-c",
          "echo begun; exec sleep 100",
        ],
        cwd: ground.dir,
        env: { HOME: ground.dir, [`${ground.daemon.title.toUpperCase()}_SOCKET`]: ground.daemon.socket! },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    };
    const begun = async (child: Deno.ChildProcess) => {
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assertMatch((await reader.read()).value ?? "", /begun/);
      reader.releaseLock();
    };
    const children = [start(interrupted), start(killed)];
    await Promise.all(children.map(begun));
    const [signal, code] = ground.daemon.title === "LXD"
      ? ["SIGTERM", 143] as const
      : ["SIGINT", 130] as const;
    children[0]!.kill(signal);
    children[1]!.kill("SIGKILL");
    const ends = await Promise.all(children.map((child) => child.status));
    assertEquals([ends[0]!.code, ends[1]!.signal], [code, "SIGKILL"]);
    const status = JSON.parse(await Deno.readTextFile(`${ground.dir}/${interrupted}.json`));
    assertEquals(status, { version: 1, instance: interrupted, by: "lxops", code });
    await Promise.all(children.flatMap(({ stderr }) => stderr.cancel()));
    assertEquals(await there(ground), [killed]);
    await ground.ok(["run", "-sweep"]);
    assertEquals(await there(ground), []);

    assertEquals((await ground.run(["run", "-keep", "on-failure", "-name", kept, "tiny", "false"])).code, 1);
    await ground.ok(["run", "-sweep"]);
    assertEquals(await there(ground), [kept]);
    assertEquals((await ground.run(["run", "-discard", "no-such"])).code, 7);
    await ground.ok(["run", "-discard", kept]);
    assertEquals(await there(ground), []);
  },
);
