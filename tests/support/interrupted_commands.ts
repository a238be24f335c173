/**
 * Command lines that wait for something that never comes: for a daemon that accepts and does not answer, or for
 * standard input that never ends. Run as a program, it starts all of them in one process, sends that a signal, and
 * writes down how each of them ended.
 */
import { backend } from "../../backends/incus.ts";
import { main } from "../../main.ts";

/** The arguments behind a command's name; `undefined` where the command has nothing to wait for. */
export const ROWS: Readonly<Record<string, readonly string[] | undefined>> = {
  "plan": ["a.yaml"],
  "status": ["a.yaml"],
  "lost": ["a.yaml"],
  "up": ["a.yaml"],
  "launch": ["a.yaml"],
  "configure": ["a.yaml"],
  "rebuild": ["a.yaml"],
  "prune": ["a.yaml"],
  "down": ["a.yaml"],
  "ps": ["a"],
  "logs": ["a"],
  "start": ["a"],
  "stop": ["a"],
  "restart": ["a"],
  "kill": ["a"],
  "pause": ["a"],
  "unpause": ["a"],
  "exec": ["a", "true"],
  "shell": undefined,
  "create": ["tiny", "a"],
  "run": ["tiny", "true"],
  "ci gitlab config": ["-job", "/dev/stdin"],
  "ci gitlab prepare": ["-job", "job.json", "-file", "ci.yaml"],
  "ci gitlab run": ["-job", "job.json", "-file", "ci.yaml", "a.yaml", "build_script"],
  "ci garm": undefined,
  "ci falk prepare": ["-file", "ci.yaml", "tiny"],
  "ci falk launch": ["-file", "ci.yaml", "-port", "2222", "tiny"],
  "ci falk cleanup": ["-file", "ci.yaml"],
  "ci doctor": ["-file", "ci.yaml", "garm", "tiny"],
  "ci gitlab cleanup": ["-job", "job.json", "-file", "ci.yaml"],
  "pool create": ["-size=1", "p", "tiny"],
  "pool set": ["p", "size=1"],
  "pool list": [],
  "pool status": ["p"],
  "pool acquire": ["-wait=1m", "p"],
  "pool run": ["p", "true"],
  "pool renew": [`p-1.${"0".repeat(32)}`],
  "pool release": [`p-1.${"0".repeat(32)}`],
  "pool tend": ["p"],
  "pool enable": ["p"],
  "pool disable": ["p"],
  "pool drain": ["p"],
  "pool reset": ["p"],
  "pool destroy": ["p"],
  "pool warm": ["p-1"],
  "pool retire": ["p-1"],
  "pool forget": ["p-1"],
  "pool mark": ["p-1"],
  "top": ["a"],
  "cp": ["a:/etc/motd", "out/"],
  "migrate check": ["a.yaml"],
  "check": ["a.yaml"],
  "delete": ["a.yaml"],
  "destroy": ["a.yaml"],
  "create-devices": ["a.yaml"],
  "extract": ["a.yaml"],
  "create-profile": ["a.yaml"],
  "rename": ["a.yaml", "b"],
  "snapshot": ["-s", "one", "a.yaml"],
  "rollback": ["-s", "one", "a.yaml"],
  "export": ["-d", "out", "a.yaml"],
  "import": ["-d", "out", "/dev/stdin"],
  "copy-filesystems": ["-from-host", "h", "/dev/stdin"],
  "config parse": ["/dev/stdin"],
  "config print": ["/dev/stdin"],
  "config explain": ["/dev/stdin"],
  "config includes": ["/dev/stdin"],
  "config properties": ["/dev/stdin"],
  "config cloud-config": ["/dev/stdin"],
  "config packages": ["/dev/stdin"],
  "init": ["-from", "a", "out"],
  "adopt": ["a"],
  "rehearse rebuild": ["a.yaml"],
  "rehearse up": ["a.yaml"],
  "rehearse clean": ["a.yaml"],
  "config convert": undefined,
  "config formats": undefined,
  "config schema": undefined,
  "i verify": ["/dev/stdin"],
  "i description": ["/dev/stdin"],
  "i properties": ["/dev/stdin"],
  "i filesystems": ["/dev/stdin"],
  "i devices": ["/dev/stdin"],
  "i project": ["/dev/stdin"],
  "property list": ["-properties", "/dev/stdin"],
  "property get": ["-properties", "/dev/stdin", "k"],
  "property set": undefined,
  "property unset": undefined,
  "property file": undefined,
  "ostypes": undefined,
  "cloudconfig": ["-i", "a", "a.cfg"],
  "cloudconfig lint": ["/dev/stdin"],
  "cloudconfig plan": ["-ostype", "debian", "-"],
  "instance list": [],
  "instance exec": ["a", "true"],
  "instance shell": undefined,
  "instance wait": ["a"],
  "instance check": ["-tcp", "80", "a"],
  "instance stop": ["a"],
  "instance start": ["a"],
  "instance restart": ["a"],
  "instance set": ["a", "user.x=1"],
  "instance get": ["a"],
  "instance copy": ["a", "b"],
  "instance profiles": ["a"],
  "instance devices": ["a"],
  "instance hwaddr": [],
  "instance info": ["a"],
  "instance logs": ["a"],
  "instance addresses": [],
  "instance number": undefined,
  "instance idmap": ["a"],
  "instance content": ["a", "/etc"],
  "instance compare-ids": ["a", "b"],
  "instance keep": ["-store", "/d/k", "a", "machine-id"],
  "instance cloudconfig": ["-i", "a", "a.cfg"],
  "file push": ["-", "a/b"],
  "file pull": ["a/b"],
  "image build": ["a.yaml"],
  "image update": [],
  "image shell": ["a", "true"],
  "image list": [],
  "image instances": [],
  "image copy": ["-from-project=web", "a"],
  "image delete": ["a"],
  "image show": ["a"],
  "image history": ["a"],
  "image rollback": ["a"],
  "image diff": ["a"],
  "image prune": [],
  "image export": ["a", "out/image"],
  "image import": undefined,
  "image alias list": [],
  "image alias create": ["a", "b"],
  "image alias delete": ["a"],
  "image alias rename": ["a", "b"],
  // It begins with a change, which it then undoes; the daemon has 30 s to end its own work.
  "volume export": undefined,
  "volume import": ["default/v", "a.yaml"],
  "publish": ["a"],
  "profile list": ["/dev/stdin"],
  "profile diff": ["a.yaml"],
  "profile apply": ["a.yaml"],
  "profile reorder": ["a.yaml"],
  "profile exists": ["p"],
  "profile export": ["-d", "out", "p"],
  "profile import": ["/dev/stdin"],
  "project list": [],
  "remote add": undefined,
  "remote list": undefined,
  "remote remove": undefined,
  // Others than root are refused at once.
  "shiftids": Deno.uid() === 0 ? ["out"] : undefined,
  "doctor": [],
  "query": ["/1.0/instances"],
  "help": undefined,
  "completion": undefined,
  "version": undefined,
};

