/**
 * Shows the main job of lxops to a newcomer. `scripts/quickstart` runs it as root.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";
import { backend as incus } from "../backends/incus.ts";
import { backend as lxd } from "../backends/lxd.ts";
import { LxopsError, UsageError } from "../lib/base/errors.ts";
import type { Backend } from "../lib/ports/mod.ts";
import { down, up } from "./testbed/bed.ts";
import { importImage } from "./testbed/images.ts";
import { othersIn } from "./testbed/others.ts";
import { placeAt } from "./testbed/place.ts";
import { connect } from "./testbed/rest.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
/** The directory of everything that is not in a daemon of the machine. */
const HOME = "/var/lib/lxops-quickstart";
const BED = join(HOME, "incus");
const NAME = "lxops-quickstart";
const IMAGES = ["tiny", "tiny2"] as const;

/** A daemon to use, and the directory for the data of its container. */
interface Place {
  readonly backend: Backend;
  readonly socket: string;
  readonly storage: string;
  readonly own: boolean;
}

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => !["--clean", "--all", "--private", "--yes"].includes(arg));
  if (unknown) throw new UsageError(`unknown argument "${unknown}": see ./scripts/quickstart --help`);
  if (args.includes("--clean")) return await clean(args.includes("--all"));
  const place = await choose(args.includes("--private"), args.includes("--yes"));
  const start = performance.now();
  await show(place);
  say(`\nThat took ${((performance.now() - start) / 1000).toFixed(1)} s. To continue:\n`);
  // Root may have no sudo; who came here by sudo needs it again.
  const sudo = Deno.env.has("SUDO_UID") ? "sudo " : "";
  const variable = `${place.backend.env.socket}=${place.socket}`;
  const run = `${sudo}env ${variable} ${Deno.execPath()} run -A -q ${entry(place)}`;
  say(`  lxops() { ${run} "$@"; }`);
  say(`  cd ${join(ROOT, "examples/hello")}`);
  say(`  lxops launch -P image=tiny -P storage=${place.storage} -name second hello.yaml`);
  say(`  lxops instance exec second -- cat /data/history`);
  say(`  lxops --help`);
  say(`\nTo remove all of this: ./scripts/quickstart --clean`);
  return 0;
}

function entry(place: Place): string {
  return join(ROOT, "backends", place.backend === incus ? "incus.ts" : "lxd.ts");
}

/** Chooses the machine's own daemon where one can start containers, and otherwise a private Incus. */
async function choose(alwaysPrivate: boolean, isAgreed: boolean): Promise<Place> {
  for (const backend of alwaysPrivate ? [] : [incus, lxd]) {
    for (const socket of backend.sockets) {
      if (!await isReady(socket)) continue;
      if (!isAgreed) agree(backend, socket);
      say(`This uses the ${backend.title} of this machine (${socket}).`);
      await importImages([socket]);
      const storage = join(HOME, "data");
      await Deno.mkdir(storage, { recursive: true, mode: 0o755 });
      return { backend, socket, storage, own: false };
    }
  }
  await Deno.mkdir(HOME, { recursive: true, mode: 0o755 });
  say(`This starts a private Incus in ${BED}. Nothing else on this machine is touched.`);
  const bed = await up({
    kinds: ["incus"],
    images: IMAGES,
    dir: BED,
    mayClear: refuseOthers,
    log: (line) => say(`  ${line}`),
  });
  const daemon = bed.daemons[0];
  if (!daemon) {
    throw new LxopsError(
      `Cannot start a private Incus: ${bed.skipped.map(({ reason }) => reason).join("; ")}`,
      ["An initialised Incus or LXD on this machine would be used instead"],
    );
  }
  return { backend: incus, socket: daemon.socket, storage: bed.plainDir, own: true };
}

/**
 * Asks whether to use a daemon that the user has set up.
 *
 * @throws {UsageError} where the answer is no, or there is no terminal to ask on
 */
function agree({ title }: Backend, socket: string): void {
  say(
    `${title} runs on this machine (${socket}). The quickstart would import two small images into it, and launch,`,
  );
  say(`rebuild and later destroy the container "${NAME}".`);
  if (Deno.stdin.isTerminal() && /^y(es)?$/i.test(prompt(`Use it? [y/N]`)?.trim() ?? "")) return;
  throw new UsageError(`Nothing was done: ${title} of this machine is used only if you agree`, [
    "To use it: ./scripts/quickstart --yes",
    "To start a private Incus instead: ./scripts/quickstart --private",
  ]);
}

/** Reports whether a daemon answers and can create containers: its default profile has a root disk. */
async function isReady(socket: string): Promise<boolean> {
  try {
    using rest = connect(socket);
    const profile = await rest.send("GET", "/1.0/profiles/default") as {
      devices: Record<string, { path?: string }>;
    };
    return Object.values(profile.devices).some((device) => device.path === "/");
  } catch {
    return false;
  }
}

async function importImages(sockets: readonly string[]): Promise<void> {
  say("It makes a small image (busybox, 1 MB), without an image server.");
  for (const name of IMAGES) await importImage(name, sockets);
}

