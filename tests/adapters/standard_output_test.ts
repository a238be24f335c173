import { assertEquals } from "@std/assert";

/**
 * Runs a program whose stdout or stderr is full at once and does not block, reads it slowly, and prints what arrived:
 * the length, and whether it is what was written.
 */
const READER = `
import fcntl, os, pty, socket, subprocess, sys, time, tty
kind, stream, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
if kind == "pipe":
    reading, writing = os.pipe()
elif kind == "terminal":
    reading, writing = pty.openpty()
    tty.setraw(writing)
else:
    a, b = socket.socketpair()
    reading, writing = a.detach(), b.detach()
fcntl.fcntl(writing, fcntl.F_SETFL, fcntl.fcntl(writing, fcntl.F_GETFL) | os.O_NONBLOCK)
child = subprocess.Popen(sys.argv[4:], stdin=subprocess.DEVNULL, **{stream: writing})
# The terminal stays open here until all is read: what a closed one still holds is lost.
if kind != "terminal":
    os.close(writing)
time.sleep(0.3)
got = bytearray()
while len(got) < size:
    piece = os.read(reading, 16384)
    if not piece:
        break
    got += piece
    if len(got) % 5 == 0:
        time.sleep(0.001)
time.sleep(0.05)
os.set_blocking(reading, False)
try:
    got += os.read(reading, 16384)
except OSError:
    pass
expected = b"".join(b"%d %s\\n" % (i, b"x" * (i * i % 3001)) for i in range(size // 1000 + 9))[:size]
print(len(got), got == expected, child.wait(10))
`;

const MODULE = new URL("../../lib/adapters/standard_output.ts", import.meta.url).href;

/** Runs a program that writes `size` bytes by a function of the module. */
async function written(kind: string, stream: string, call: string, size: number): Promise<string> {
  const source = `const { ${call} } = await import("${MODULE}");
    let text = "";
    for (let i = 0; text.length < ${size}; i++) text += i + " " + "x".repeat(i * i % 3001) + "\\n";
    const bytes = new TextEncoder().encode(text.slice(0, ${size}));
    for (let at = 0; at < ${size}; at += 50000) await ${call}(bytes.subarray(at, at + 50000));`;
  const program = [Deno.execPath(), "eval", "--no-check", source];
  const { stdout, stderr } = await new Deno.Command("timeout", {
    args: ["60", "python3", "-c", READER, kind, stream, String(size), ...program],
    stdin: "null",
  }).output();
  return `${new TextDecoder().decode(stdout)}${new TextDecoder().decode(stderr)}`.trim();
}

for (const kind of ["pipe", "terminal", "socket"]) {
  Deno.test(`nothing is lost or written twice where a ${kind} does not block`, async () => {
    // Bytes go to the stderr of a terminal one by one.
    const [many, few] = kind === "terminal" ? [400_000, 100_000] : [4_000_000, 4_000_000];
    const results = await Promise.all([
      written(kind, "stdout", "writeStdout", many),
      written(kind, "stdout", "passToStdout", many),
      written(kind, "stderr", "writeStderr", few),
    ]);
    assertEquals(results, [`${many} True 0`, `${many} True 0`, `${few} True 0`]);
  });
}
