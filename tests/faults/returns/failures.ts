/**
 * Kinds of failures of a rebuild after which the old instance is restored automatically.
 *
 * @module
 */
import { tinyImage } from "../../../scripts/testbed/tiny_image.ts";
import { connect } from "../../../scripts/testbed/rest.ts";
import type { Point } from "../points.ts";
import { crash, restart } from "../restart.ts";
import { ask, mustRun, sh, type Site } from "../site.ts";
import { empty, fill } from "../small_pool.ts";

/** A moment of a rebuild at which something breaks. */
export interface Break {
  readonly at: (point: Point) => boolean;
  /** Breaks something; the returned function repairs it after lxops has ended. */
  readonly happen: (site: Site, child: Deno.ChildProcess) => Promise<(() => Promise<unknown>) | void>;
  /** The break is the failure itself; the time of the return begins with it. */
  readonly isFailure?: boolean;
  /** The request at this moment gets no answer. */
  readonly cuts?: boolean;
}

/** Differences of the new configuration from the old one. */
export interface Changed {
  /** Alias of an image. */
  readonly image?: string;
  readonly filesystem?: string;
  readonly device?: string;
  /** Further lines. */
  readonly more?: string;
}

/** A kind of failure. */
export interface Failure {
  readonly title: string;
  /** Prepares the rebuild, and returns the changes of its configuration. */
  readonly prepare?: (site: Site) => Promise<Changed>;
  readonly flags?: readonly string[];
  readonly break?: Break;
  readonly codes: readonly number[];
  readonly says: readonly string[];
  /** The new instance ran with the data before the failure. */
  readonly ran: boolean;
}

/** Imports a changed image, which the row removes at its end, and returns its alias. */
export async function ownImage(
  site: Site,
  suffix: string,
  script: string,
  from: "tiny" | "tiny2" = "tiny2",
): Promise<string> {
  const [alias, work] = [`${site.id}-${suffix}`, `${site.dir}/image-${suffix}`];
  if (await ask(site, "GET", `/1.0/images/aliases/${alias}`)) return alias;
  await sh(`rm -rf '${work}'; mkdir '${work}'`);
  await Deno.writeFile(`${work}.tar`, await tinyImage(from));
  await sh(`tar -C '${work}' --numeric-owner -xf '${work}.tar'; cd '${work}'; ${script}
    tar -c --numeric-owner -f '${work}.tar' metadata.yaml templates rootfs`);
  await mustRun(site, ["image", "import", "-property", `row=${site.id}`, "-alias", alias, `${work}.tar`]);
  return alias;
}

async function fileOf(site: Site, alias: string): Promise<string> {
  const { target } = await ask(site, "GET", `/1.0/images/aliases/${alias}`);
  return site.socket.replace(/unix\.socket$/, `images/${target}`);
}

/** Writes a cloud-config file with one command, before which all data is changed. */
async function item(site: Site, command: string): Promise<Changed> {
  const script = `for at in /srv/dir /srv/zfs /srv/volume; do echo changed >$at/file; done; ${command}`;
  await Deno.writeTextFile(`${site.dir}/bad.cfg`, `#cloud-config\nruncmd: [${JSON.stringify(script)}]\n`);
  return { more: "cloud-config-files: [bad.cfg]\n" };
}

const creation: Break["at"] = ({ side, what }) =>
  side === "before" && /^POST \/1\.0\/instances(\?|$)/.test(what);
const starting: Break["at"] = ({ side, what, number }) =>
  side === "before" && number === 2 && /^PUT \/1\.0\/instances\/NAME\/state/.test(what);
const renamed: Break["at"] = ({ side, what }) =>
  side === "after" && /^POST \/1\.0\/instances\/NAME(\?|$)/.test(what);
const started: Break["at"] = ({ side, what, number }) =>
  side === "after" && number === 2 && /^PUT \/1\.0\/instances\/NAME\/state/.test(what);

