/**
 * A test of the terminal while a large image comes from a second daemon over a slow line. It takes a minute on each
 * daemon, so that only runs with LXOPS_TEST_CUTS=all declare it.
 */
import { assert, assertEquals } from "@std/assert";
import { down, up } from "../../../scripts/testbed/bed.ts";
import { ownBed } from "../../../scripts/testbed/place.ts";
import { isWhole } from "../../support/sample.ts";
import { daemons, Ground, onBoth } from "../support/daemon.ts";
import { listen, tokenOf } from "../support/https.ts";
import { slowRelay } from "../support/screen/slow_relay.ts";
import { Pane } from "../support/screen/tmux.ts";
import { sh } from "../support/trees.ts";

/** The MiB of the file in the image; they are random, so that no compression makes them fewer. */
const SIZE = 300;

/** The bytes that the line passes in a second. */
const RATE = 50_000_000;

/** A name of the same length as those of tests. */
const MASKED = "lxops-e2e";

/** The progress of `image copy`, which knows the size of the image. */
const AMOUNT = /(\d+\.\d)MiB of (\d+\.\d)MiB, (\d+\.\d)MiB\/s, (\d+) s left/;

/** The progress of a launch: what the daemon tells of its download, and the time that is left. */
const SHARE = /(\d+)% \((\d+\.\d+)MB\/s\), (\d+) s left/;

/** The part of both that fits on 60 columns. */
const [SHORT_AMOUNT, SHORT_SHARE] = [/MiB of 30\d\.\dMiB, \d+ s left/, /(\d+)% \(\d+\.\d+MB\/s\)/];

/** Replaces what differs from run to run. */
function masked(ground: Ground, screen: string): string {
  return screen.replaceAll(ground.id, MASKED)
    .replaceAll(/^[|/\\-](?= )/gm, "*")
    .replaceAll(/ *\d+\.\d(?=MiB of)/g, "  N")
    .replaceAll(/ *\d+(?=%)/g, "  N")
    .replaceAll(/\d+\.\d+(?=MB\/s)/g, "N")
    .replaceAll(/\d+\.\d(?=MiB)/g, "N")
    .replaceAll(/\d+ s left/g, "N s left")
    .replaceAll(/\(\d+(\.\d+)? s\)/g, "(N s)")
    // A title is cut to what the digits beside it leave.
    .replaceAll(/far:\w*\.\.\.(?= +N%)/g, "far:large")
    .replaceAll(/ +(\d+ min )?\d+(\.\d+)? s$/gm, " N s")
    .replaceAll(/\b10(\.\d+){3} */g, "10.0.0.1 ")
    .replaceAll(/ +$/gm, "");
}

/** Makes an image with a large file on a daemon, and returns its fingerprint. */
async function largeImage(there: Ground, alias: string): Promise<string> {
  const files = `${there.dir}/large`;
  await there.ok(["image", "export", "tiny", `${files}.tar.gz`]);
  await sh(
    `mkdir '${files}' && tar -C '${files}' -xf '${files}.tar.gz' && ` +
      `head -c ${SIZE}M /dev/urandom >'${files}/rootfs/large' && tar -C '${files}' -cf '${files}.tar' .`,
  );
  await there.ok(["image", "import", "--public", "--alias", alias, `${files}.tar`]);
  const [image] = JSON.parse(await there.ok(["image", "list", "--json", alias]));
  return image.fingerprint;
}

/** Runs a command, and returns the screen while a pattern is on it and at the end. */
async function watch(ground: Ground, command: string, columns: number, pattern: RegExp) {
  await using pane = await Pane.open(ground, { columns });
  await pane.begin(command);
  const during = await pane.until(pattern);
  assert(during.split("\n").every((line) => line.length <= columns), during);
  const ended = await pane.ended();
  assert(/^exit 0$/m.test(ended) && !/^[|/\\-] /m.test(ended), ended);
  return { shown: `${during}\n${ended}`, numbers: pattern.exec(during)!.slice(1).map(Number) };
}

/** Copies the image, then launches an instance of it, and returns what the terminal shows of both. */
async function watchBoth(
  ground: Ground,
  name: string,
  columns: number,
  fingerprint: string,
): Promise<string> {
  const isNarrow = columns === 60;
  const copied = await watch(ground, "lxops image copy far:large", columns, isNarrow ? SHORT_AMOUNT : AMOUNT);
  if (!isNarrow) {
    const [bytes, total, rate, left] = copied.numbers as [number, number, number, number];
    assert(total > SIZE && total < SIZE + 10 && bytes < total, copied.shown);
    // Buffers let the first bytes pass at once.
    assert(rate > 5 && rate < 1.5 * RATE / 2 ** 20, copied.shown);
    // The time is that of the rest at this rate, and rates are rounded.
    assert(Math.abs((total - bytes) / rate - left) < 2, copied.shown);
  }
  await ground.ok(["image", "delete", fingerprint]);
  const launched = await watch(ground, `lxops launch ${name}.yaml`, columns, isNarrow ? SHORT_SHARE : SHARE);
  if (!isNarrow) {
    const [percent, rate, left] = launched.numbers as [number, number, number];
    assert(percent < 100 && rate > 5 && rate < 1.5 * RATE / 1e6 && left < 60, launched.shown);
  }
  await ground.ok(["destroy", "--force", `${name}.yaml`]);
  await ground.ok(["image", "delete", fingerprint]);
  return masked(ground, `${copied.shown}\n${launched.shown}`);
}

for (const daemon of isWhole() ? daemons : []) {
  onBoth(
    "a copy and a launch of a large image of a second daemon show their progress at 50 MB/s, as the golden files",
    [],
    async (ground) => {
      const kind = daemon.title === "Incus" ? "incus" as const : "lxd" as const;
      const dir = ownBed("far");
      try {
        const bed = await up({ dir, kinds: [kind], images: ["tiny"], log: () => {} });
        assertEquals(bed.skipped, []);
        const { socket } = bed.daemons[0]!;
        const there = new Ground({ ...daemon, socket }, ground.id, ground.dir);
        const fingerprint = await largeImage(there, "large");
        await using server = await listen(there);
        await using relay = slowRelay(server.port, RATE);
        await ground.ok(["remote", "add", "far", await tokenOf(there)]);
        const config = `${ground.dir}/.config/${kind === "incus" ? "incus" : "lxc"}/config.yml`;
        const text = await Deno.readTextFile(config);
        await Deno.writeTextFile(config, text.replace(server.url, `https://127.0.0.1:${relay.port}`));
        const name = ground.name();
        await ground.write(`${name}.yaml`, "#lxops-v1\nostype: alpine\nimage: far:large\n");
        for (const columns of [60, 80, 200]) {
          const shown = await watchBoth(ground, name, columns, fingerprint);
          const file = new URL(`transcripts/image-${columns}.txt`, import.meta.url);
          if (Deno.env.get("UPDATE_GOLDEN")) await Deno.writeTextFile(file, shown);
          assertEquals(shown, await Deno.readTextFile(file));
        }
      } finally {
        await down(dir, () => {});
      }
    },
    [daemon],
  );
}
