/**
 * A container image of the machine's own distribution, Debian or Ubuntu, with systemd, DHCP, adduser, sudo and a
 * package to install without any network. The packages come from the mirror that apt uses on this machine.
 *
 * @module
 */
import { join } from "@std/path";
import { LxopsError } from "../../lib/base/errors.ts";
import { cached } from "./cache.ts";
import { must, run, textOf } from "./run.ts";

const PACKAGES = [
  "adduser",
  "dbus",
  "ifupdown",
  "iproute2",
  "isc-dhcp-client",
  "sudo",
  "systemd-sysv",
] as const;

/** Units that need what a container has not, or only cost time in a test. */
const MASKED = [
  "apt-daily-upgrade.timer",
  "apt-daily.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "e2scrub_reap.service",
  "fstrim.timer",
  "getty@tty1.service",
  "systemd-networkd-wait-online.service",
  "systemd-timesyncd.service",
  "systemd-udev-trigger.service",
  "systemd-udevd.service",
] as const;

const CONTROL = `Package: tb-hello
Version: 1.0
Architecture: all
Maintainer: test bed <root@localhost>
Description: package to install in tests
`;

const FILES: Readonly<Record<string, string>> = {
  "etc/apt/sources.list": "",
  "etc/apt/sources.list.d/testbed.list": "deb [trusted=yes] file:/srv/testbed ./\n",
  "etc/network/interfaces": "auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet dhcp\n",
  "etc/machine-id": "",
};

/** Package sources of apt. */
export interface Mirror {
  readonly uri: string;
  readonly suite: string;
  readonly origin: string;
}

/** Makes the image, or finds it in the cache, and returns its path. */
export async function debianImage(): Promise<string> {
  const mirror = await findMirror();
  const source = await Deno.readTextFile(new URL(import.meta.url));
  const recipe = JSON.stringify([source, mirror, Deno.build.arch]);
  return await cached("debian", ".tar.zst", recipe, (target, dir) => build(mirror, target, dir));
}

/** Finds the mirror that apt uses on this machine; fails where an image cannot be made. */
export async function findMirror(): Promise<Mirror> {
  const suite = /^VERSION_CODENAME=(\S+)/m.exec(await textOf("/etc/os-release"))?.[1];
  const format = "$(CODENAME) $(COMPONENT) $(REPO_URI) $(ORIGIN)";
  const { stdout } = await run(["apt-get", "indextargets", "--format", format, "Created-By: Packages"]);
  const found = stdout.split("\n").map((line) => line.split(" ")).find(([name, component, , origin]) =>
    name === suite && component === "main" && (origin === "Debian" || origin === "Ubuntu")
  );
  if (!suite || !found) {
    throw new LxopsError("Cannot make a Debian image: apt knows no mirror of this distribution");
  }
  for (const program of ["debootstrap", "zstd", "dpkg-deb"]) {
    if ((await run([program, "--version"])).code !== 0) {
      throw new LxopsError(`Cannot make a Debian image: ${program} is not installed`);
    }
  }
  return { uri: found[2]!, suite, origin: found[3]! };
}

async function build(mirror: Mirror, target: string, dir: string): Promise<void> {
  const root = join(dir, "rootfs");
  const components = mirror.origin === "Ubuntu" ? "main,universe" : "main";
  const options = ["--variant=minbase", `--components=${components}`, `--include=${PACKAGES.join(",")}`];
  await must(["debootstrap", ...options, mirror.suite, root, mirror.uri]);
  await Deno.remove(join(root, "etc/machine-id")).catch(() => {});
  await Deno.remove(join(root, "etc/resolv.conf")).catch(() => {});
  await Deno.remove(join(root, "var/lib/dbus/machine-id")).catch(() => {});
  for (const [path, text] of Object.entries(FILES)) await Deno.writeTextFile(join(root, path), text);
  for (const unit of MASKED) {
    const link = join(root, "etc/systemd/system", unit);
    await Deno.remove(link).catch(() => {});
    await Deno.symlink("/dev/null", link);
  }
  await makeRepository(dir, root);
  await shrink(root);
  await writeMetadata(dir, mirror);
  const pack =
    'tar --numeric-owner --exclude="rootfs/dev/*" -C "$1" -cf - metadata.yaml templates rootfs | zstd -q -3 -T0 -o "$2"';
  await must(["/bin/sh", "-c", pack, "sh", dir, target]);
}

/**
 * Creates a repository in a directory of the image, and apt's list of it, so that a test can install without an update.
 */
async function makeRepository(dir: string, root: string): Promise<void> {
  const tree = join(dir, "package");
  const repository = join(root, "srv/testbed");
  await Deno.mkdir(join(tree, "DEBIAN"), { recursive: true });
  await Deno.mkdir(join(tree, "usr/bin"), { recursive: true });
  await Deno.mkdir(repository);
  await Deno.writeTextFile(join(tree, "DEBIAN/control"), CONTROL);
  await Deno.writeTextFile(join(tree, "usr/bin/tb-hello"), "#!/bin/sh\necho tb-hello 1.0\n");
  await Deno.chmod(join(tree, "usr/bin/tb-hello"), 0o755);
  const name = "tb-hello_1.0_all.deb";
  const file = join(repository, name);
  await must(["dpkg-deb", "--root-owner-group", "--build", tree, file]);
  const digest = (await must(["sha256sum", file])).split(" ")[0];
  const size = (await Deno.stat(file)).size;
  const index = `${CONTROL}Filename: ./${name}\nSize: ${size}\nSHA256: ${digest}\n`;
  await Deno.writeTextFile(join(repository, "Packages"), index);
  await must(["chroot", root, "apt-get", "update"]);
}

/** Takes out what no test reads and what apt makes again. */
async function shrink(root: string): Promise<void> {
  const parts = ["usr/share/doc", "usr/share/info", "usr/share/locale", "usr/share/man", "var/cache/apt"];
  for (const part of parts) {
    for await (const { name } of Deno.readDir(join(root, part))) {
      await Deno.remove(join(root, part, name), { recursive: true });
    }
  }
  const lists = join(root, "var/lib/apt/lists");
  for await (const { name, isFile } of Deno.readDir(lists)) {
    if (isFile && !name.includes("testbed")) await Deno.remove(join(lists, name));
  }
}

async function writeMetadata(dir: string, mirror: Mirror): Promise<void> {
  const architecture = (await must(["uname", "-m"])).trim();
  const when = ["create", "copy", "rename"];
  const metadata = {
    architecture,
    creation_date: 1_700_000_000,
    properties: {
      os: mirror.origin,
      release: mirror.suite,
      variant: "testbed",
      architecture,
      description: `${mirror.origin} ${mirror.suite} test image`,
    },
    templates: {
      "/etc/hostname": { when, template: "hostname.tpl" },
      "/etc/hosts": { when, template: "hosts.tpl" },
    },
  };
  await Deno.writeTextFile(join(dir, "metadata.yaml"), JSON.stringify(metadata));
  await Deno.mkdir(join(dir, "templates"));
  await Deno.writeTextFile(join(dir, "templates/hostname.tpl"), "{{ container.name }}\n");
  await Deno.writeTextFile(
    join(dir, "templates/hosts.tpl"),
    "127.0.0.1 localhost\n127.0.1.1 {{ container.name }}\n",
  );
}