/** The end of a command. */
export interface Ended {
  readonly code: number;
  /** Milliseconds since the signal, less the delay of all timers on a busy machine; below 0 where it ended earlier. */
  readonly ms: number;
}

/** The time limit of a command without changes, so that a delay affects both timers. */
const CONTROL_MS = 300;

async function runAll(signal: Deno.Signal, file: string): Promise<void> {
  let sent = Infinity;
  const running = Object.entries(ROWS).flatMap(([name, args]) => {
    if (args === undefined) return [];
    const ended = main(backend, [...name.split(" "), ...args]).then((code): [string, Ended] => [
      name,
      { code, ms: sent === Infinity ? -1 : performance.now() - sent },
    ]);
    return [ended];
  });
  await new Promise((resolve) => setTimeout(resolve, 4000));
  sent = performance.now();
  Deno.kill(Deno.pid, signal);
  const due = sent + CONTROL_MS;
  const lag = new Promise<number>((resolve) =>
    setTimeout(() => resolve(Math.max(0, performance.now() - due)), CONTROL_MS)
  );
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 12_000));
  const ends = await Promise.all(running.map((one) => Promise.race([one, late])));
  const held = await lag;
  const measured = ends.filter((one) => one !== undefined)
    .map(([name, { code, ms }]) => [name, { code, ms: ms < 0 ? ms : Math.max(0, ms - held) }]);
  await Deno.writeTextFile(file, JSON.stringify(Object.fromEntries(measured)));
}

if (import.meta.main) {
  const [signal, file] = Deno.args as [Deno.Signal, string];
  await runAll(signal, file);
  Deno.exit(0);
}
