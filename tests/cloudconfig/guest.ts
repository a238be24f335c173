/**
 * Places to run generated scripts in, for real: a tiny system of busybox with stand-ins for what Debian's
 * busybox lacks, and this machine's own system with a layer over it that catches all writes.
 *
 * @module
 */
import { batch, type BatchOptions } from "../../lib/cloudconfig/batch.ts";
import { compile, type Order } from "../../lib/cloudconfig/compile.ts";
import type { Item } from "../../lib/cloudconfig/item.ts";
import { pending } from "../../lib/cloudconfig/journal.ts";
import { osType } from "../../lib/cloudconfig/ostype.ts";
import { type BatchEvent, batchReader } from "../../lib/cloudconfig/reader.ts";
import { parseCloudConfig } from "../../lib/cloudconfig/schema.ts";

/** The shells that a script has to run in. */
export const SHELLS = ["dash", "busybox", "bash"] as const;

/** One of the shells. */
export type Shell = typeof SHELLS[number];

/** What a batch did in a guest. */
export interface Outcome {
  readonly code: number;
  readonly events: readonly BatchEvent[];
  /** Titles of the items that ran, without the name of the file. */
  readonly ran: readonly string[];
  readonly output: string;
}

const ACCOUNTS = `#!/bin/sh
# Stands in for busybox' adduser and addgroup, in their order of arguments.
next() { n=1000; while cut -d: -f3 "$1" | grep -qx "$n"; do n=$((n + 1)); done; echo "$n"; }
me=$(basename "$0") uid= gid= home= shell=/bin/sh gecos='Linux User,,,' group= make=y
while getopts DSHu:g:h:s:G: option; do
  case $option in u) uid=$OPTARG ;; g) gecos=$OPTARG gid=$OPTARG ;; h) home=$OPTARG ;; s) shell=$OPTARG ;;
    G) group=$OPTARG ;; H) make= ;; [DS]) ;; *) exit 1 ;; esac
done
shift $((OPTIND - 1))
if [ $# = 2 ]; then
  grep -q "^$1:" /etc/passwd && grep -q "^$2:" /etc/group || { echo "$me: unknown $*" >&2; exit 1; }
  sed -i "s/^\\($2:.*:[^:]\\{1,\\}\\)$/\\1,$1/; s/^\\($2:.*:\\)$/\\1$1/" /etc/group
elif [ "$me" = addgroup ]; then
  if cut -d: -f3 /etc/group | grep -qx "$gid"; then gid=; fi
  ! grep -q "^$1:" /etc/group || { echo "addgroup: group '$1' in use" >&2; exit 1; }
  echo "$1:x:\${gid:-$(next /etc/group)}:" >>/etc/group
else
  ! grep -q "^$1:" /etc/passwd || { echo "adduser: user '$1' in use" >&2; exit 1; }
  : "\${uid:=$(next /etc/passwd)}" "\${home:=/home/$1}"
  if [ -z "$group" ]; then group=$1; addgroup -g "$uid" "$1" || exit; fi
  gid=$(grep "^$group:" /etc/group | cut -d: -f3)
  [ -n "$gid" ] || { echo "adduser: unknown group $group" >&2; exit 1; }
  echo "$1:x:$uid:$gid:$gecos:$home:$shell" >>/etc/passwd
  echo "$1:!:19000:0:99999:7:::" >>/etc/shadow
  [ -z "$make" ] || { mkdir -p "$home" && chown "$uid:$gid" "$home"; }
fi
`;

const CHPASSWD = `#!/bin/sh
while IFS=: read -r user password; do
  grep -q "^$user:" /etc/shadow || { echo "chpasswd: unknown user $user" >&2; exit 1; }
  [ "$1" = -e ] || password=$(printf %s "$password" | mkpasswd -s -m sha512)
  P=$password awk -F: -v OFS=: -v u="$user" '$1 == u { $2 = ENVIRON["P"] } { print }' /etc/shadow >/etc/shadow-
  cat /etc/shadow- >/etc/shadow
done
`;

