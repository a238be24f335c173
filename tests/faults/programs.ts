/**
 * Replaces the programs that lxops runs on the host, in the directory that it searches first, and stops before and
 * after each one that changes something.
 *
 * @module
 */
import type { AtPoint, Counter } from "./points.ts";

/** Programs that change something, each with a bash pattern that matches its command lines that only read. */
const PROGRAMS: Readonly<Record<string, string>> = {
  zfs: "list*|get*|send*|*-\\?*|snapshot|receive|''",
  rsync: "--version*|--help*",
  install: "--version*",
  mkdir: "--version*",
  chown: "--version*",
  chmod: "--version*",
  mv: "--version*",
  rm: "--version*",
  tar: "--list*|--version*|--help*",
  cp: "--version*",
  setfattr: "--version*",
  find: "!(*-delete*)",
};

/** A gate in front of the programs. */
export interface Gate {
  /** The directory with the programs. */
  readonly dir: string;
  readonly port: number;
  close(): void;
}

/** Writes the replacements into a directory and answers their questions. */
export async function startGate(dir: string, counter: Counter, atPoint: AtPoint): Promise<Gate> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  await Deno.mkdir(dir, { recursive: true });
  for (const [name, looks] of Object.entries(PROGRAMS)) {
    const path = await realPath(name);
    if (!path) continue;
    await Deno.writeTextFile(`${dir}/${name}`, script(name, path, looks, port), { mode: 0o755 });
  }
  (async () => {
    for await (const client of listener) answer(client, counter, atPoint).catch(() => {});
  })().catch(() => {});
  return { dir, port, close: () => listener.close() };
}

async function realPath(name: string): Promise<string | undefined> {
  for (const dir of ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]) {
    if (await Deno.stat(`${dir}/${name}`).then(() => true, () => false)) return `${dir}/${name}`;
  }
  return undefined;
}

/**
 * Returns the replacement of a program, as a bash script. If the gate lets a call through, it runs the real program
 * with the call's input and output, and reports its exit code to the gate.
 */
function script(name: string, path: string, looks: string, port: number): string {
  return `#!/bin/bash
shopt -s extglob
case $* in
${looks}) exec ${path} "$@" ;;
esac
words=$*
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 97
printf 'before %s %s\\n' ${name} "\${words//$'\\n'/ }" >&3
read -r -u 3 verdict || exit 98
[ "$verdict" = go ] || { echo "fault of a test" >&2; exit 1; }
${path} "$@" 3>&- <&0 &
child=$!
trap 'kill $child' TERM
wait $child
code=$?
[ $code -le 128 ] || { wait $child; code=$?; }
side=after
[ $code = 0 ] || side=failed
printf '%s %s %s\\n' $side ${name} "\${words//$'\\n'/ }" >&3
read -r -u 3 verdict || exit 98
exit $code
`;
}

async function answer(client: Deno.Conn, counter: Counter, atPoint: AtPoint): Promise<void> {
  try {
    const part = new Uint8Array(64 * 1024);
    let line = "";
    for (let length = await client.read(part); length !== null; length = await client.read(part)) {
      line += new TextDecoder().decode(part.subarray(0, length));
      if (!line.endsWith("\n")) continue;
      const [, side, what = ""] = /^(before|after|failed) (.*)\n$/s.exec(line)!;
      line = "";
      if (side === "failed") counter.failed(what);
      const verdict = side === "failed"
        ? "go"
        : await atPoint(counter.point(side as "before" | "after", "program", what));
      await client.write(new TextEncoder().encode(`${verdict}\n`));
    }
  } finally {
    client.close();
  }
}
