import { assertEquals } from "@std/assert";
import { ServerError } from "../../../lib/base/errors.ts";
import type { Address, InstanceInfo } from "../../../lib/ports/mod.ts";
import { addressFilter, allOwnAddresses } from "../../../lib/run/wait/instance_addresses.ts";
import { worldOf } from "../../plan/world_spec.ts";

const MAC = "00:16:3e:00:00:01";
const DOCKER: Address = { family: "inet", address: "172.17.0.1", scope: "global", interface: "docker0" };
const BRIDGE: Address = { family: "inet", address: "10.0.0.7", scope: "global", interface: "br0" };
const EVIDENT: Address = { ...BRIDGE, interface: "eth0", hostInterface: "veth1" };
const WITHOUT_HOST: Address = { ...BRIDGE, interface: "ens3", hwaddr: MAC };

function serverOf(network: () => Promise<unknown>) {
  const questions: string[] = [];
  const [info] = worldOf({
    instances: [{
      name: "a",
      config: { "volatile.eth0.hwaddr": MAC },
      expandedDevices: { eth0: { type: "nic", network: "br0" } },
    }],
  }).instances.values() as Iterator<InstanceInfo> & Iterable<InstanceInfo>;
  const instance = () => {
    questions.push("instance");
    return Promise.resolve(info);
  };
  const get = (path: string) => {
    questions.push(path);
    return network();
  };
  return { questions, instance, get, info: info! };
}

const NETWORK = () => Promise.resolve({ config: { "ipv4.address": "10.0.0.1/24" } });
const FORBIDDEN = () => Promise.reject(new ServerError("not authorized", { status: 403 }));

Deno.test("addressFilter() asks once, and only where the state does not tell whose addresses are", async () => {
  const server = serverOf(NETWORK);
  const own = addressFilter({ project: "default", name: "a" }, server);
  assertEquals(await own([]), []);
  assertEquals(await own([DOCKER, EVIDENT]), [EVIDENT]);
  assertEquals(server.questions, []);
  assertEquals(await own([DOCKER, WITHOUT_HOST]), [WITHOUT_HOST]);
  assertEquals(server.questions, ["instance"]);
  for (let i = 0; i < 3; i++) assertEquals(await own([DOCKER]), []);
  assertEquals(await own([DOCKER, BRIDGE]), [BRIDGE]);
  assertEquals(server.questions, ["instance", "/1.0/networks/br0"]);
});

Deno.test("addressFilter() does without networks that it may not look at", async () => {
  const server = serverOf(FORBIDDEN);
  const own = addressFilter({ project: "default", name: "a" }, server);
  assertEquals(await own([DOCKER, BRIDGE]), []);
});

Deno.test("allOwnAddresses() asks about a network once for all instances", async () => {
  const server = serverOf(NETWORK);
  const infos = [[DOCKER, WITHOUT_HOST], [DOCKER, BRIDGE], [DOCKER], []].map((addresses) => ({
    ...server.info,
    addresses,
  }));
  const own = await allOwnAddresses(infos, server);
  assertEquals(infos.map((info) => own.get(info)), [[WITHOUT_HOST], [BRIDGE], [], []]);
  assertEquals(server.questions, ["/1.0/networks/br0"]);
});
