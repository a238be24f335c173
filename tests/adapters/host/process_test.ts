import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { runPipeline, runProgram } from "../../../lib/adapters/host/process.ts";
import { InterruptedError } from "../../../lib/base/errors.ts";
import { until } from "../../support/until.ts";
import { rejection } from "../../support/rejection.ts";

const never = new AbortController().signal;
const sh = (script: string): readonly [string, ...string[]] => ["/bin/sh", "-c", script];

function collect() {
  const lines: string[] = [];
  return { lines, onLine: (line: string, stream: string) => lines.push(`${stream}: ${line}`) };
}

Deno.test("runProgram() returns code and output, and delivers the lines of both streams", async () => {
  const { lines, onLine } = collect();
  const result = await runProgram(sh("echo a; printf b; echo e >&2; exit 3"), undefined, onLine, never);
  assertEquals(result, { code: 3, stdout: "a\nb\n", stderr: "e\n" });
  assertEquals(lines.sort(), ["stderr: e", "stdout: a", "stdout: b"]);
});

Deno.test("runProgram() delivers a line when it comes, and not at the end", async () => {
  const fifo = await Deno.makeTempDir({ prefix: "lxops-process-" });
  try {
    let first = "";
    const script = `echo ready; while [ ! -e ${fifo}/go ]; do sleep 0.01; done; echo done`;
    await runProgram(sh(script), undefined, (line) => {
      if (line !== "ready") return;
      first = line;
      Deno.writeTextFileSync(`${fifo}/go`, "");
    }, never);
    assertEquals(first, "ready");
  } finally {
    await Deno.remove(fifo, { recursive: true });
  }
});

Deno.test("runProgram() gives text on stdin, or nothing at all", async () => {
  const text = "x".repeat(1_000_000);
  const counted = await runProgram(sh("wc -c"), text, () => {}, never);
  assertEquals(counted.stdout.trim(), "1000000");
  assertEquals((await runProgram(sh("cat"), undefined, () => {}, never)).stdout, "");
});

Deno.test("runProgram() returns the code of a program that did not read its stdin", async () => {
  const result = await runProgram(sh("exit 4"), "x".repeat(1_000_000), () => {}, never);
  assertEquals(result.code, 4);
});

Deno.test("runProgram() runs with a clean environment", async () => {
  Deno.env.set("LXOPS_TEST_SECRET", "s3cret");
  try {
    const { stdout } = await runProgram(["/usr/bin/env"], undefined, () => {}, never);
    const names = stdout.trim().split("\n").map((line) => line.split("=")[0]!);
    const known = ["HOME", "USER", "LOGNAME", "TERM", "SSH_AUTH_SOCK", "PATH", "LC_ALL", "PWD"];
    assertEquals(names.filter((name) => !known.includes(name)), []);
    assert(stdout.includes("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"));
    assert(stdout.includes("LC_ALL=C\n"));
  } finally {
    Deno.env.delete("LXOPS_TEST_SECRET");
  }
});

Deno.test("runProgram() keeps the end of endless output only, and delivers all of it", async () => {
  let count = 0;
  const script = "i=0; while [ $i -lt 300 ]; do printf '%016384d\\n' $i; i=$((i+1)); done";
  const { stdout } = await runProgram(sh(script), undefined, () => count++, never);
  assertEquals(count, 300);
  assert(stdout.length <= 2 * 1024 * 1024 + 16385, `${stdout.length} characters kept`);
  assert(stdout.endsWith("299\n"));
});

Deno.test("runProgram() ends the program on an abort and throws the reason", async () => {
  const stop = new AbortController();
  const reason = new InterruptedError("Interrupted");
  const start = performance.now();
  let pid = 0;
  const running = runProgram(sh("echo $$; exec sleep 60"), undefined, (line) => {
    pid = Number(line);
    stop.abort(reason);
  }, stop.signal);
  assertEquals(await rejection(running, InterruptedError), reason);
  assert(performance.now() - start < 30_000);
  assertEquals(isRunning(pid), false);
});

Deno.test("runProgram() starts nothing when the signal aborted before", async () => {
  const reason = new InterruptedError("Interrupted");
  const running = runProgram(["/nonexistent"], undefined, () => {}, AbortSignal.abort(reason));
  assertEquals(await rejection(running, InterruptedError), reason);
});

Deno.test("runProgram() ends the program when a receiver of lines throws", async () => {
  let pid = 0;
  const thrown = new RangeError("no");
  const running = runProgram(sh("echo $$; exec sleep 60"), undefined, (line) => {
    pid = Number(line);
    throw thrown;
  }, never);
  assertEquals(await rejection(running, RangeError), thrown);
  await until(() => !isRunning(pid));
});

