import { assert, assertEquals, assertMatch } from "@std/assert";
import { CommandError, InterruptedError, ServerError } from "../../../../lib/base/errors.ts";
import type { Call } from "../../../../lib/ports/dial.ts";
import type { Exec, OnBytes } from "../../../../lib/ports/mod.ts";
import { runCheck } from "../../../../lib/run/perform/checks/check.ts";
import type { CheckPorts } from "../../../../lib/run/perform/checks/check_attempt.ts";
import { HTTP, statusIn, TCP } from "../../../../lib/run/perform/checks/check_scripts.ts";
import type { Check, Probe } from "../../../../lib/step/check.ts";

const EXEC: Probe = { kind: "exec", argv: ["/bin/ready"] };
const HTTP_80: Probe = { kind: "http", port: 80, path: "/x" };
const TCP_80: Probe = { kind: "tcp", port: 80 };

function checkOf(probe: Probe, more: Partial<Check> = {}): Check {
  const times = { interval: 0, timeout: 5, retries: 3, startPeriod: 0, startInterval: 0 };
  const location = { file: "a.yaml", line: 7, column: 3 };
  return { instance: { project: "", name: "a" }, label: "web", probe, ...times, location, ...more };
}

interface Setup {
  /** The exit codes of programs in the instance, one after the other, and the last again and again. */
  readonly codes?: readonly number[];
  readonly prints?: string;
  readonly pipe?: (exec: Exec, onBytes: OnBytes, signal: AbortSignal) => Promise<number>;
  readonly dial?: (call: Call) => number | undefined;
  /** Connections that the daemon makes. */
  readonly forward?: (call: Call) => number | undefined;
  readonly status?: string;
  /** Statuses that looks get, one after the other, and the last again and again; empty: the daemon fails. */
  readonly statuses?: readonly string[];
  readonly address?: string;
  readonly signal?: AbortSignal;
}

async function checked(check: Check, setup: Setup = {}) {
  const programs: string[] = [];
  const calls: Call[] = [];
  const said: string[] = [];
  let looks = 0;
  const { codes = [0], dial, forward } = setup;
  const nic = { family: "inet", scope: "global", interface: "eth0", hostInterface: "veth1" } as const;
  const ports: CheckPorts = {
    server: {
      address: setup.address ?? "/run/incus.sock",
      instanceState: () => {
        const { statuses = [setup.status ?? "Running"] } = setup;
        const status = statuses[Math.min(looks++, statuses.length - 1)]!;
        if (status === "") return Promise.reject(new ServerError("Invalid PID", { status: 500 }));
        return Promise.resolve({
          status,
          addresses: [{ ...nic, address: "10.0.0.5" }, { ...nic, address: "fd00::5", family: "inet6" }],
        });
      },
      instance: () => Promise.resolve(undefined),
      get: () => Promise.resolve(undefined),
    },
    control: {
      pipe: setup.pipe ?? ((exec, onBytes) => {
        const code = codes[Math.min(programs.length, codes.length - 1)]!;
        programs.push(exec.argv.slice(0, 3).join(" "));
        if (setup.prints) onBytes(new TextEncoder().encode(setup.prints), "stdout");
        return Promise.resolve(code);
      }),
      ...(forward
        ? {
          forward: (_, call) => {
            calls.push(call);
            return new Promise((resolve) => resolve(forward(call)));
          },
        }
        : {}),
    },
    host: dial
      ? {
        dial: (call) => {
          calls.push(call);
          return new Promise((resolve) => resolve(dial(call)));
        },
      }
      : {},
  };
  const signal = setup.signal ?? new AbortController().signal;
  const error = await runCheck(check, ports, signal, (text) => said.push(text)).then(
    () => undefined,
    (error) => error,
  );
  return { programs, calls, said, error };
}

Deno.test("runCheck() tries again until an attempt succeeds", async () => {
  const { programs, said, error } = await checked(checkOf(EXEC), { codes: [1, 2, 0] });
  assertEquals([programs.length, error], [3, undefined]);
  assertEquals(said, ["attempt 1 of 3: exit code 1", "attempt 2 of 3: exit code 2"]);
});

