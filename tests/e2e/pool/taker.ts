/**
 * A taker of a pool, as a program that uses the library: it takes an instance at each line of its input, writes its
 * lease into it, and gives it back at the next line. It prints what it did, a line of JSON each.
 */
import { backend as incus } from "../../../backends/incus.ts";
import { backend as lxd } from "../../../backends/lxd.ts";
import { connect } from "../../../lib/adapters/daemon/daemon.ts";
import { acquire } from "../../../lib/run/pool/acquire.ts";
import type { PoolPorts } from "../../../lib/run/pool/ports.ts";
import { release } from "../../../lib/run/pool/release.ts";
import { LxopsError, NoneFreeError } from "../../../lib/base/errors.ts";
import type { Lease } from "../../../lib/step/pool.ts";

const [daemon, socket = "", pool = "", taker = ""] = Deno.args;
const backend = daemon === "LXD" ? lxd : incus;
const { server, control } = await connect(
  backend,
  { kind: "socket", path: socket, project: "default" },
  { env: (name) => Deno.env.get(name) },
);
const signal = new AbortController().signal;
const ports: PoolPorts = { server, control, signal, now: Date.now, random: () => crypto.randomUUID() };
const time = () => performance.timeOrigin + performance.now();

/** Writes the lease into the instance, and returns the leases that were written before. */
async function mark({ instance, project, lease }: Lease): Promise<string> {
  const lines: string[] = [];
  const script = 'cat /root/lease 2>/dev/null; echo "$1" >>/root/lease';
  const exec = { instance: { project, name: instance }, argv: ["sh", "-c", script, "sh", lease] } as const;
  await control.exec({ ...exec, argv: [...exec.argv] }, (line) => lines.push(line), signal);
  return lines.join(" ");
}

function tell(event: Record<string, unknown>): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify({ taker, ...event })}\n`));
}

let lease: Lease | undefined;

async function step(line: string): Promise<void> {
  const begin = time();
  if (line === "give" && lease) {
    const { instance } = lease;
    tell({ what: "release", begin, instance });
    await release({ project: "default", lease: lease.lease, keep: false }, ports);
    lease = undefined;
    tell({ what: "release", begin, instance, end: time() });
  } else if (line === "take") {
    const got = await acquire({ project: "default", pool, owner: taker }, ports);
    lease = got.lease;
    const end = time();
    tell({ what: "acquire", begin, end, instance: lease.instance, lease: lease.lease });
    tell({ what: "marked", instance: lease.instance, before: await mark(lease) });
  }
  tell({ what: "done" });
}

let rest = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = `${rest}${chunk}`.split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    try {
      await step(line);
    } catch (error) {
      if (!(error instanceof LxopsError)) throw error;
      lease = undefined;
      tell({ what: error instanceof NoneFreeError ? "refused" : "failed", reason: error.message });
      tell({ what: "done" });
    }
  }
}
