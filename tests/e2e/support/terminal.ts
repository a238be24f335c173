/**
 * A shell as a user has it in a terminal, on a machine of its own: in a mount namespace where the machine's own
 * daemons, `/usr/local/bin` and the like are put aside.
 */
import { inNamespace } from "../../../scripts/testbed/namespace.ts";
import { placeAt } from "../../../scripts/testbed/place.ts";
import { must } from "../../../scripts/testbed/run.ts";
import { type Ground, socketVariable } from "./daemon.ts";

/** The output of a command on both streams, and its exit code. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Directories with sockets of daemons that are not the test's. */
const DAEMONS = ["/var/lib/incus", "/run/incus", "/var/snap/lxd/common/lxd", "/var/lib/lxd"] as const;

/** Directories that the daemon has to see, too, and those that only the shell sees. */
const OF_DAEMON = ["/var/lib/lxops", "/srv"] as const;
const OF_SHELL = ["/usr/local/bin", "/etc/cron.daily"] as const;

/**
 * Puts directories of the test's own over the machine's; commands of /usr/local/bin stay. `sudo` is one that keeps the
 * variables by which lxops finds the daemon; on a user's machine, the socket is in its usual place.
 */
const SETUP = `
set -e
mkdir -p "$1/bin" "$1/cron" "$1/original"
for dir in ${DAEMONS.join(" ")}; do [ ! -d $dir ] || mount -t tmpfs tmpfs $dir; done
mount --bind /usr/local/bin "$1/original"
for file in "$1"/original/*; do [ "\${file##*/}" = lxops ] || ln -s "$file" "$1/bin/"; done
printf '#!/bin/sh\\nexec env "$@"\\n' >"$1/bin/sudo" && chmod 755 "$1/bin/sudo"
mount --bind "$1/bin" /usr/local/bin
[ ! -d /etc/cron.daily ] || mount --bind "$1/cron" /etc/cron.daily
cd "$1/checkout"
exec /bin/sh
`;

/** A shell that runs one command line after the other. */
export class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<string>;
  readonly #close: () => Promise<void>;
  #left = "";

  private constructor(child: Deno.ChildProcess, close: () => Promise<void>) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#close = close;
  }

  /**
   * Opens a shell in `DIR/checkout`, with `DIR` as home. The daemon sees `/var/lib/lxops` and `/srv` as the shell
   * does: as directories of the test's own.
   *
   * @param shared a directory that the daemon sees
   */
  static async open(ground: Ground, shared: string): Promise<Terminal> {
    const place = placeAt(Deno.env.get("LXOPS_TESTBED_DIR")!);
    const lock = await Deno.open("/run/lock/lxops-readme", { create: true, write: true });
    await lock.lock(true);
    const made: string[] = [];
    const mounted: string[] = [];
    const close = async () => {
      for (const dir of mounted.toReversed()) await must(inNamespace(place, ["umount", "-l", dir]));
      for (const dir of made) await Deno.remove(dir);
      lock.close();
    };
    try {
      for (const dir of [...OF_DAEMON, ...OF_SHELL]) {
        if (await isMissing(dir)) {
          await Deno.mkdir(dir);
          made.push(dir);
        }
      }
      for (const dir of OF_DAEMON) {
        const own = `${shared}${dir.replaceAll("/", "_")}`;
        await Deno.mkdir(own, { recursive: true, mode: 0o755 });
        await must(inNamespace(place, ["mount", "--bind", own, dir]));
        mounted.push(dir);
      }
      const argv = [
        "unshare",
        "--mount",
        // Where this holds copies of mounts, no bed can destroy the datasets below them meanwhile.
        "--propagation",
        "slave",
        "/bin/sh",
        "-c",
        SETUP,
        "sh",
        ground.dir,
      ];
      const [program, ...args] = inNamespace(place, argv);
      return new Terminal(
        new Deno.Command(program, {
          args,
          clearEnv: true,
          env: environment(ground),
          stdin: "piped",
          stdout: "piped",
          stderr: "inherit",
        }).spawn(),
        close,
      );
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Runs a command line; what it reads is empty. */
  async run(command: string): Promise<Ended> {
    const mark = crypto.randomUUID();
    const line = `{ ${command}\n} </dev/null 2>&1; printf '\\n%s %s\\n' ${mark} "$?"\n`;
    await this.#input.write(new TextEncoder().encode(line));
    for (;;) {
      const found = new RegExp(`\\n${mark} (\\d+)\\n`).exec(this.#left);
      if (found) {
        const output = this.#left.slice(0, found.index);
        this.#left = this.#left.slice(found.index + found[0].length);
        return { code: Number(found[1]), output };
      }
      const { done, value } = await this.#output.read();
      if (done) throw new Error(`The shell ended at "${command}": ${this.#left}`);
      this.#left += value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    for (;;) if ((await this.#output.read()).done) break;
    await this.#child.status;
    await this.#close();
  }
}

async function isMissing(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => false, () => true);
}

function environment(ground: Ground): Record<string, string> {
  const deno = Deno.execPath();
  return {
    HOME: ground.dir,
    PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${
      deno.slice(0, deno.lastIndexOf("/"))
    }`,
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    ...socketVariable(ground.daemon),
  };
}
