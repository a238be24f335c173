/**
 * A service in an instance, and a client that asks it continuously from outside.
 *
 * @module
 */
import { holder } from "../../../scripts/testbed/incus7/space.ts";
import { ask, type Site } from "../site.ts";

/** Returns the command that runs another one in the network of a site's instances. */
async function network({ daemon, place }: Site): Promise<readonly string[]> {
  if (daemon !== "incus7") return [];
  return ["nsenter", "-t", String(await holder(place)), "-n", "--"];
}

/** Returns the address of the row's instance; `undefined` where it has none. */
export async function addressOf(site: Site): Promise<string | undefined> {
  const state = await ask(site, "GET", `/1.0/instances/${site.id}/state`);
  const all: { family: string; address: string }[] = state?.network?.eth0?.addresses ?? [];
  return all.find(({ family }) => family === "inet")?.address;
}

/** A client that runs. */
export interface Client {
  /** Times at which the service gave the expected answer. */
  readonly answers: readonly number[];
  /** Waits for the first answer after a time, and returns the milliseconds between them. */
  answerAfter(time: number): Promise<number>;
  stop(): Promise<void>;
}

const LIMIT_MS = 60_000;
/**
 * Reads the file over HTTP. Its caller sets a time limit, as a connection to an unused address is tried for seconds.
 */
const ASK = `exec 3<>"/dev/tcp/$0/80" && printf 'GET /file HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;
// The `echo` of an empty line fails once the reader has ended, also if it was killed.
const SCRIPT = 'while echo 2>/dev/null; do timeout 0.5 bash -c "$1" "$0" 2>/dev/null; sleep 0.05; done';

/** Starts a client that requests the file of an address again and again. */
export async function startClient(site: Site, address: string, content: string): Promise<Client> {
  const args = [...await network(site), "/bin/bash", "-c", SCRIPT, address, ASK];
  const child = new Deno.Command("setsid", { args, stdout: "piped", stderr: "null" }).spawn();
  const answers: number[] = [];
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (text.includes(content)) answers.push(performance.now());
    }
  })();
  return {
    answers,
    answerAfter: async (time) => {
      const end = performance.now() + LIMIT_MS;
      while (performance.now() < end) {
        const found = answers.find((one) => one >= time);
        if (found !== undefined) return found - time;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return Infinity;
    },
    stop: async () => {
      Deno.kill(-child.pid, "SIGKILL");
      await reading;
      await child.status;
    },
  };
}