/** Records its arguments; fails for packages whose name starts with `no-such-`. */
const RECORDER = `#!/bin/sh
echo "$(basename "$0") $*" >>/var/log/calls
case " $*" in *" no-such-"*) echo "no such package" >&2; exit 1 ;; esac
`;

const TINY = `set -e
mkdir -p bin sbin usr/bin usr/sbin etc dev tmp root home var/log var/lib run
cp /usr/bin/busybox bin/busybox
chroot . /bin/busybox --install -s /bin
rm -f bin/dpkg bin/rpm
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/urandom c 1 9
printf 'root:x:0:0:root:/root:/bin/sh\\n' >etc/passwd
printf 'root:*:19000:0:99999:7:::\\n' >etc/shadow
printf 'root:x:0:\\nadm:x:4:\\nwheel:x:10:\\nusers:x:100:\\n' >etc/group
chmod 640 etc/shadow; chmod 1777 tmp; chmod 700 root
for shell in dash bash; do
  for file in $(ldd "$(command -v $shell)" | grep -o '/[^ ]*'); do
    mkdir -p ".\${file%/*}"; cp -L "$file" ".$file"
  done
  cp "$(command -v $shell)" bin/$shell
done`;

/**
 * Guests share nothing with this machine that a script under test could change: a busybox shell runs its own
 * `hostname` and `poweroff` whatever is on its path.
 */
const ALONE = ["unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"] as const;

/** A system that a test may do anything to; it is gone when the test ends. */
export class Guest implements AsyncDisposable {
  readonly directory: string;
  readonly #enter: readonly string[];
  readonly #shell: string;
  readonly #keeper: Deno.ChildProcess | undefined;

  constructor(
    directory: string,
    enter: readonly string[],
    shell: string,
    keeper?: Deno.ChildProcess,
  ) {
    this.directory = directory;
    this.#enter = enter;
    this.#shell = shell;
    this.#keeper = keeper;
  }

  /** A system of busybox, its `/bin/sh` one of the three shells. */
  static async tiny(shell: Shell = "busybox"): Promise<Guest> {
    const directory = await Deno.makeTempDir({ prefix: "lxops-guest-" });
    const { code, stderr } = await new Deno.Command("sh", { args: ["-c", TINY], cwd: directory }).output();
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
    for (
      const [path, text] of Object.entries({ adduser: ACCOUNTS, addgroup: ACCOUNTS, chpasswd: CHPASSWD })
    ) {
      await Deno.writeTextFile(`${directory}/usr/sbin/${path}`, text, { mode: 0o755 });
    }
    for (const name of ["apk", "apt-get", "opkg"]) {
      await Deno.writeTextFile(`${directory}/usr/sbin/${name}`, RECORDER, { mode: 0o755 });
    }
    if (shell !== "busybox") {
      await Deno.remove(`${directory}/bin/sh`);
      await Deno.symlink(shell, `${directory}/bin/sh`);
    }
    return new Guest(directory, [...ALONE, "chroot", directory], "/bin/sh");
  }

