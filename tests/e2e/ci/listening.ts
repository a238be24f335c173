/** An image in which something answers at the port of SSH, for tests of machines. */
import type { Ground } from "../support/daemon.ts";

/** Publishes an image in which something answers at the port of SSH. */
export async function listeningImage(ground: Ground): Promise<string> {
  const alias = `${ground.id}-ssh`;
  const name = ground.name("-image");
  await ground.ok(["create", "-start", "tiny", name]);
  await ground.inside(
    name,
    `mkdir -p /etc/ssh && echo ssh-ed25519 AAAA >/etc/ssh/ssh_host_ed25519_key.pub
    sed -i 's#^/etc/net \\&#/etc/net \\&\\n(while :; do nc -l -p 22 -e /bin/echo hello; done) \\&#' /sbin/init`,
  );
  await ground.ok(["instance", "stop", "-wait-stop", "0", name]);
  await ground.ok(["publish", "-alias", alias, name]);
  return alias;
}

/** Connects to a machine; `undefined` where nothing listens. */
export async function greeting(port: number): Promise<string | undefined> {
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const buffer = new Uint8Array(16);
    const count = await connection.read(buffer) ?? 0;
    return new TextDecoder().decode(buffer.subarray(0, count));
  } catch {
    return undefined;
  }
}
