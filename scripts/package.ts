/**
 * Packs the built programs into `dist`: a Debian package and an archive for each platform, and SHA256SUMS of everything.
 *
 *     deno task package           builds the programs for this machine, and packs them
 *     deno task package --all     for every platform
 *     deno task package --built   packs what is in dist
 *
 * The same tree gives the same bytes, as in a build. DEBFULLNAME and DEBEMAIL name the maintainer of the Debian package.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl, join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { checksums } from "./build/checksums.ts";
import { BuildError, PROGRAMS } from "./build/compile.ts";
import { readStamp } from "./build/stamp.ts";
import { documentation } from "./docs/pages.ts";
import { referencePage } from "./docs/html.ts";
import { archive } from "./package/archive.ts";
import { debianPackage } from "./package/debian.ts";
import { glibcOf, type Machine, MACHINES } from "./package/machine.ts";
import type { Release } from "./package/man.ts";
import { readSources } from "./package/sources.ts";
import { filesOf } from "./package/tree.ts";

const USAGE = "Usage: deno task package [--all] [--built]";

/** The maintainer in packages, unless the variables of Debian's tools name one. */
const MAINTAINER = { name: "lxops maintainers", address: "lxops@localhost" } as const;

/** Directories and release that packages are made from. */
interface Place {
  readonly root: string;
  readonly dist: string;
  readonly release: Release;
}

/** Reads the programs for a machine; nothing where they were not built. */
async function programsFor(
  machine: Machine,
  dist: string,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  const own = machine.target === Deno.build.target ? ["", `-${machine.label}`] : [`-${machine.label}`];
  for (const suffix of own) {
    const paths = PROGRAMS.map(({ name }) => join(dist, name + suffix));
    const programs = await Promise.all(paths.map((path) => Deno.readFile(path).catch(() => undefined)));
    const found = PROGRAMS.flatMap(({ name }, at) => programs[at] ? [[name, programs[at]] as const] : []);
    if (found.length === PROGRAMS.length) return new Map(found);
  }
  return undefined;
}

/** Packs the programs of a machine, and returns the names of the files. */
async function pack(machine: Machine, programs: ReadonlyMap<string, Uint8Array>, place: Place) {
  const { root, dist, release } = place;
  const [pages, sources] = await Promise.all([documentation(), readSources(root)]);
  const { texts, examples } = sources;
  const reference = referencePage(pages, release);
  const files = await filesOf({ programs, documentation: pages, release, texts, reference, examples });
  const glibc = [...programs.values()].map(glibcOf).sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)))
    .at(-1)!;
  const name = `lxops-${release.version}-${machine.label}`;
  const made: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
    [`lxops_${release.version}_${machine.debian}.deb`, async () =>
      await debianPackage({
        ...sources,
        release,
        architecture: machine.debian,
        glibc,
        files,
        maintainer: `${Deno.env.get("DEBFULLNAME") ?? MAINTAINER.name} <${
          Deno.env.get("DEBEMAIL") ?? MAINTAINER.address
        }>`,
        changelog: texts.get("CHANGELOG.md")!,
        compression: "xz",
      })],
    [`${name}.tar.gz`, async () =>
      await archive({
        ...sources,
        name,
        release,
        machine,
        glibc,
        files,
        license: texts.get("LICENSE")!,
        compression: "gzip",
      })],
  ];
  for (const [file, make] of made) {
    const bytes = await make();
    await Deno.writeFile(join(dist, file), bytes);
    console.log(`dist/${file}  ${(bytes.length / 1e6).toFixed(1)} MB`);
  }
  return made.map(([file]) => file);
}

async function build(args: readonly string[], root: string): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), { args: ["task", "-q", "build", ...args], cwd: root })
    .spawn();
  if ((await child.status).code !== 0) throw new BuildError("The programs could not be built");
}

async function main(args: readonly string[]): Promise<number> {
  const flags = parseArgs(args, { boolean: ["all", "built", "help"] });
  if (
    flags["help"] || flags._.length > 0 ||
    Object.keys(flags).some((key) => !["_", "all", "built", "help"].includes(key))
  ) {
    flags["help"] ? console.log(USAGE) : console.error(USAGE);
    return flags["help"] ? 0 : 2;
  }
  const root = fromFileUrl(new URL("..", import.meta.url));
  const dist = join(root, "dist");
  try {
    if (!flags["built"]) await build(flags["all"] ? ["--all"] : [], root);
    const { version, time } = await readStamp(config.version, Deno.env.get("SOURCE_DATE_EPOCH"), root);
    const made: string[] = [];
    for (const machine of MACHINES) {
      const programs = await programsFor(machine, dist);
      if (programs) made.push(...await pack(machine, programs, { root, dist, release: { version, time } }));
    }
    if (made.length === 0) throw new BuildError("There is nothing to pack in dist: deno task build");
    const built = (await Array.fromAsync(Deno.readDir(dist), ({ name }) => name))
      .filter((name) => PROGRAMS.some((one) => name.startsWith(one.name)));
    await Deno.writeTextFile(join(dist, "SHA256SUMS"), await checksums(dist, [...built, ...made]));
    return 0;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
