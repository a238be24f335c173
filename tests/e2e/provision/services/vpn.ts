/** The example vpn is connected to by WireGuard, as a device would. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { until } from "../../../support/until.ts";
import { sh } from "../../support/trees.ts";
import type { Example } from "./example.ts";

/** Address of the server, in a network that the test has for itself as far as names go. */
const networkOf = (id: string) =>
  `10.${200 + Number.parseInt(id.slice(1, 3), 16) % 50}.${Number.parseInt(id.slice(3, 5), 16)}`;

/** A way into the LAN. */
export const vpn: Example = {
  name: "vpn",
  programs: ["/usr/bin/wg", "/usr/bin/wireguard-go"],
  prepare: async ({ ground, dir, clients }) => {
    const network = networkOf(ground.id);
    await sh(`cd '${clients}'; umask 077; wg genkey >private; wg pubkey <private >public`);
    const peer = `[Peer]\nPublicKey = ${
      (await Deno.readTextFile(`${clients}/public`)).trim()
    }\nAllowedIPs = ${network}.2/32\n`;
    await Deno.writeTextFile(`${dir}/conf/peers.conf`, peer, { append: true });
    return { env: { NETWORK: `${network}.1/24` } };
  },
  ask: async ({ ground, name, dir, address, clients }) => {
    const network = networkOf(ground.id);
    const device = `lx${ground.id}`;
    const server = (await Deno.readTextFile(`${dir}/data/public.key`)).trim();
    const peers = await Deno.readTextFile(`${dir}/conf/peers.conf`);
    try {
      // Who is taken out of the list is out, and is let in again, by the command that README names.
      await Deno.writeTextFile(`${dir}/conf/peers.conf`, "# nobody\n");
      await ground.ok(["exec", name, "--", "update-peers"]);
      assertEquals(await ground.inside(name, "wg show wg0 peers"), "");
      await Deno.writeTextFile(`${dir}/conf/peers.conf`, peers);
      await ground.ok(["exec", name, "--", "update-peers"]);
      // Both ends are wireguard-go where the kernel has no WireGuard.
      await sh(`ip link add ${device} type wireguard 2>/dev/null || wireguard-go ${device} >/dev/null 2>&1
        wg set ${device} private-key '${clients}/private' peer '${server}' endpoint ${address}:51820 \\
          allowed-ips ${network}.1/32
        ip address add ${network}.2/24 dev ${device}; ip link set ${device} up`);
      // Nothing listens at the port: the refusal comes through the tunnel.
      await assertRejects(
        () => Deno.connect({ hostname: `${network}.1`, port: 9 }),
        Deno.errors.ConnectionRefused,
      );
      await until(async () => /\t[1-9]\d+\n/.test(await sh(`wg show ${device} latest-handshakes`)), 60_000);
      const [received, sent] = (await sh(`wg show ${device} transfer`)).trim().split("\t").slice(1).map(
        Number,
      );
      assert(received! > 0 && sent! > 0);
    } finally {
      await sh(`ip link delete ${device} 2>/dev/null || :`);
    }
    assertEquals((await Deno.stat(`${dir}/data/private.key`)).mode! & 0o777, 0o600);
    return server;
  },
};
