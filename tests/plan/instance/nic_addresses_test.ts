import { assertEquals } from "@std/assert";
import { nicsOf, ownAddresses, subnetsOf } from "../../../lib/plan/instance/nic_addresses.ts";
import type { Address, Devices } from "../../../lib/ports/mod.ts";

const MAC = "00:16:3E:00:00:01";
const DOCKER = at("docker0", "172.17.0.1", "02:42:00:00:00:01");

function at(name: string, address: string, hwaddr?: string): Address {
  const family = address.includes(":") ? "inet6" : "inet";
  return { family, address, scope: "global", interface: name, ...(hwaddr === undefined ? {} : { hwaddr }) };
}

const NICS: readonly (readonly [string, Devices, Readonly<Record<string, string>>, readonly Address[]])[] = [
  [
    "by the MAC that the daemon made, whatever the guest calls the interface",
    { eth0: { type: "nic", network: "br0" } },
    { "volatile.eth0.hwaddr": MAC },
    [
      at("enp5s0", "10.0.0.2", MAC.toLowerCase()),
      at("enp5s0.7", "10.7.0.2", MAC),
      at("br0", "10.8.0.2", MAC),
    ],
  ],
  [
    "by the MAC of the device itself",
    { lan: { type: "nic", nictype: "macvlan", parent: "eth0", hwaddr: MAC } },
    { "volatile.lan.hwaddr": "00:16:3e:99:99:99" },
    [at("ens3", "192.168.1.2", MAC)],
  ],
  [
    "by the name where the MAC is another one",
    { lan: { type: "nic", nictype: "ipvlan", name: "net7" }, wan: { type: "nic", nictype: "physical" } },
    { "volatile.wan.name": "eth3" },
    [at("net7", "192.168.1.2", "aa:aa:aa:aa:aa:aa"), at("eth3", "192.168.1.3", "bb:bb:bb:bb:bb:bb")],
  ],
  [
    "by the name of the device where nothing else is said",
    { eth0: { type: "nic", nictype: "routed" } },
    {},
    [at("eth0", "192.168.1.2")],
  ],
];

for (const [title, expandedDevices, config, own] of NICS) {
  Deno.test(`ownAddresses() knows addresses of NICs ${title}`, () => {
    assertEquals(ownAddresses([DOCKER, ...own], nicsOf({ config, expandedDevices })), own);
  });
}

Deno.test("ownAddresses() takes all where the instance has no device for any", () => {
  const nics = nicsOf({ config: {}, expandedDevices: { root: { type: "disk", path: "/" } } });
  assertEquals(ownAddresses([DOCKER], nics), [DOCKER]);
});

Deno.test("ownAddresses() knows a bridge with a MAC of its own by the daemon's network", () => {
  const nics = nicsOf({
    config: { "volatile.eth0.hwaddr": MAC },
    expandedDevices: { eth0: { type: "nic", nictype: "bridged", parent: "lxdbr0" } },
  });
  assertEquals(nics?.networks, ["lxdbr0"]);
  const subnets = subnetsOf({
    config: { "ipv4.address": "10.9.0.1/20", "ipv6.address": "fd42:1::1/64", "ipv4.nat": "true" },
  });
  const bridge = (address: string) => at("br0", address, "06:00:00:00:00:01");
  const own = [bridge("10.9.15.255"), bridge("fd42:1::5"), bridge("fd42:1:0:0:1:2:3:4")];
  const foreign = [bridge("10.9.16.0"), bridge("fd42:1:0:1::5"), bridge("nonsense"), DOCKER];
  assertEquals(ownAddresses([...own, ...foreign], nics, subnets), own);
  assertEquals(ownAddresses([...own, ...foreign], nics), []);
  for (const network of [undefined, null, {}, { config: { "ipv4.address": "none" } }]) {
    assertEquals(subnetsOf(network), []);
  }
});
