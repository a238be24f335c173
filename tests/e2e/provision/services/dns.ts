/** The example dns is asked for names that it knows, blocks and passes on. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createSocket } from "node:dgram";
import type { Ground } from "../../support/daemon.ts";
import type { Example } from "./example.ts";

const PASSED = "192.0.2.7";

/** Returns the answer to a question: the same address for each name. */
function answerTo(question: Uint8Array): Uint8Array {
  let end = 12;
  while (question[end] !== 0) end += question[end]! + 1;
  const asked = question.slice(0, end + 5);
  asked.set([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], 2);
  const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...PASSED.split(".").map(Number)];
  return new Uint8Array([...asked, ...record]);
}

/** Starts a server of names that containers reach, and returns its address and what ends it. */
async function upstream(ground: Ground): Promise<{ at: string; end(): Promise<void> }> {
  const profile = await ground.get("/1.0/profiles/default");
  const network = await ground.get(`/1.0/networks/${profile.devices.eth0.network}`);
  const host: string = network.config["ipv4.address"].split("/")[0];
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => socket.send(answerTo(question), from.port, from.address));
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(0, host, resolve);
  });
  return {
    at: `${host}#${socket.address().port}`,
    end: () => new Promise((resolve) => void socket.close(() => resolve())),
  };
}

/** DNS that blocks advertisers. */
export const dns: Example = {
  name: "dns",
  programs: [],
  prepare: async ({ ground }) => {
    const { at, end } = await upstream(ground);
    return { env: { UPSTREAM: at }, end };
  },
  ask: async ({ ground, name, address, dir, round }) => {
    const ask = (name: string) => Deno.resolveDns(name, "A", { nameServer: { ipAddr: address, port: 53 } });
    for (const name of ["doubleclick.net", "stats.g.doubleclick.net"]) {
      await assertRejects(() => ask(name), Deno.errors.NotFound);
    }
    // An edit of the list counts after the command that its README names.
    const added = `ads${round}.example.org`;
    assertEquals(await ask(added), [PASSED]);
    await Deno.writeTextFile(`${dir}/conf/blocked`, `${added}\n`, { append: true });
    await ground.ok(["exec", name, "--", "update-blocked"]);
    await assertRejects(() => ask(added), Deno.errors.NotFound);
    const asked = `name${round}.example.org`;
    assertEquals([await ask(asked), await ask("nas.home.arpa")], [[PASSED], ["192.168.1.5"]]);
    const log = await Deno.readTextFile(`${dir}/data/queries.log`);
    assertMatch(log, /query\[A\] doubleclick\.net/);
    return /^.*query\[A\] name1\.example\.org.*$/m.exec(log)?.[0] ?? "the first query is not in the data";
  },
};
