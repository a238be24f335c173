/** Ports of the host and addresses of a daemon's network that nothing else has. */
import type { Ground } from "./daemon.ts";

/** Ports below those that a kernel gives to connections, so that a free one is not soon taken by another process. */
const [FIRST_PORT, LAST_PORT] = [20_000, 32_000];

/** Returns ports of the host that are free now. */
export function freePorts(count: number): readonly number[] {
  const open: Deno.TcpListener[] = [];
  try {
    while (open.length < count) {
      const port = FIRST_PORT + random(LAST_PORT - FIRST_PORT);
      try {
        open.push(Deno.listen({ hostname: "0.0.0.0", port }));
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      }
    }
    return open.map(({ addr }) => addr.port);
  } finally {
    for (const one of open) one.close();
  }
}

/** Returns a port of the host that is free now. */
export function freePort(): number {
  return freePorts(1)[0]!;
}

/** Returns the network of the default profile, and addresses in it that no instance has or had. */
export async function freeAddresses(
  ground: Ground,
  count: number,
): Promise<{ readonly network: string; readonly addresses: readonly string[] }> {
  const { devices } = await ground.get("/1.0/profiles/default");
  const network = String(devices.eth0.network);
  const { config } = await ground.get(`/1.0/networks/${network}`);
  const leases: { readonly address: string }[] = await ground.get(`/1.0/networks/${network}/leases`) ?? [];
  const taken = new Set(leases.map(({ address }) => address));
  const start = String(config["ipv4.address"]).replace(/\.\d+\/.*$/, "");
  const found = new Set<string>();
  while (found.size < count) {
    const address = `${start}.${100 + random(150)}`;
    if (!taken.has(address)) found.add(address);
  }
  return { network, addresses: [...found] };
}

function random(below: number): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! % below;
}
