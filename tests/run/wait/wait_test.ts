import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  CommandError,
  InterruptedError,
  ServerError,
  StateError,
  TimeoutError,
} from "../../../lib/base/errors.ts";
import type { Address } from "../../../lib/ports/mod.ts";
import { waitFor, type WaitPorts } from "../../../lib/run/wait/wait.ts";
import type { Wait } from "../../../lib/step/step.ts";
import { memoryServer, type MemoryState } from "../../fakes/memory_server.ts";
import { worldOf } from "../../plan/world_spec.ts";

const REF = { project: "default", name: "a" };

function address(family: Address["family"], scope: Address["scope"]): Address {
  return { family, address: "x", scope, interface: "eth0", hostInterface: "veth1" };
}

const NOTHING: MemoryState = { status: "Running", addresses: [] };
const IPV4: MemoryState = { status: "Running", addresses: [address("inet", "global")] };
const IPV6: MemoryState = { status: "Running", addresses: [address("inet6", "global")] };
const LOCAL: MemoryState = {
  status: "Running",
  addresses: [address("inet", "local"), address("inet6", "link")],
};
const STOPPED: MemoryState = { status: "Stopped", addresses: [] };

type Answer = MemoryState | undefined | Promise<never>;

interface Setup extends Partial<Wait> {
  readonly exec?: WaitPorts["control"]["exec"];
  readonly signal?: AbortSignal;
  /** Is called when the daemon is asked. */
  readonly onAsked?: () => void;
}

/** Waits while the daemon gives these answers, the last one over and over; returns how often it was asked. */
async function waited(answers: readonly Answer[], setup: Setup = {}): Promise<number> {
  let asked = 0;
  const { exec = () => Promise.resolve(0), signal = new AbortController().signal, onAsked, ...wait } = setup;
  await waitFor({ instance: REF, until: ["network"], timeoutSeconds: 30, ...wait }, {
    server: {
      instanceState: () => {
        onAsked?.();
        return Promise.resolve(answers[Math.min(asked++, answers.length - 1)]);
      },
      instance: () => Promise.reject(new Error("the daemon says whose the address is")),
      get: () => Promise.reject(new Error("the daemon says whose the address is")),
    },
    control: { exec },
  }, signal);
  return asked;
}

/** A daemon that does not answer. */
function hanging(): Promise<never> {
  return new Promise(() => {});
}

const MET: readonly [Wait["until"][number], readonly MemoryState[], MemoryState][] = [
  ["network", [NOTHING, LOCAL], IPV4],
  ["network", [NOTHING, LOCAL], IPV6],
  ["ipv4", [NOTHING, LOCAL, IPV6], IPV4],
  ["ipv6", [NOTHING, LOCAL, IPV4], IPV6],
  ["stopped", [IPV4], STOPPED],
];

for (const [condition, before, last] of MET) {
  const what = last.addresses[0]?.family ?? last.status;
  Deno.test(`waitFor() waits until ${condition} is met: ${what}`, async () => {
    assertEquals(await waited([...before, last], { until: [condition] }), before.length + 1);
  });
}

Deno.test("waitFor() waits for all conditions", async () => {
  const both = { ...IPV4, addresses: [...IPV4.addresses, ...IPV6.addresses] };
  assertEquals(await waited([IPV4, IPV6, both], { until: ["ipv4", "ipv6"] }), 3);
});

Deno.test("waitFor() accepts any instance where there is no condition", async () => {
  assertEquals(await waited([NOTHING], { until: [] }), 1);
});

Deno.test("waitFor() tries to run a program, and not before all else holds", async () => {
  const codes = [1, 0];
  const argvs: string[] = [];
  const asked = await waited([NOTHING, IPV4], {
    until: ["exec", "network"],
    exec: ({ argv }) => {
      argvs.push(argv.join(" "));
      return Promise.resolve(codes.shift()!);
    },
  });
  assertEquals([asked, argvs], [3, ["/bin/sh -c :", "/bin/sh -c :"]]);
});

Deno.test("waitFor() tries again while the agent of a virtual machine does not answer", async () => {
  let tries = 0;
  await waited([IPV4], {
    until: ["exec"],
    exec: () =>
      ++tries < 3 ? Promise.reject(new ServerError("VM agent isn't currently running")) : Promise.resolve(0),
  });
  assertEquals(tries, 3);
});

Deno.test("waitFor() gives up at once where there is no shell", async () => {
  const exec = () => Promise.resolve(127);
  const error = await assertRejects(
    () => waited([IPV4], { until: ["exec"], exec }),
    CommandError,
    "no /bin/sh",
  );
  assertEquals([error.code, error.argv], [127, ["/bin/sh", "-c", ":"]]);
});

Deno.test("waitFor() gives up at once when the instance is gone", async () => {
  await assertRejects(() => waited([NOTHING, undefined]), StateError, 'There is no instance "a"');
});