  /** This machine's own system, with a layer over it in memory. */
  static async debian(): Promise<Guest> {
    const directory = await Deno.makeTempDir({ prefix: "lxops-guest-" });
    const mounts = `mount -t tmpfs tmpfs ${directory} && cd ${directory} && mkdir upper work root &&
      mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root &&
      mount -t tmpfs tmpfs root/dev && mknod -m 666 root/dev/null c 1 3 && mknod -m 666 root/dev/urandom c 1 9 &&
      ln -s /proc/self/fd root/dev/fd && mount -t proc proc root/proc &&
      mount -t proc proc /proc && echo ready && exec cat`;
    const [program, ...options] = ALONE;
    const keeper = new Deno.Command(program, {
      args: [...options, "sh", "-c", mounts],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = keeper.stdout.getReader();
    const ready = await reader.read();
    reader.releaseLock();
    const inner = await new Deno.Command("pgrep", { args: ["-P", `${keeper.pid}`] }).output();
    const pid = new TextDecoder().decode(inner.stdout).trim();
    const enter = ["nsenter", "-m", "-u", "-i", "-p", "-t", pid, "chroot", `${directory}/root`];
    const guest = new Guest(directory, enter, "/bin/sh", keeper);
    if (ready.done) {
      await guest[Symbol.asyncDispose]();
      throw new Error("No layer can be mounted over this system");
    }
    return guest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#keeper) {
      await this.#keeper.stdin.close();
      await this.#keeper.stdout.cancel();
      await this.#keeper.status;
    }
    await Deno.remove(this.directory, { recursive: true });
  }

  /** Runs a program with text on its standard input. */
  async exec(
    argv: readonly string[],
    stdin = "",
  ): Promise<{ code: number; output: string; bytes: Uint8Array }> {
    const [program = "", ...args] = [...this.#enter, ...argv];
    const child = new Deno.Command(program, {
      args,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root" },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    // A program that ends without reading its input is not an error.
    const written = writer.write(new TextEncoder().encode(stdin)).then(() => writer.close()).catch(() => {});
    const { code, stdout, stderr } = await child.output();
    await written;
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, output: decode(stdout) + decode(stderr), bytes: stdout };
  }

  /** What a shell command prints, without the last newline. */
  async sh(command: string): Promise<string> {
    return (await this.exec([this.#shell, "-c", command])).output.trimEnd();
  }

  /** The bytes of a file. */
  async read(path: string): Promise<Uint8Array> {
    const { code, bytes, output } = await this.exec(["cat", path]);
    if (code !== 0) throw new Error(output);
    return bytes;
  }

  /** The text of a file. */
  async text(path: string): Promise<string> {
    return new TextDecoder().decode(await this.read(path));
  }

  /** Mode, owner and group of a file, as `644 root root`. */
  async stat(path: string): Promise<string> {
    return await this.sh(`stat -c '%a %U %G' '${path}'`);
  }

  /** Runs a script of a batch, whole or in part. */
  async script(stdin: string): Promise<{ code: number; output: string }> {
    return await this.exec([this.#shell, "-s"], stdin);
  }

  /** Applies items and follows the output as lxops does. */
  async run(items: readonly Item[], options: BatchOptions = {}): Promise<Outcome> {
    const made = batch({ project: "default", name: "guest" }, items, options);
    const { code, output } = await this.script(made.stdin ?? "");
    const read = batchReader(made);
    const lines = output.endsWith("\n") ? output.slice(0, -1).split("\n") : output.split("\n");
    const events = lines.flatMap((line) => read(line, "stdout"));
    const title = (item: number) => items[item]?.title.replace(/ \([^)]*\)$/, "") ?? "";
    return {
      code,
      events,
      ran: events.flatMap((event) => event.kind === "start" ? [title(event.item)] : []),
      output: events.flatMap((event) => event.kind === "output" ? [event.line] : []).join("\n"),
    };
  }

  /** Applies a file; items that the journal has are left out, as `configure` does. */
  async configure(text: string, os = "debian", order: Order = "lxops"): Promise<Outcome> {
    const journal = await this.sh("cat /var/lib/lxops/journal 2>/dev/null");
    return await this.run(pending(itemsOf(text, os, order), journal));
  }
}

/** The items of one file's text, whose first line may be left out. */
export function itemsOf(text: string, os = "debian", order: Order = "lxops"): readonly Item[] {
  const system = osType(os);
  if (!system) throw new Error(`Unknown system ${os}`);
  const whole = text.startsWith("#cloud-config") ? text : `#cloud-config\n${text}`;
  return compile([parseCloudConfig("/configs/test.cfg", whole).cloudConfig], system, { order });
}

/** Whether guests can be made here: root, namespaces, a layer over this system, and the shells. */
function possible(): boolean {
  const test = "mount -t tmpfs tmpfs /mnt && cd /mnt && mkdir a b c && " +
    "mount -t overlay overlay -o lowerdir=/,upperdir=a,workdir=b c && busybox true && bash -c dash";
  const [program, ...args] = ALONE;
  try {
    const command = new Deno.Command(program, { args: [...args, "sh", "-c", test], stdin: "null" });
    return Deno.uid() === 0 && command.outputSync().success;
  } catch {
    return false;
  }
}

/** Guests need what only root may do, and not everywhere; their tests are left out where they cannot be made. */
export const needsRoot = { ignore: !possible() } as const;
