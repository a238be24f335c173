/**
 * The world of a warm-up: a host and a daemon that are the same on every machine, instead of those that the process
 * has. Both keep nothing, so that the order of requests is no matter.
 *
 * @module
 */
import { answerTo } from "./daemon.ts";

const CONFIG = `#lxops-v1
ostype: alpine
image: warm
filesystems:
  plain: {pattern: /warm/data/(instance), destroy: true}
devices:
  etc: {path: /etc/opt, filesystem: plain}
  home: {path: /home, filesystem: plain}
`;

const CLOUD_CONFIG = `#cloud-config
packages: [one, two]
write_files:
- {path: /etc/one.conf, content: "one\\n"}
- {path: /etc/two.conf, content: "two\\n", permissions: "0600"}
users:
- {name: anna, uid: 2001}
runcmd:
- echo 1 >>/etc/ran
`;

/** Texts of the host's files; others do not exist. */
const TEXTS: Readonly<Record<string, string>> = {
  "/warm/made.yaml": CONFIG,
  "/warm/one.yaml": CONFIG,
  "/warm/two.yaml": `${CONFIG}cloud-config-files: [two.cfg]\n`,
  "/warm/two.cfg": CLOUD_CONFIG,
  "/etc/subuid": "root:1000000:1000000000\n",
  "/etc/subgid": "root:1000000:1000000000\n",
};

/** Directories of data: that of all instances, and those of the instance that exists. */
const DATA = ["/warm/data", "/warm/data/made", "/warm/data/made/etc", "/warm/data/made/home"] as const;

/** Output of `cat` for the files below /proc that tell runs from each other. */
const PROC = "warm\n00000000-0000-0000-0000-000000000000\n" +
  `2 (lxops) S ${"1 ".repeat(30)}\n1 (init) S ${"1 ".repeat(30)}\n`;

/** Directories with the programs that lxops runs, all of which exist. */
const PROGRAMS = /^(\/usr)?\/s?bin\/(?!zfs|zpool)/;

function infoOf(path: string): Deno.FileInfo {
  const isFile = path in TEXTS || PROGRAMS.test(path);
  const isDirectory = Object.keys(TEXTS).some((file) => file.startsWith(`${path}/`)) || path === "/" ||
    DATA.some((one) => one === path);
  if (!isFile && !isDirectory) throw new Deno.errors.NotFound(path);
  const mode = isFile ? 0o100755 : 0o40755;
  const size = TEXTS[path]?.length ?? 0;
  return { isFile, isDirectory, isSymlink: false, mode, size, uid: 0, gid: 0, dev: 1 } as Deno.FileInfo;
}

function bytesOf(path: string): Uint8Array<ArrayBuffer> {
  infoOf(path);
  return new TextEncoder().encode(TEXTS[path]);
}

/** A program that does nothing and succeeds. */
class Command {
  readonly #program: string;
  constructor(program: string) {
    this.#program = program;
  }
  spawn() {
    const text = this.#program.endsWith("/cat") ? PROC : "";
    const none = () => new Response("").body!;
    return {
      stdin: new WritableStream(),
      stdout: new Response(text).body!,
      stderr: none(),
      status: Promise.resolve({ success: true, code: 0, signal: null }),
    };
  }
}

/** Members of Deno in this world. */
const HOST = {
  uid: () => 0,
  gid: () => 0,
  cwd: () => "/warm",
  stat: later(infoOf),
  lstat: later(infoOf),
  statSync: infoOf,
  readFile: later(bytesOf),
  readTextFile: later((path) => new TextDecoder().decode(bytesOf(path))),
  realPath: later((path) => path),
  realPathSync: (path: string) => path,
  open: later((path) => Promise.reject(new Deno.errors.NotFound(path))),
  readDir: () => [],
  createHttpClient: () => ({ close() {} }),
  connect: () => Promise.resolve({ close() {} }),
  Command,
} as const;

function later<T>(find: (path: string) => T): (path: string) => Promise<T> {
  return async (path) => find(await Promise.resolve(path));
}

/** Puts the process into this world. */
export function enterWorld(): void {
  Object.assign(Deno, HOST);
  const silent = { writeSync: (bytes: Uint8Array) => bytes.length, isTerminal: () => false };
  Object.assign(Deno.stdout, silent);
  Object.assign(Deno.stderr, silent);
  globalThis.fetch = async (input, init) => {
    const request = init as { readonly method?: string; readonly body?: BodyInit };
    const body = await new Response(request.body ?? null).text();
    return answerTo(request.method ?? "GET", new URL(String(input)), body);
  };
}
