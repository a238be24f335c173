/**
 * Pools at real daemons: many takers, some of which are killed, as is the tender, and in a whole run the daemon. No
 * instance is handed out twice, leases end, the pool fills again, and nothing is left.
 */
import { assert, assertEquals } from "@std/assert";
import { type Event, impossible } from "../../support/lease_history.ts";
import { isWhole } from "../../support/sample.ts";
import { type Ground, onBoth, socketVariable } from "../support/daemon.ts";
import { restartDaemon } from "./restart.ts";

const TAKERS = 20;
const SIZE = isWhole() ? 8 : 3;
const ROUNDS = isWhole() ? 100 : 2;

/** Longest wait until a pool is full again. */
const FULL_MS = 120_000;

/** A taker: a process that takes and gives back on a command. */
class Taker {
  readonly name: string;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #note: (event: Told) => void;
  #done: PromiseWithResolvers<void> = Promise.withResolvers();
  #asked: number | undefined;
  readonly ended: Promise<void>;

  constructor(name: string, ground: Ground, pool: string, note: (event: Told) => void) {
    this.name = name;
    this.#note = note;
    const { title, socket } = ground.daemon;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "-q",
        "--no-check",
        new URL("taker.ts", import.meta.url).pathname,
        title,
        socket!,
        pool,
        name,
      ],
      cwd: ground.dir,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.ended = this.#read();
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const chunk of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#hear(JSON.parse(line));
    }
    await this.#child.status;
    // What was asked for and not answered may have been done.
    if (this.#asked !== undefined) this.#note({ taker: this.name, what: "unanswered", begin: this.#asked });
    this.#done.resolve();
  }

  #hear(event: Told): void {
    if (event.what === "done") {
      this.#asked = undefined;
      this.#done.resolve();
    } else this.#note(event);
  }

  /** Tells it to take or to give, and returns when it has. */
  async tell(word: "take" | "give"): Promise<void> {
    this.#done = Promise.withResolvers();
    this.#asked = performance.timeOrigin + performance.now();
    await this.#writer.write(new TextEncoder().encode(`${word}\n`)).catch(() => {});
    await this.#done.promise;
  }

  async kill(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.ended;
    await this.#writer.close().catch(() => {});
  }
}

interface Told {
  readonly taker: string;
  readonly what: "acquire" | "release" | "marked" | "refused" | "failed" | "unanswered" | "done";
  readonly begin: number;
  readonly end?: number;
  readonly instance?: string;
  readonly before?: string;
  readonly reason?: string;
}

function tender(ground: Ground, pool: string): Deno.ChildProcess {
  const [command, ...first] = ground.daemon.argv as [string, ...string[]];
  return new Deno.Command(command, {
    args: [...first, "pool", "tend", "--interval", "500ms", pool],
    cwd: ground.dir,
    env: { HOME: ground.dir, ...socketVariable(ground.daemon) },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function end(child: Deno.ChildProcess, signal: Deno.Signal): Promise<void> {
  try {
    child.kill(signal);
  } catch {
    // It has ended.
  }
  await child.status;
}

async function untilFull(ground: Ground, pool: string, size: number): Promise<void> {
  const path = `/1.0/instances?recursion=1&filter=${
    encodeURIComponent(`config.user.lxops.pool eq ${pool} and config.user.lxops.pool.state eq ready`)
  }`;
  for (const end = performance.now() + FULL_MS;;) {
    const ready = await ground.get(path);
    if (Array.isArray(ready) && ready.length >= size) return;
    if (performance.now() > end) {
      const { stdout, stderr } = await ground.run(["pool", "status", pool]);
      throw new Error(`Pool "${pool}" did not fill:\n${stdout}${stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Lists instances and profiles of the test that are left. */
async function remains(ground: Ground): Promise<readonly string[]> {
  const [instances = [], profiles = []] = await Promise.all([
    ground.get("/1.0/instances"),
    ground.get("/1.0/profiles"),
  ]) as [string[], string[]];
  return [...instances, ...profiles].filter((path) => path.includes(ground.id));
}

onBoth(
  `${TAKERS} processes take from a pool of ${SIZE} for ${ROUNDS} rounds: no instance twice, and nothing is left`,
  [],
  async (ground) => {
    const pool = ground.id;
    const history: Event[] = [];
    const marks: string[] = [];
    const refused: string[] = [];
    const failed: string[] = [];
    const note = (one: Told) => {
      const { taker, begin, end, instance, what } = one;
      if (what === "marked" && one.before !== "") marks.push(`${instance}: ${one.before}`);
      else if (what === "refused") refused.push(taker);
      else if (what === "failed") failed.push(`${taker}: ${one.reason}`);
      else if (what === "acquire" && instance && end !== undefined) {
        history.push({ what, taker, begin, end, instance });
      } else if (what === "release" && instance) {
        const open = history.findIndex((one) =>
          one.what === what && one.taker === taker && one.begin === begin
        );
        if (open >= 0) history.splice(open, 1);
        history.push({ what, taker, begin, instance, ...(end === undefined ? {} : { end }) });
      }
    };
    await ground.ok(["pool", "create", `--size=${SIZE}`, `--max=${SIZE}`, "--lease=10s", pool, "tiny"]);
    let tending = tender(ground, pool);
    let count = 0;
    const fresh = () => new Taker(`t${count++}`, ground, pool, note);
    let takers = Array.from({ length: TAKERS }, fresh);
    try {
      for (let round = 0; round < ROUNDS; round++) {
        // The first rounds are not disturbed: as many get one as there are, and all others are refused.
        const isQuiet = round < ROUNDS / 2;
        await untilFull(ground, pool, SIZE);
        const before = {
          got: history.filter(({ what }) => what === "acquire").length,
          refused: refused.length,
        };
        const taking = Promise.all(takers.map((one) => one.tell("take")));
        if (!isQuiet) {
          const doomed = takers.filter((_, index) => index % 3 === round % 3);
          await new Promise((resolve) => setTimeout(resolve, (37 * round) % 120));
          await Promise.all(doomed.map((one) => one.kill()));
          if (round % 2 === 0) {
            await end(tending, "SIGKILL");
            tending = tender(ground, pool);
          }
          if (isWhole() && round % 10 === 9) await restartDaemon(ground);
          takers = takers.map((one) => doomed.includes(one) ? fresh() : one);
        }
        await taking;
        if (isQuiet) {
          assertEquals(failed, []);
          const got = history.filter(({ what }) => what === "acquire").length - before.got;
          assertEquals([got, refused.length - before.refused], [SIZE, TAKERS - SIZE]);
        }
        await Promise.all(takers.map((one) => one.tell("give")));
      }
      // Leases of takers that were killed end, and the pool fills again, although its tender was killed.
      await end(tending, "SIGKILL");
      tending = tender(ground, pool);
      await untilFull(ground, pool, SIZE);
      await end(tending, "SIGTERM");
      assertEquals(marks, []);
      assertEquals(impossible(history), []);
      assert(history.filter(({ what }) => what === "acquire").length >= SIZE * (ROUNDS / 2));
      await ground.ok(["pool", "destroy", "--force", pool]);
      assertEquals(await remains(ground), []);
    } finally {
      await Promise.all(takers.map((one) => one.kill()));
      await end(tending, "SIGKILL");
      await ground.run(["pool", "destroy", "--force", pool]);
    }
  },
);
