/**
 * Tests of the costs of `plan` and `up` for many instances without changes. A stand-in for the daemon repeats the
 * answers of a real one about one instance.
 */
import { assert, assertEquals } from "@std/assert";
import { connect } from "../../../scripts/testbed/rest.ts";
import { type Daemon, type Ground, onEither } from "../support/daemon.ts";

/** Limits for a number of instances: requests, and megabytes of memory. */
const LIMITS = [
  { count: 1, requests: 3, megabytes: 110 },
  { count: 100, requests: 5, megabytes: 120 },
  { count: 1000, requests: 5, megabytes: 150 },
] as const;

/** Lists that lxops requests. */
const LISTS = ["instances", "profiles", "images"] as const;

/** Starts a stand-in for a daemon that has an instance and its profile many times. */
async function standIn(ground: Ground, name: string, count: number, path: string) {
  using rest = connect(ground.daemon.socket!);
  const names = Array.from({ length: count }, (_, index) => `${name}${index}`);
  const answers = new Map<string, string>();
  for (const list of LISTS) {
    const all = await rest.send("GET", `/1.0/${list}?recursion=1`) as { readonly name?: string }[];
    const isOwn = (one: { readonly name?: string }) => one.name?.startsWith(name) ?? false;
    const copies = all.filter(isOwn).flatMap((one) => {
      const text = JSON.stringify(one);
      return names.map((other) => JSON.parse(text.replaceAll(name, other)));
    });
    answers.set(
      list,
      JSON.stringify({
        type: "sync",
        status_code: 200,
        metadata: [...all.filter((one) => !isOwn(one)), ...copies],
      }),
    );
  }
  const asked: string[] = [];
  const server = Deno.serve({ path, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(`${request.method} ${pathname}`);
    const answer = request.method === "GET" ? answers.get(pathname.split("/")[2] ?? "") : undefined;
    return new Response(answer ?? '{"type":"error","error_code":404,"error":"no"}', {
      status: answer ? 200 : 404,
      headers: { "Content-Type": "application/json", "Connection": "close" },
    });
  });
  return { server, asked, names };
}

/** Runs lxops, and returns its result, its time and its maximal memory. */
async function measured(daemon: Daemon, args: readonly string[], cwd: string) {
  const [program, ...first] = daemon.argv;
  const started = performance.now();
  const child = new Deno.Command(program!, {
    args: [...first, ...args],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let [megabytes, ended] = [0, false];
  const watch = (async () => {
    while (!ended) {
      const status = await Deno.readTextFile(`/proc/${child.pid}/status`).catch(() => "");
      megabytes = Math.max(megabytes, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  const { code, stdout, stderr } = await child.output();
  const seconds = (performance.now() - started) / 1000;
  ended = true;
  await watch;
  return {
    code,
    text: new TextDecoder().decode(stdout),
    errors: new TextDecoder().decode(stderr),
    seconds,
    megabytes,
  };
}

onEither(
  "plan and up of many instances ask for three lists, run nothing, and fit into memory",
  [],
  async (ground) => {
    const name = ground.name();
    const config = "#lxops-v1\nimage: tiny\nostype: alpine\nlimits: {processes: 500}\n";
    await ground.write(`${name}.yaml`, config);
    await ground.ok(["up", `${name}.yaml`]);
    for (const { count, requests, megabytes } of LIMITS) {
      const dir = `${ground.dir}/${count}`;
      await Deno.mkdir(dir);
      const path = `${ground.dir}/${count}.socket`;
      const { server, asked, names } = await standIn(ground, name, count, path);
      try {
        await Promise.all(names.map((one) => Deno.writeTextFile(`${dir}/${one}.yaml`, config)));
        for (const command of ["plan", "up"]) {
          asked.length = 0;
          const result = await measured(ground.daemon, [
            "-socket",
            path,
            command,
            ...names.map((one) => `${one}.yaml`),
          ], dir);
          if (Deno.env.has("LXOPS_TEST_FIGURES")) {
            console.log(
              `${command} of ${count}: ${result.seconds.toFixed(3)} s, ${result.megabytes.toFixed(0)} MB`,
            );
          }
          assertEquals(result.code, 0, result.errors);
          assertEquals(result.text.split("\n").filter((line) => line.endsWith(": up to date")).length, count);
          assert(asked.length <= requests, asked.join("\n"));
          assertEquals(asked.filter((one) => !/^GET \/1\.0\/(instances|profiles|images)$/.test(one)), []);
          assert(
            result.megabytes <= megabytes || ground.daemon.argv.length > 1,
            `${command} ${count}: ${result.megabytes} MB`,
          );
        }
      } finally {
        await server.shutdown();
      }
    }
  },
);
