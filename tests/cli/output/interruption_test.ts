/**
 * A signal ends every command within two seconds, whatever it waits for. The daemon here accepts connections, and is silent or falls silent
 * in the middle of an answer.
 */
import { assert, assertEquals } from "@std/assert";
import { FILES, JOB } from "../../support/ci_commands.ts";
import type { AnyCommand, LeafCommand } from "../../../lib/cli/command/command.ts";
import { allCommands } from "../../../lib/cli/commands.ts";
import { Interruption } from "../../../lib/cli/output/interruption.ts";
import { fakeDaemon } from "../../fakes/fake_daemon.ts";
import { type Ended, ROWS } from "../../support/interrupted_commands.ts";

const commands = await allCommands();

const ENTRY = new URL("../../../backends/incus.ts", import.meta.url).pathname;
const RUN_ALL = new URL("../../support/interrupted_commands.ts", import.meta.url).pathname;
const CONFIG = new URL("../../../deno.json", import.meta.url).pathname;

function leaves(command: AnyCommand, path: readonly string[] = []): [string, LeafCommand][] {
  if (command.kind === "command") return [[path.join(" "), command]];
  return [
    ...(command.own ? leaves(command.own, path) : []),
    ...command.commands.flatMap((one) => leaves(one, [...path, one.name])),
  ];
}

const LEAVES = leaves(commands);

Deno.test("Every command says how it is interrupted", () => {
  assertEquals(Object.keys(ROWS).toSorted(), LEAVES.map(([name]) => name).toSorted());
});