Deno.test("runPipeline() connects programs, and returns the errors of all", async () => {
  const result = await runPipeline(
    [sh("cat; echo one >&2"), sh("tr a-z A-Z; echo two >&2"), sh("sed s/B/X/")],
    "abc\n",
    () => {},
    never,
  );
  assertEquals(result, { code: 0, stdout: "AXC\n", stderr: "one\ntwo\n" });
});

Deno.test("runPipeline() fails with the first program that fails by itself", async () => {
  const run = async (...scripts: string[]) =>
    (await runPipeline(scripts.map(sh), undefined, () => {}, never)).code;
  assertEquals(await run("echo x; exit 5", "cat >/dev/null"), 5);
  assertEquals(await run("echo x", "exit 6"), 6);
  assertEquals(await run("exit 5", "exit 6"), 5);
  assertEquals(await run("exec yes", "exit 7"), 7);
});

Deno.test("runPipeline() passes much on without keeping it", async () => {
  const before = Deno.memoryUsage().rss;
  const result = await runPipeline(
    [["/usr/bin/head", "-c", "300000000", "/dev/zero"], ["/usr/bin/wc", "-c"]],
    undefined,
    () => {},
    never,
  );
  assertEquals(result.stdout.trim(), "300000000");
  const grown = Deno.memoryUsage().rss - before;
  assert(grown < 150_000_000, `${grown} bytes more`);
});

Deno.test("runProgram() passes input on to a program while it runs", async () => {
  async function* input() {
    yield new TextEncoder().encode("one\n");
    yield new Uint8Array(600_000).fill(120);
    yield new TextEncoder().encode("\n");
    yield await Promise.resolve(new TextEncoder().encode("two\n"));
  }
  const result = await runProgram(sh("wc -c; echo end"), input(), () => {}, never);
  assertEquals([result.code, result.stdout], [0, "600009\nend\n"]);
});

Deno.test("runProgram() ends a program whose input fails, and takes no more of it than the program wants", async () => {
  async function* broken() {
    yield new Uint8Array(300_000);
    await Promise.resolve();
    throw new Error("The source is gone");
  }
  const error = await rejection(runProgram(sh("cat >/dev/null; sleep 60"), broken(), () => {}, never), Error);
  assertEquals(error.message, "The source is gone");
  let ended = false;
  async function* endless() {
    try {
      for (;;) yield await Promise.resolve(new Uint8Array(300_000));
    } finally {
      ended = true;
    }
  }
  const result = await runProgram(sh("head -c 10 >/dev/null; exit 7"), endless(), () => {}, never);
  assertEquals([result.code, ended], [7, true]);
});

Deno.test("runPipeline() ends the first program when the second cannot be started", async () => {
  // The program may be ended before its first instruction; its command line identifies it even then.
  const mark = `60.${Deno.pid}${Math.floor(Math.random() * 1e9)}`;
  await rejection(
    runPipeline([sh(`exec sleep ${mark}`), ["/nonexistent"]], undefined, () => {}, never),
    Deno.errors.NotFound,
  );
  await until(async () => !(await commandLines()).some((line) => line.includes(mark)));
});

/** Returns the command lines of all processes. */
async function commandLines(): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (/^\d+$/.test(name)) lines.push(await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => ""));
  }
  return lines;
}

/** Signal 0 only asks whether there is a process; one that ended was collected by Deno. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

Deno.test("runPipeline() tells how many bytes have passed from one program to the next", async () => {
  const counts: number[] = [];
  const argvs = [sh("head -c 300000 /dev/zero"), sh("wc -c")] as const;
  const { stdout } = await runPipeline(argvs, undefined, () => {}, never, (count) => counts.push(count));
  assertEquals([stdout.trim(), counts.at(-1)], ["300000", 300000]);
  assertEquals(counts, counts.toSorted((a, b) => a - b));
});

Deno.test("runPipeline() ends the first program when the second has failed, whoever counts", async () => {
  const argvs = [sh("exec yes"), sh("exit 3")] as const;
  assertEquals((await runPipeline(argvs, undefined, () => {}, never, () => {})).code, 3);
});

Deno.test("runProgram() takes each line of rsync's progress for one", async () => {
  const dir = await Deno.makeTempDir({ prefix: "lxops-process-" });
  try {
    await Deno.writeTextFile(`${dir}/rsync`, "#!/bin/sh\nprintf ' 1 10%%\\r 2 100%%\\r\\n'\n", {
      mode: 0o755,
    });
    const { lines, onLine } = collect();
    await runProgram([`${dir}/rsync`], undefined, onLine, never);
    assertEquals(lines.filter((line) => line !== "stdout: "), ["stdout:  1 10%", "stdout:  2 100%"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
