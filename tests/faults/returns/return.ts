/**
 * Rebuilds that fail in different ways, of an instance that serves from a plain directory, a dataset and a volume. The
 * old instance has to answer again at the same address, with the same MAC address and data.
 *
 * @module
 */
import { mustRun, type Outcome, type Site } from "../site.ts";
import { gated } from "../gated.ts";
import { addressesOf, stateOf } from "../state.ts";
import { type Changed, type Failure, ownImage } from "./failures.ts";
import { addressOf, type Client, startClient } from "./service.ts";

/** Time that the return may take in addition to a start. */
const MORE_MS = 5000;

/** An instance that serves. */
export interface Serving {
  readonly site: Site;
  readonly client: Client;
  readonly address: string;
  readonly macs: Readonly<Record<string, string>>;
  readonly state: string;
  /** The time from the request for a start to the first answer. */
  readonly startMs: number;
}

/** Result of a failed rebuild. */
export interface Returned {
  readonly code: number;
  readonly stderr: string;
  /** The time after the failure at which the old service answered. */
  readonly backMs: number;
  readonly limitMs: number;
  /** Differences from the expected state, a line each. */
  readonly wrong: readonly string[];
}

/** Returns the configuration with an image. */
export function configOf({ place }: Site, image: string, changed: Changed = {}): string {
  const filesystems = [
    `dir: {pattern: "${place.plainDir}/(instance)", destroy: true}`,
    `zfs: {pattern: "${place.pool}/(instance)", destroy: true}`,
    `volume: {pattern: "volume:default/(instance)", destroy: true}`,
    changed.filesystem ?? [],
  ].flat();
  const devices = [
    ...["dir", "zfs", "volume"].map((name) => `${name}: {path: /srv/${name}, filesystem: ${name}}`),
    changed.device ?? [],
  ].flat();
  return `#lxops-v1
ostype: alpine
image: ${changed.image ?? image}
profiles: [default, small]
filesystems: {${filesystems.join(", ")}}
devices: {${devices.join(", ")}}
${changed.more ?? ""}`;
}

/** Launches the instance. */
export async function serve(site: Site): Promise<Serving> {
  const script = "sed -i '2i busybox httpd -p 80 -h /srv/dir' rootfs/etc/net";
  const image = await ownImage(site, "serving", script, "tiny");
  const is = ["-name", site.id, "a.yaml"];
  await Deno.writeTextFile(`${site.dir}/a.yaml`, configOf(site, image));
  await mustRun(site, ["launch", ...is]);
  const write = "for at in /srv/dir /srv/zfs /srv/volume; do echo kept >$at/file; done";
  await mustRun(site, ["instance", "exec", site.id, "--", "/bin/sh", "-c", write]);
  const address = (await addressOf(site))!;
  const client = await startClient(site, address, "kept");
  await client.answerAfter(performance.now());
  await mustRun(site, ["instance", "stop", "-wait-stop", "0", site.id]);
  const start = performance.now();
  await mustRun(site, ["instance", "start", site.id]);
  const startMs = await client.answerAfter(start);
  const macs = await addressesOf(site);
  return { site, client, address, macs, state: plain(await stateOf(site, macs)), startMs };
}

/** Returns a state without images, snapshots of data, and the marks of locks and of a restored instance. */
function plain(state: string): string {
  return state.replaceAll(',["user.lxops.state","returned"]', "").split("\n").filter((line) =>
    !/^image in |^dataset \S+@/.test(line)
  ).join("\n");
}

/** Runs a rebuild that fails, and measures the return. On a busy machine, `patience` allows more time. */
export async function fail(serving: Serving, failure: Failure, patience = 1): Promise<Returned> {
  const { site, client, address, macs, state, startMs } = serving;
  const changed = await failure.prepare?.(site);
  await Deno.writeTextFile(`${site.dir}/b.yaml`, configOf(site, "tiny2", changed));
  const undo = failure.ran ? ["-undo-data"] : [];
  const args = ["rebuild", "-name", site.id, ...undo, ...failure.flags ?? [], "b.yaml"];
  const { outcome, failed, restartMs, lines } = await broken(site, args, failure);
  const backMs = await client.answerAfter(failed);
  const limitMs = (startMs + restartMs + MORE_MS) * patience;
  const now = plain(await stateOf(site, macs));
  const [before, after] = [state.split("\n"), now.split("\n")];
  const wrong = [
    ...(failure.codes.includes(outcome.code) ? [] : [`exit code ${outcome.code}`]),
    ...failure.says.filter((text) => !outcome.stderr.includes(text)).map((text) =>
      `it does not say "${text}"`
    ),
    ...(outcome.stderr.includes(`Instance "${site.id}" is as it was before`)
      ? []
      : ["it does not say what is there"]),
    ...(outcome.stderr.includes("ran for") === failure.ran ? [] : [`"ran for" is not ${failure.ran}`]),
    ...(backMs <= limitMs ? [] : [`it answers ${Math.round(backMs)} ms later`, ...lines]),
    ...(await addressOf(site) === address ? [] : ["it has another address"]),
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
  return { code: outcome.code, stderr: outcome.stderr, backMs, limitMs, wrong };
}

/** Runs a rebuild, and returns when it failed. */
async function broken(
  site: Site,
  args: readonly string[],
  failure: Failure,
): Promise<{ outcome: Outcome; failed: number; restartMs: number; lines: readonly string[] }> {
  let failed: number | undefined;
  let mend: (() => Promise<unknown>) | undefined;
  let restartMs = 0;
  const lines: string[] = [];
  const progress = (text: string) => {
    if (/ FAILED$/m.test(text)) failed ??= performance.now();
    if (failed !== undefined) lines.push(`${Math.round(performance.now() - failed)} ms: ${text.trim()}`);
  };
  const outcome = await gated(site, args, async (point, child) => {
    if (mend || !failure.break?.at(point)) return "go";
    const at = performance.now();
    const mending = await failure.break.happen(site, child) ?? (() => Promise.resolve());
    mend = mending;
    if (failure.break.isFailure) failed = at;
    if (!failure.break.cuts) return "go";
    mending().then(() => restartMs = performance.now() - at);
    return "cut";
  }, { progress });
  const ended = performance.now();
  await mend?.();
  return { outcome, failed: failed ?? ended, restartMs, lines };
}