Deno.test("runCheck() says which check failed, how often, what it saw, and what was printed last", async () => {
  const { programs, error } = await checked(checkOf(EXEC), { codes: [4], prints: "no\nconnection\n" });
  assertEquals(programs.length, 3);
  assert(error instanceof CommandError);
  assertEquals(error.message, '"web" (a.yaml:7) failed in instance "a" after 3 attempts: exit code 4');
  assertEquals([error.stderr, error.exitCode], ["no\nconnection", 5]);
});

Deno.test("runCheck() does not count failures in the start period", async () => {
  const check = checkOf(EXEC, { retries: 1, startPeriod: 60 });
  const { programs, error } = await checked(check, { codes: [1, 1, 1, 1, 0] });
  assertEquals([programs.length, error], [5, undefined]);
  const over = await checked({ ...check, startPeriod: 0.05, startInterval: 0.02 }, { codes: [1] });
  assert(over.error instanceof CommandError);
  assert(over.programs.length > 1 && over.programs.length < 6, `${over.programs.length}`);
});

Deno.test("runCheck() ends after its time limit, whatever number of attempts is left", async () => {
  const { error, programs } = await checked(checkOf(EXEC, { within: 0.05, retries: 100_000 }), {
    codes: [1],
  });
  assert(error instanceof CommandError);
  assert(programs.length < 1000, `${programs.length} attempts`);
});

Deno.test("runCheck() ends an attempt with its time limit, and shows what was printed by then", async () => {
  const pipe: Setup["pipe"] = (_exec, onBytes, signal) => {
    onBytes(new TextEncoder().encode("waiting\n".repeat(100_000)), "stdout");
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const { error } = await checked(checkOf(EXEC, { timeout: 0.05, retries: 2 }), { pipe });
  assertEquals(
    error.message,
    '"web" (a.yaml:7) failed in instance "a" after 2 attempts: no result within 0.05 s',
  );
  assertEquals(error.stderr.split("\n").length, 20);
});

Deno.test("runCheck() tries the addresses of the instance before it looks into it", async () => {
  const good = await checked(checkOf(HTTP_80), { dial: () => 302 });
  assertEquals(good.calls, [{ address: "10.0.0.5", port: 80, path: "/x" }]);
  assertEquals([good.programs, good.error], [[], undefined]);
  const second = await checked(checkOf(TCP_80), {
    dial: ({ address }) => {
      if (address === "10.0.0.5") throw new Error("Connection refused (os error 111)");
      return undefined;
    },
  });
  assertEquals([second.calls.length, second.programs, second.error], [2, [], undefined]);
});

Deno.test("runCheck() takes a wrong status for an answer, and expects the one of the configuration", async () => {
  const wrong = await checked(checkOf(HTTP_80, { retries: 1 }), { dial: () => 503 });
  assertEquals(wrong.programs, []);
  assertMatch(wrong.error.message, /after 1 attempt: \[fd00::5\]:80\/x: status 503, expected 200 to 399$/);
  const status = { ...HTTP_80, status: 503 } as const;
  assertEquals((await checked(checkOf(status), { dial: () => 503 })).error, undefined);
});

Deno.test("runCheck() looks into the instance where its addresses answer nothing, or cannot be reached", async () => {
  const dial = () => {
    throw new Error("Connection refused (os error 111)");
  };
  const inside = await checked(checkOf(TCP_80), { dial });
  assertEquals(inside.programs, [`/bin/sh -c ${TCP}`]);
  const neither = await checked(checkOf(TCP_80, { retries: 1 }), { dial, codes: [1] });
  assertMatch(
    neither.error.message,
    /\[fd00::5\]:80: Connection refused; in the instance: nothing listens on port 80$/,
  );
  const remote = await checked(checkOf(HTTP_80), {
    dial,
    address: "https://other:8443",
    prints: "HTTP/1.1 204 No Content\r\n",
  });
  assertEquals([remote.calls, remote.error], [[], undefined]);
  const none = await checked(checkOf(HTTP_80, { retries: 1 }), { codes: [127] });
  assertMatch(none.error.message, /: there is no program to look with /);
});

Deno.test("runCheck() tries again where the daemon refuses, and ends where the instance has stopped", async () => {
  const pipe: Setup["pipe"] = () => Promise.reject(new ServerError("VM agent isn't currently running"));
  const refused = await checked(checkOf(EXEC), { pipe });
  assertMatch(refused.error.message, /after 3 attempts: VM agent isn't currently running$/);
  const stopped = await checked(checkOf(EXEC), { codes: [1], status: "Stopped" });
  assertMatch(stopped.error.message, /after 1 attempt: it has stopped$/);
});

Deno.test("runCheck() ends at once when it is interrupted in a pause", async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(new InterruptedError("Interrupted")), 50);
  const start = performance.now();
  const { error } = await checked(checkOf(EXEC, { interval: 60 }), { codes: [1], signal: abort.signal });
  assert(error instanceof InterruptedError);
  assert(performance.now() - start < 10_000);
});

