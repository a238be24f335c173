/**
 * The base of guests: namespaces of their own, so that they share nothing with this machine that a script
 * under test could change. A busybox shell runs its own `hostname` and `poweroff` whatever is on its path.
 *
 * @module
 */

/**
 * A system of busybox, whose shell runs programs of busybox' own before any others if it sees its processes; and
 * this machine's.
 */
export type Kind = "tiny" | "tiny-with-proc" | "debian";

/** Namespaces with a file system in memory. */
export interface Ground {
  /** Makes a system, and returns its root directory on the ground. */
  system(kind: Kind, shell?: string): Promise<string>;
  /** The command line that runs a program in a system. */
  enter(root: string, argv: readonly string[]): readonly string[];
  /** The path at which this machine sees a path of the ground. */
  outside(path: string): string;
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
mkdir -p bin sbin usr/bin usr/sbin etc dev tmp root home var/log var/lib run proc
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

/** Ends with this process, as the pipe to its standard input does. */
const GROUND = `mount -t tmpfs tmpfs /mnt && mount -t proc proc /proc && cd /mnt && mkdir dev probe u w &&
  mknod -m 666 dev/null c 1 3 && mknod -m 666 dev/urandom c 1 9 && ln -s /proc/self/fd dev/fd &&
  mount -t overlay overlay -o lowerdir=/,upperdir=u,workdir=w probe && busybox true && bash -c "dash -c :" &&
  echo ready && exec cat`;

/** The users of this machine are left out, as tests make users of their own. */
const DEBIAN = `mkdir -p "$1/u" "$1/w" "$1/root" && cd "$1" &&
  mount -t overlay overlay -o lowerdir=/,upperdir=u,workdir=w root &&
  mount --bind /mnt/dev root/dev && mount -t proc proc root/proc &&
  for file in passwd group; do awk -F: '$3 < 1000 || $3 >= 60000' /etc/$file >root/etc/$file || exit; done &&
  : >root/etc/subuid && : >root/etc/subgid`;

const TINY_LAYER = `mkdir -p "$1/u" "$1/w" "$1/root" && cd "$1" &&
  mount -t overlay overlay -o lowerdir=/mnt/tiny,upperdir=u,workdir=w root && ln -sf "$2" root/bin/sh &&
  if [ "$3" = proc ]; then mount -t proc proc root/proc; fi`;

/** Makes a ground; `undefined` where root, namespaces, layers or a shell are missing. */
export async function makeGround(): Promise<Ground | undefined> {
  if (Deno.uid() !== 0) return undefined;
  // Without "slave" it would hold copies of mounts of test beds, whose datasets could not be destroyed meanwhile.
  const keeper = new Deno.Command("unshare", {
    args: [
      "--mount",
      "--propagation",
      "slave",
      "--uts",
      "--ipc",
      "--pid",
      "--fork",
      "--kill-child",
      "sh",
      "-c",
      GROUND,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const { value } = await keeper.stdout.getReader().read();
  if (value === undefined) return undefined;
  const { stdout } = new Deno.Command("pgrep", { args: ["-P", `${keeper.pid}`] }).outputSync();
  const pid = new TextDecoder().decode(stdout).trim();
  const namespaces = ["nsenter", "-m", "-u", "-i", "-p", "-t", pid];
  const outside = (path: string) => `/proc/${pid}/root${path}`;
  const run = async (script: string, ...args: string[]) => {
    const [program = "", ...rest] = [...namespaces, "sh", "-c", script, "sh", ...args];
    const { code, stderr } = await new Deno.Command(program, { args: rest, stdin: "null" }).output();
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  };
  let made = 0;
  let tiny: Promise<void> | undefined;

  async function makeTiny(): Promise<void> {
    await run(`mkdir /mnt/tiny && cd /mnt/tiny && ${TINY}`);
    const programs = { adduser: ACCOUNTS, addgroup: ACCOUNTS, chpasswd: CHPASSWD };
    const recorders = Object.fromEntries(["apk", "apt-get", "opkg"].map((name) => [name, RECORDER]));
    for (const [name, text] of Object.entries({ ...programs, ...recorders })) {
      await Deno.writeTextFile(outside(`/mnt/tiny/usr/sbin/${name}`), text, { mode: 0o755 });
    }
  }

  return {
    async system(kind, shell = "busybox") {
      const directory = `/mnt/${++made}`;
      if (kind === "debian") await run(DEBIAN, directory);
      else {
        await (tiny ??= makeTiny());
        await run(TINY_LAYER, directory, shell, kind === "tiny" ? "" : "proc");
      }
      return `${directory}/root`;
    },
    enter: (root, argv) => [...namespaces, "chroot", root, ...argv],
    outside,
  };
}