interface Ground extends AsyncDisposable {
  /** Resolves at the first request to the daemon. */
  readonly asked: Promise<void>;
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A directory with files, and a daemon that says so much and no more. */
async function ground(said: string): Promise<Ground> {
  const directory = await Deno.makeTempDir({ prefix: "lxops-interrupted-" });
  const socket = `${directory}/socket`;
  const files = {
    "a.yaml": "#lxops-v1\nimage: tiny\n",
    "a.cfg": "#cloud-config\npackages: [a]\n",
    "n.csv": "",
    "ci.yaml": FILES["/c/ci.yaml"],
    "job.json": JOB,
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${directory}/${name}`, text);
  await Deno.mkdir(`${directory}/out`);
  const listener = Deno.listen({ transport: "unix", path: socket });
  const open: Deno.Conn[] = [];
  const asked = Promise.withResolvers<void>();
  const serving = (async () => {
    for await (const connection of listener) {
      open.push(connection);
      const answer = async () => {
        if (await connection.read(new Uint8Array(4096)) === null) return;
        asked.resolve();
        await connection.write(new TextEncoder().encode(said));
      };
      answer().catch(() => {});
    }
  })();
  return {
    directory,
    asked: asked.promise,
    env: {
      INCUS_SOCKET: socket,
      INCUS_CONF: directory,
      HOME: directory,
      // Without it, Deno would fetch every package again.
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      LXD_SOCKET: `${directory}/none`,
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
      for (const connection of open) connection.close();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Commands whose exit code is that of the program which they run. */
const PROGRAM: ReadonlySet<string> = new Set(["run", "pool run", "ci falk launch"]);

const DAEMONS = {
  "is silent": "",
  "answers half": 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"type":"sync",',
};

for (
  const [what, said, signal] of [
    ["is silent", DAEMONS["is silent"], "SIGTERM"],
    ["answers half", DAEMONS["answers half"], "SIGINT"],
  ] as const
) {
  Deno.test(`${signal} ends every command with 130 where the daemon ${what}`, async () => {
    await using place = await ground(said);
    const file = `${place.directory}/ends.json`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", "--config", CONFIG, RUN_ALL, signal, file],
      cwd: place.directory,
      env: place.env,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    assertEquals((await child.status).code, 0);
    await child.stdin.close().catch(() => {});
    const ends: Record<string, Ended> = JSON.parse(await Deno.readTextFile(file));
    const wrong = LEAVES.flatMap(([name]) => {
      if (ROWS[name] === undefined) return [];
      const end = ends[name];
      // A hundred commands end in one process; what does not notice the signal never ends.
      // That of commands which run a program tells the signal, as that of a program does.
      const code = PROGRAM.has(name) ? 128 + (signal === "SIGTERM" ? 15 : 2) : 130;
      return end?.code === code && end.ms >= 0 && end.ms < 10_000 ? [] : [{ name, end }];
    });
    assertEquals(wrong, []);
  });
}

Deno.test("A signal at the start of run gives it the exit code that programs have then", async () => {
  for (const [signal, code] of [[1, 129], [2, 130], [15, 143]] as const) {
    const told: string[] = [];
    const interruption = new Interruption((text) => told.push(text));
    const { promise, resolve } = Promise.withResolvers<number>();
    const outcome = interruption.outcome(promise);
    // It comes before the command begins.
    interruption.interrupt(signal);
    interruption.endBySignal();
    resolve(130);
    assertEquals(await outcome, code);
  }
  const other = new Interruption(() => {});
  other.endBySignal();
  assertEquals(await other.outcome(Promise.resolve(130)), 130);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`${signal} ends a program that waits for the daemon`, async () => {
    await using place = await ground("");
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", "--config", CONFIG, ENTRY, "instance", "list"],
      cwd: place.directory,
      env: place.env,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const ended = child.status.then(({ code }) => assert(false, `it ended with ${code} before it asked`));
    await Promise.race([place.asked, ended]);
    ended.catch(() => {});
    const start = performance.now();
    child.kill(signal);
    const [status, told] = await Promise.all([child.status, new Response(child.stderr).text()]);
    assertEquals([status.code, told], [130, "lxops: Interrupted; nothing was changed\n"]);
    assert(performance.now() - start < 5000);
  });
}

/** Quotes a word for a shell. */
const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

const SCRIPT = "/usr/bin/script";
const hasTerminal = await Deno.lstat(SCRIPT).then(() => true, () => false);
const EMPTY = { metadata: [] };
/** A daemon with one instance, which does not run. */
const RULES = {
  "GET /1.0": {
    metadata: {
      api_extensions: ["instances", "projects", "instance_all_projects"],
      environment: {
        server: "incus",
        server_version: "6.0.4",
        architectures: ["x86_64"],
      },
      config: {},
      auth: "trusted",
    },
  },
  "GET /1.0/instances": {
    metadata: [{
      name: "d",
      project: "default",
      type: "container",
      status: "Stopped",
      profiles: ["default", "d.lxops"],
      config: { "user.lxops.image": "tiny" },
      devices: {},
      expanded_config: {},
      expanded_devices: {},
    }],
  },
  "DELETE /1.0/instances/d": { metadata: {} },
  "GET /1.0/profiles": EMPTY,
  // Its lock.
  "POST /1.0/profiles": { metadata: {} },
  "DELETE /1.0/profiles/lxops.lock.d": { metadata: {} },
  "GET /1.0/images": EMPTY,
  "GET /1.0/projects": { metadata: [{ name: "default", config: {} }] },
};

const LEFT = "lxops: Interrupted; nothing was changed";

for (
  const [what, typed, code, said] of [
    ["Ctrl-C", "\x03", 130, LEFT],
    ["Ctrl-C and an answer that follows it", "\x03y\n", 130, LEFT],
    ["y", "y\n", 0, ""],
    ["n", "n\n", 1, "lxops: Not confirmed; nothing was changed"],
  ] as const
) {
  Deno.test({
    name: `A question to a person ends with ${code} after ${what}`,
    ignore: !hasTerminal || Deno.uid() !== 0,
    async fn() {
      await using place = await ground("");
      await using daemon = await fakeDaemon(RULES);
      const args = [
        Deno.execPath(),
        "run",
        "-A",
        "-q",
        "--config",
        CONFIG,
        ENTRY,
        "destroy",
        "-name",
        "d",
        "a.yaml",
      ];
      const child = new Deno.Command(SCRIPT, {
        args: ["-qec", args.map(quoted).join(" "), "/dev/null"],
        cwd: place.directory,
        env: { ...place.env, INCUS_SOCKET: daemon.socket },
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const input = child.stdin.getWriter();
      let shown = "";
      for await (const chunk of child.stdout) {
        const before = shown.includes("[y/N]");
        shown += new TextDecoder().decode(chunk);
        if (!before && shown.includes("[y/N]")) await input.write(new TextEncoder().encode(typed));
      }
      await input.close().catch(() => {});
      assertEquals([(await child.status).code, shown.match(/lxops: [^\r]*/)?.[0] ?? ""], [code, said]);
      assertEquals(daemon.asked().some((one) => one.startsWith("DELETE /1.0/instances")), code === 0);
    },
  });
}