Deno.test("the scripts for instances find a port that listens, and a server's status, on this machine", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) => new Response("x", { status: new URL(url).pathname === "/x" ? 203 : 404 }),
  );
  const run = async (script: string, ...args: readonly string[]) => {
    const { code, stdout } = await new Deno.Command("/bin/sh", {
      args: ["-c", script, "lxops", ...args],
      stdin: "null",
    }).output();
    return { code, output: new TextDecoder().decode(stdout) };
  };
  const port = `${server.addr.port}`;
  try {
    assertEquals((await run(TCP, port)).code, 0);
    // Every way that this machine has programs for.
    for (const absent of ["", "curl", "curl python3", "curl python3 bash"]) {
      const hides = absent.split(" ").map((one) => `[ "$1" = "${one}" ] && return 1; `).join("");
      const script = HTTP.replace("has() { ", `has() { ${absent === "" ? "" : hides}`);
      const found = await run(script, port, "/x");
      if (found.code !== 127) assertEquals(statusIn(found.output), 203, `without ${absent}: ${found.output}`);
    }
    assertEquals(statusIn((await run(HTTP, port, "/y")).output), 404);
  } finally {
    await server.shutdown();
  }
  assertEquals((await run(TCP, port)).code, 1);
  assertEquals(statusIn((await run(HTTP, port, "/x")).output), undefined);
});

Deno.test("runCheck() goes through a daemon that connects to ports, also of another machine", async () => {
  const dial = () => {
    throw new Error("not from here");
  };
  const check = (probe: Probe, more: Partial<Check> = {}) =>
    checkOf(probe, { forwards: true, retries: 1, ...more });
  for (const address of ["/run/incus.sock", "https://there:8443"]) {
    const { calls, programs, error } = await checked(check(HTTP_80), { dial, address, forward: () => 204 });
    assertEquals([calls, programs, error], [[{ address: "10.0.0.5", port: 80, path: "/x" }], [], undefined]);
  }
  // Nothing listens at its addresses.
  const words =
    "Failed getting instance port forward connection: Failed to run forknet connect: exit status 1: Error: " +
    "dial tcp 10.0.0.5:80: connect: connection refused (POST /1.0/x, status 500)";
  const refused = ({ address }: Call) => {
    if (address !== "127.0.0.1") throw new ServerError(words, { status: 500 });
    return undefined;
  };
  const loopback = await checked(check(TCP_80), { dial, forward: refused });
  assertEquals(loopback.calls.map(({ address }) => address), ["10.0.0.5", "fd00::5", "127.0.0.1"]);
  assertEquals([loopback.programs, loopback.error], [[], undefined]);
  const nowhere = await checked(check(TCP_80), {
    codes: [1],
    forward: () => {
      throw new ServerError(words, { status: 500 });
    },
  });
  assertEquals(nowhere.programs.length, 1);
  assertMatch(
    nowhere.error.message,
    /: 127\.0\.0\.1:80: connection refused; in the instance: nothing listens/,
  );
  // An answer at its address is the answer, whatever its loopback interface says.
  const wrong = await checked(check(HTTP_80), {
    forward: ({ address }) => address.startsWith("127") ? 200 : 404,
  });
  assertMatch(wrong.error.message, /80\/x: status 404, expected 200 to 399$/);
  // Without the extension, it is not asked for.
  assertEquals((await checked(checkOf(TCP_80), { dial: () => undefined, forward: refused })).calls.length, 1);
});

Deno.test("a check ends soon after its instance has stopped, and not after its interval", async () => {
  const begin = performance.now();
  const { error, programs } = await checked(checkOf(EXEC, { interval: 60 }), {
    codes: [1],
    statuses: ["Running", "", "Stopped"],
  });
  assertMatch(error.message, /failed in instance "a" after 1 attempt: it has stopped/);
  assertEquals(programs.length, 1);
  assert(performance.now() - begin < 10_000);
});
