/** Tests of programs in throw-away instances: their exit codes, their input, and their terminal. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isWhole } from "../../support/sample.ts";
import { type Ground, inTurn, onBoth, socketVariable } from "../support/daemon.ts";

/** Programs with the exit codes that lxops has then. */
const ENDS: readonly (readonly [script: string, code: number])[] = [
  ...[0, 1, 2, 42, 64, 77, 124, 125, 126, 127, 128, 200, 254, 255].map((code) =>
    [`exit ${code}`, code] as const
  ),
  ...[1, 2, 6, 9, 11, 13, 15].map((signal) => [`kill -${signal} $$; sleep 9`, 128 + signal] as const),
];

/** Runs of a pool, and bytes of input, in an ordinary test and in a whole one. */
const AT_ONCE = 4;
const BYTES = isWhole() ? 2 ** 30 : 2 ** 25;

/** Returns the names of instances of this test. */
async function there(ground: Ground): Promise<readonly string[]> {
  const all = await ground.get("/1.0/instances?recursion=1") as readonly { readonly name: string }[];
  return all.map(({ name }) => name).filter((name) => name.startsWith(ground.id)).sort();
}

/** Waits until something holds, for half a minute. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!await holds()) {
    if (performance.now() > end) throw new Error("it took longer than 30 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(" ");
}

inTurn(
  "run exits with the code of its program, or with 128 and the number of its signal",
  [],
  async (ground) => {
    const left = ENDS.map((end, index) => [ground.name(`-${index}`), ...end] as const);
    const found: (readonly [string, number])[] = [];
    const worker = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [name, script] = next;
        const { code } = await ground.run(["run", "-name", name, "tiny", "--", "sh", "-c", script]);
        found.push([script, code]);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const byScript = (one: readonly [string, number], other: readonly [string, number]) =>
      one[0] < other[0] ? -1 : 1;
    assertEquals(found.sort(byScript), [...ENDS].sort(byScript));
    assertEquals(await there(ground), []);
  },
);

inTurn(
  "run passes on all input byte by byte, and reads that of a script only with -i",
  [],
  async (ground) => {
    const run = [...ground.daemon.argv, "run", "-name", ground.name()];
    const bytes = `yes lxops | head -c ${BYTES}`;
    const sums = `${bytes} | sha256sum; ${bytes} | ${quoted([...run, "-i", "tiny", "sha256sum"])}`;
    const { code, stdout, stderr } = await ground.run(["-c", sums], { argv: ["/bin/sh"] });
    const [here, inside] = stdout.trim().split("\n");
    assertEquals([code, inside], [0, here], stderr);
    assertMatch(here!, /^[0-9a-f]{64} /);

    const script = `${quoted([...run, "tiny", "cat"])}\necho next\n`;
    assertEquals((await ground.run([], { argv: ["/bin/sh"], stdin: script })).stdout, "next\n");
    assertEquals(await there(ground), []);
  },
);

inTurn("exec passes input on as it arrives", [], async (ground) => {
  const name = ground.name();
  await ground.ok(["create", "-start", "tiny", name]);
  // The second line is written once the program has answered to the first.
  const exec = quoted([
    ...ground.daemon.argv,
    "exec",
    name,
    "--",
    "sh",
    "-c",
    'read a; echo "got $a"; read b; echo "$b"',
  ]);
  const script = `mkfifo in out; ${exec} <in >out & exec 3>in 4<out; echo one >&3; read said <&4; ` +
    'echo "$said"; echo two >&3; read said <&4; echo "$said"; wait $!';
  assertEquals(await ground.ok(["-c", script], { argv: ["/bin/sh"] }), "got one\ntwo\n");
});

onBoth("run has a terminal, in which Ctrl-C reaches the program", [], async (ground) => {
  // LXD 5.0.2 can lose the last output of a terminal.
  const trap = 'trap "echo interrupted; sleep 0.3; exit 9" INT; echo re""ady; while :; do sleep 0.1; done';
  const line = quoted([
    ...ground.daemon.argv,
    "run",
    "-it",
    "-name",
    ground.name(),
    "tiny",
    "--",
    "sh",
    "-c",
  ]);
  const child = new Deno.Command("/usr/bin/script", {
    args: ["-qec", `${line} '${trap}'`, "/dev/null"],
    cwd: ground.dir,
    env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  let output = "";
  let isPressed = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    if (isPressed || !output.includes("ready")) continue;
    isPressed = true;
    await input.write(new Uint8Array([3]));
  }
  await input.close().catch(() => {});
  assertStringIncludes(output, "interrupted");
  assertEquals((await child.status).code, 9, output);
  await child.stderr.cancel();
  assertEquals(await there(ground), []);
});

onBoth(
  "run ends when its instance stops itself, and one of two of the same name says so",
  [],
  async (ground) => {
    const name = ground.name();
    const runs = [1, 2].map(() =>
      ground.run(["run", "-until-stopped", "-name", name, "-timeout=60", "tiny"])
    );
    const refused = await Promise.race(runs);
    assertEquals(refused.code, 125);
    assertStringIncludes(refused.stderr, `"${name}"`);
    assertStringIncludes(refused.stderr, "exists");
    await until(async () => (await ground.get(`/1.0/instances/${name}`))?.status === "Running");
    // The first process of the image takes this for the end of the power. The instance takes this program along.
    await ground.inside(name, "(sleep 0.2; kill -PWR 1) >/dev/null 2>&1 </dev/null &");
    assertEquals((await Promise.all(runs)).map(({ code }) => code).sort(), [0, 125]);
    assertEquals(await there(ground), []);
  },
);
