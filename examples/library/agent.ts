/**
 * An agent that runs jobs, each in a container of its own that goes with it. A job is a directory with `job.json`, which
 * names its image, and `run.sh`; what that writes to `/results` is collected in `results/` of the directory, and what it
 * prints in `log`.
 *
 *     cd examples/library
 *     deno run --allow-read --allow-write=jobs,/var/lib/incus/unix.socket --allow-env --allow-sys=uid,gid \
 *       --allow-net='unix:/var/lib/incus/unix.socket,[100::1]' --allow-run=/usr/bin/cat agent.ts incus jobs/hello
 *
 * It needs no more than this: to read configurations and jobs, to write results, and to use the socket of the daemon,
 * behind which no host of the network is. `cat` reads which process the agent is, so that the next one knows whether what
 * an agent left is still in use.
 *
 * The agent exits with 1 if a job failed. A signal ends the jobs that run, and their containers go. Those of an agent that
 * was killed are removed by the next one.
 */
import { incus, InterruptedError, lxd, LxopsError, open, run } from "@lxops/lxops";

/** What `job.json` says. */
interface Job {
  /** Image, or configuration file. */
  readonly image: string;
  /** Longest time that the job may take. */
  readonly timeout?: string;
  /** Variables of the job. */
  readonly env?: Readonly<Record<string, string>>;
  /** Limits of its container. */
  readonly limits?: Readonly<Record<string, string>>;
}

/** Number of jobs at a time. */
const AT_ONCE = 4;

const [daemon, ...directories] = Deno.args;
if (!(daemon === "incus" || daemon === "lxd") || directories.length === 0) {
  console.error("usage: agent.ts incus|lxd JOB...");
  Deno.exit(2);
}
const client = open({ backend: daemon === "incus" ? incus : lxd });

const ending = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(name, () => ending.abort(new Error(name)));
}

/** Runs a job, and tells whether it succeeded. */
async function runJob(directory: string): Promise<boolean> {
  const { image, ...options }: Job = JSON.parse(await Deno.readTextFile(`${directory}/job.json`));
  await Deno.remove(`${directory}/results`, { recursive: true }).catch(() => {});
  const log = await Deno.open(`${directory}/log`, { write: true, create: true, truncate: true });
  try {
    const { code } = await run(client, image, ["/bin/sh", "-c", "mkdir -p /results; exec sh /run.sh"], {
      ...options,
      copyIn: [`${directory}/run.sh:/run.sh`],
      copyOut: [`/results:${directory}/`],
      signal: ending.signal,
      onEvent: (event) => {
        if (event.kind === "output") log.writeSync(event.bytes);
      },
    });
    console.log(`${directory}: ${code === 0 ? "succeeded" : `failed with exit code ${code}`}`);
    return code === 0;
  } catch (error) {
    if (!(error instanceof LxopsError)) throw error;
    const why = error instanceof InterruptedError ? "was cancelled" : `could not be run: ${error.message}`;
    console.log(`${directory}: ${why}`);
    return false;
  } finally {
    log.close();
  }
}

const waiting = [...directories];
let failed = false;
async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined && !ending.signal.aborted; next = waiting.shift()) {
    if (!await runJob(next)) failed = true;
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
Deno.exit(failed || ending.signal.aborted ? 1 : 0);