Deno.test("waitFor() gives up at once when the instance has stopped", async () => {
  await assertRejects(() => waited([NOTHING, STOPPED]), StateError, "has stopped while it was waited for");
});

const LATE: readonly [Wait["until"][number], MemoryState, string][] = [
  ["network", NOTHING, 'Instance "a" has no address'],
  ["ipv4", IPV6, 'Instance "a" has no IPv4 address'],
  ["ipv6", IPV4, 'Instance "a" has no IPv6 address'],
  ["stopped", NOTHING, 'Instance "a" has not stopped'],
];

for (const [condition, state, message] of LATE) {
  Deno.test(`waitFor() names the condition that was not met: ${condition}`, async () => {
    const error = await assertRejects(
      () => waited([state], { until: [condition], timeoutSeconds: 0 }),
      TimeoutError,
    );
    assertEquals(error.message, message);
    assert(error.advice.join().includes("--timeout"));
  });
}

Deno.test("waitFor() looks once, however short the time is", async () => {
  assertEquals(await waited([IPV4], { timeoutSeconds: 0 }), 1);
});

Deno.test("waitFor() tells why no program runs when the time is over", async () => {
  const exec = () => Promise.reject(new ServerError("Instance is frozen"));
  await assertRejects(
    () => waited([IPV4], { until: ["exec"], timeoutSeconds: 0, exec }),
    TimeoutError,
    'Instance "a" runs no programs: Instance is frozen',
  );
});

Deno.test("waitFor() ends in time where the daemon does not answer", async () => {
  await assertRejects(
    () => waited([NOTHING, hanging()], { timeoutSeconds: 0.01 }),
    TimeoutError,
    'Instance "a" has no address after 0.01 s',
  );
});

Deno.test("waitFor() ends in time where a program in the instance does not end", async () => {
  // As the adapter does it: the program is killed, and the reason of the signal is thrown.
  const exec: Setup["exec"] = (_exec, _onLine, signal) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(new TimeoutError("The time given to it is over")))
    );
  await assertRejects(
    () => waited([IPV4], { until: ["exec"], timeoutSeconds: 0.01, exec }),
    TimeoutError,
    'Instance "a" runs no programs after 0.01 s',
  );
});

Deno.test("waitFor() takes more seconds than a timer can be set to", async () => {
  assertEquals(await waited([NOTHING, IPV4], { timeoutSeconds: 1e9 }), 2);
});

for (
  const [what, answers, pauseSeconds] of [
    ["while it pauses", [IPV4], 1000],
    ["while it waits", [NOTHING], 0],
    ["while the daemon does not answer", [hanging()], 0],
  ] as const
) {
  Deno.test(`waitFor() ends when it is interrupted ${what}`, async () => {
    const interrupted = new AbortController();
    const asked = Promise.withResolvers<void>();
    const { signal } = interrupted;
    const waiting = waited(answers, { pauseSeconds, signal, timeoutSeconds: 1000, onAsked: asked.resolve });
    // It pauses before it asks; everything that follows an answer runs before the next timer.
    if (pauseSeconds === 0) await asked.promise;
    setTimeout(() => interrupted.abort(new InterruptedError("Interrupted")), 0);
    await assertRejects(() => waiting, InterruptedError);
  });
}

Deno.test("waitFor() ends when it is interrupted while a program runs", async () => {
  const interrupted = new AbortController();
  const exec: Setup["exec"] = (_exec, _onLine, signal) => {
    const killed = new Promise<number>((_, reject) =>
      signal.addEventListener("abort", () => reject(new ServerError("killed")))
    );
    interrupted.abort(new InterruptedError("Interrupted"));
    return killed;
  };
  await assertRejects(
    () => waited([IPV4], { until: ["exec"], exec, signal: interrupted.signal }),
    InterruptedError,
  );
});

Deno.test("waitFor() pauses first with a pause", async () => {
  const started = performance.now();
  await waited([IPV4], { pauseSeconds: 0.02 });
  assert(performance.now() - started >= 19);
});

Deno.test("waitFor() is not content with addresses of bridges in the instance, and names them", async () => {
  const docker: MemoryState = {
    status: "Running",
    addresses: [{ family: "inet", address: "172.17.0.1", scope: "global", interface: "docker0" }],
  };
  const world = worldOf({ instances: [{ name: "a", expandedDevices: { eth0: { type: "nic" } } }] });
  const server = memoryServer(world, { state: () => docker });
  const wait: Wait = { instance: REF, until: ["network"], timeoutSeconds: 0.05 };
  const control = { exec: () => Promise.resolve(0) };
  const error = await assertRejects(
    () => waitFor(wait, { server, control }, new AbortController().signal),
    TimeoutError,
  );
  assertEquals(
    error.message,
    'Instance "a" has no address after 0.05 s: no NIC of it has the addresses of "docker0"',
  );
});