/** Makes the daemon refuse to create another instance. */
async function limit(site: Site): Promise<() => Promise<unknown>> {
  const containers = await ask(site, "GET", "/1.0/instances") as string[];
  const set = async (limits: string) => {
    using rest = connect(site.socket);
    await rest.send("PATCH", "/1.0/projects/default", { config: { "limits.instances": limits } });
  };
  await set(String(containers.length));
  return () => set("");
}

/** All kinds of failures. */
export const FAILURES: readonly Failure[] = [
  {
    title: "image cut off",
    prepare: async (site) => {
      const image = await ownImage(site, "short", "echo 1 >rootfs/one");
      await Deno.truncate(await fileOf(site, image), 100_000);
      return { image };
    },
    codes: [4],
    says: [],
    ran: false,
  },
  {
    title: "image vanished",
    prepare: async (site) => {
      const image = await ownImage(site, "gone", "echo 2 >rootfs/two");
      await Deno.remove(await fileOf(site, image));
      return { image };
    },
    codes: [4],
    says: ["Create instance"],
    ran: false,
  },
  {
    title: "pool full when it unpacks",
    break: {
      at: creation,
      happen: async (site) => {
        await fill(site);
        return () => empty(site);
      },
    },
    codes: [4],
    says: ["Create instance", "disk space"],
    ran: false,
  },
  {
    title: "limit reached",
    break: { at: creation, happen: limit },
    codes: [4],
    says: ["Create instance"],
    ran: false,
  },
  {
    title: "new instance does not start",
    prepare: async (site) => ({
      image: await ownImage(site, "noinit", "rm -f rootfs/sbin/init rootfs/init"),
    }),
    codes: [4],
    says: ["Start instance", "| "],
    ran: false,
  },
  {
    title: "new instance gets no address",
    prepare: async (site) => ({
      image: await ownImage(site, "nonet", "printf '#!/bin/busybox sh\\nexit 0\\n' >rootfs/etc/net"),
    }),
    flags: ["-timeout", "1"],
    codes: [6],
    says: ["address"],
    ran: true,
  },
  {
    title: "item fails",
    prepare: (site) => item(site, "echo the reason >&2; exit 7"),
    codes: [5],
    says: ["bad.cfg:2", "exit code 7", "the reason"],
    ran: true,
  },
  {
    title: "item hangs",
    prepare: (site) => item(site, "sleep 3600"),
    flags: ["-step-timeout", "1"],
    codes: [5],
    says: ["bad.cfg"],
    ran: true,
  },
  {
    title: "check fails",
    prepare: async (site) => ({
      more: (await item(site, "true")).more +
        "checks: [{exec: 'test -e /none', interval: 100ms, timeout: 1s, retries: 2, start-period: 0s}]\n",
    }),
    codes: [5, 6],
    says: ["/none"],
    ran: true,
  },
  {
    title: "Ctrl-C",
    prepare: (site) => item(site, "sleep 3600"),
    break: {
      at: started,
      happen: (_, child) => {
        child.kill("SIGINT");
        return Promise.resolve();
      },
      isFailure: true,
    },
    codes: [130],
    says: ["nterrupted"],
    ran: true,
  },
  {
    title: "daemon restarted between requests",
    break: {
      at: renamed,
      happen: async (site) => {
        await crash(site);
        const again = restart(site);
        return () => again;
      },
      isFailure: true,
      cuts: true,
    },
    codes: [4],
    says: [],
    ran: false,
  },
  {
    title: "source of a disk gone",
    prepare: ({ place, id }) =>
      Promise.resolve({
        filesystem: `other: {pattern: "${place.plainDir}/${id}-other", destroy: true}`,
        device: "other: {path: /srv/other, filesystem: other}",
      }),
    break: {
      at: starting,
      happen: async ({ place, id }) => {
        await sh(`rm -rf '${place.plainDir}/${id}-other'`);
      },
    },
    codes: [4],
    says: ["Start instance"],
    ran: false,
  },
];