async function show(place: Place): Promise<void> {
  const options = ["-name", NAME, "-P", `storage=${place.storage}`];
  const file = "examples/hello/hello.yaml";
  say("\n1. A file describes a container:\n");
  say((await Deno.readTextFile(join(ROOT, file))).replaceAll(/^/gm, "   | ").trimEnd());
  if (await lxops(place, ["query", `/1.0/instances/${NAME}`], true) === 0) {
    say("\n   (The container of an earlier run is destroyed first.)\n");
    await must(place, ["destroy", "--force", ...options, "-P", "image=tiny", file]);
  }
  say("\n2. Launch it:\n");
  await must(place, ["launch", ...options, "-P", "image=tiny", file]);
  say("\n3. Write one file into its data, and another one elsewhere:\n");
  await must(place, [
    "instance",
    "exec",
    NAME,
    "--",
    "sh",
    "-c",
    "echo precious > /data/file; echo lost > /root/file",
  ]);
  say(
    "\n4. Rebuild it from a new image. Its root filesystem is replaced; its data and its address stay:\n",
  );
  await must(place, ["rebuild", ...options, "-P", "image=tiny2", file]);
  say("\n5. See what is there now:\n");
  await must(place, [
    "instance",
    "exec",
    NAME,
    "--",
    "sh",
    "-c",
    "grep VERSION /etc/os-release; ls /root; cat /data/file",
  ]);
  say("\nThe file in /data is still there. The file in /root was removed with the old root filesystem.");
}

async function must(place: Place, args: readonly string[]): Promise<void> {
  const code = await lxops(place, args);
  if (code !== 0) throw new LxopsError(`lxops ${args[0]} failed with exit code ${code}`);
}

/** Runs lxops from this checkout, and prints the command as a user would type it. */
async function lxops(place: Place, args: readonly string[], quiet = false): Promise<number> {
  const shown = args.map((arg) => /^[\w\/.=,:-]+$/.test(arg) ? arg : `'${arg}'`).join(" ");
  if (!quiet) say(`   $ lxops ${shown}`);
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", entry(place), ...args],
    cwd: ROOT,
    env: { [place.backend.env.socket]: place.socket },
    stdin: "null",
    stdout: quiet ? "null" : "inherit",
    stderr: quiet ? "null" : "inherit",
  }).output();
  return code;
}

async function clean(all: boolean): Promise<number> {
  await refuseOthers(placeAt(BED));
  const options = ["-name", NAME, "-P", `storage=${join(HOME, "data")}`, "-P", "image=tiny"];
  for (const backend of [incus, lxd]) {
    for (const socket of backend.sockets) {
      if (!await isReady(socket)) continue;
      const place: Place = { backend, socket, storage: join(HOME, "data"), own: false };
      if (await lxops(place, ["query", `/1.0/instances/${NAME}`], true) === 0) {
        await must(place, ["destroy", "--force", ...options, "examples/hello/hello.yaml"]);
      }
      await removeImages(socket);
    }
  }
  await down(BED, (line) => say(line), refuseOthers);
  if (!await removeEmpty(join(HOME, "data")) || !await removeEmpty(HOME)) {
    throw new LxopsError(`Cannot remove "${join(HOME, "data")}": it has data of other containers`, [
      "Destroy those containers with their configuration files first",
    ]);
  }
  if (all) await uninstall("remove");
  const stays = (await uninstall("list")).split("\n").filter((line) => line !== "");
  if (stays.length === 0) say("Everything is removed: nothing of the quickstart is left.");
  else {
    say("What it made is removed. What it has installed stays:");
    for (const line of stays) say(`  ${line}`);
    if (!all) say("To remove that, too: ./scripts/quickstart --clean --all");
  }
  return 0;
}

/** Lists, or removes, what was installed for the quickstart. */
async function uninstall(what: "list" | "remove"): Promise<string> {
  // This very Deno, where it was installed for the quickstart.
  const deno = /^(.*\/lxops\/deno)\//.exec(Deno.execPath())?.[1] ?? "";
  const { code, stdout } = await new Deno.Command(join(ROOT, "scripts/uninstall.sh"), {
    args: [what],
    env: { LXOPS_QUICKSTART_DENO: deno },
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new LxopsError(`scripts/uninstall.sh ${what} failed with exit code ${code}`);
  return new TextDecoder().decode(stdout);
}

/** Refuses to remove a private daemon that has instances or data of others, whether or not it runs. */
async function refuseOthers(bed: ReturnType<typeof placeAt>): Promise<void> {
  const others = await othersIn(bed, NAME);
  if (others.length === 0) return;
  const names = others.length > 20 ? [...others.slice(0, 20), `${others.length - 20} more`] : others;
  throw new LxopsError(
    `Cannot remove the private Incus in "${BED}": it has what the quickstart did not make`,
    [
      ...names.map((name) => `  ${name}`),
      "Nothing was removed. Copy the data that you need elsewhere, then remove all of it:",
      `  ${Deno.execPath()} run -A -q ${join(ROOT, "scripts/testbed.ts")} down --dir ${BED}`,
    ],
  );
}

async function removeEmpty(directory: string): Promise<boolean> {
  try {
    await Deno.remove(directory);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    if (await Array.fromAsync(Deno.readDir(directory)).then((entries) => entries.length > 0)) return false;
    throw error;
  }
}

/** Removes the images. Instances that were created from them do not need them any more. */
async function removeImages(socket: string): Promise<void> {
  using rest = connect(socket);
  const images = await rest.send("GET", "/1.0/images?recursion=1") as {
    fingerprint: string;
    properties?: Record<string, string>;
    aliases?: { name: string }[];
  }[];
  for (const image of images) {
    const ours = image.properties?.["os"] === "tiny" &&
      image.aliases?.some(({ name }) => IMAGES.some((known) => known === name));
    if (ours) await rest.send("DELETE", `/1.0/images/${image.fingerprint}`);
  }
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof LxopsError)) throw error;
    Deno.stderr.writeSync(
      new TextEncoder().encode(["", `quickstart: ${error.message}`, ...error.advice, ""].join("\n")),
    );
    Deno.exit(error.exitCode);
  }
}
